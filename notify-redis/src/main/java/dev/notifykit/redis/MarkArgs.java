package dev.notifykit.redis;

import dev.notifykit.fanout.FanOutCodec;
import dev.notifykit.fanout.Mark;
import dev.notifykit.fanout.OpenPage;
import dev.notifykit.fanout.ParkedRow;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Marks as {@code shard_mark.lua} takes them: the pages they name, seven bytes for each, and what does not fit there. Not thread-safe. */
final class MarkArgs {

    /** What no page has, for an index that three bytes cannot say: the script refuses it. */
    private static final int NO_ROW = 0xFF_FFFF;

    private static final int MOST_PAGES = 0xFFFF;
    private static final int NO_PAGE = 0;

    private final FanOutCodec codec;
    private final Map<Integer, Integer> places = new LinkedHashMap<>();
    private final ByteArrayOutputStream marks = new ByteArrayOutputStream();
    private final ScriptArgs rest = new ScriptArgs();

    MarkArgs(FanOutCodec codec, List<Mark> all) {
        this.codec = codec;
        all.forEach(this::add);
    }

    /** The numbers of the pages, in the order in which their keys come. */
    List<Integer> pages() {
        return new ArrayList<>(places.keySet());
    }

    void addTo(ScriptArgs args) {
        args.add(places.size());
        places.keySet().forEach(args::add);
        args.add(marks.toByteArray());
        rest.list().forEach(args::add);
    }

    private void add(Mark mark) {
        if (mark instanceof Mark.Ended ended) {
            add('E', place(ended.page()), ended.index(), OpenPage.code(ended.kind()));
        } else if (mark instanceof Mark.Parked parked) {
            add('P', place(parked.page()), parked.index(), OpenPage.PARKED);
            add(parked.row(), parked.delay());
        } else if (mark instanceof Mark.ParkedAgain again) {
            add('A', NO_PAGE, 0, OpenPage.PARKED);
            add(again.row(), again.delay());
        } else if (mark instanceof Mark.ParkedEnded ended) {
            add('D', NO_PAGE, 0, OpenPage.code(ended.kind()));
            rest.add(ended.id());
        }
    }

    private int place(int page) {
        int place = places.computeIfAbsent(page, p -> places.size() + 1);
        if (place > MOST_PAGES) {
            throw new IllegalArgumentException("marks for more than " + MOST_PAGES + " pages");
        }
        return place;
    }

    private void add(char kind, int place, int index, byte code) {
        int row = index < 0 || index > NO_ROW ? NO_ROW : index;
        marks.write(kind);
        marks.write(place >> 8);
        marks.write(place);
        marks.write(row >> 16);
        marks.write(row >> 8);
        marks.write(row);
        marks.write(code);
    }

    private void add(ParkedRow row, Duration delay) {
        rest.add(row.id()).add(delay).add(codec.pack(row));
    }
}
