package dev.notifykit.redis;

import dev.notifykit.fanout.FanOutCodec;
import dev.notifykit.fanout.Mark;
import dev.notifykit.fanout.OpenPage;
import dev.notifykit.fanout.ParkedRow;
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
    private static final int BYTES = 7;

    private final FanOutCodec codec;
    private final Map<Integer, Integer> places = new LinkedHashMap<>();
    private final byte[] marks;
    private final ScriptArgs rest = new ScriptArgs();
    private int length;
    private int lastPage;
    private int lastPlace;

    MarkArgs(FanOutCodec codec, List<Mark> all) {
        this.codec = codec;
        marks = new byte[all.size() * BYTES];
        all.forEach(this::add);
    }

    /** The numbers of the pages, in the order in which their keys come. */
    List<Integer> pages() {
        return new ArrayList<>(places.keySet());
    }

    void addTo(ScriptArgs args) {
        args.add(places.size());
        places.keySet().forEach(args::add);
        args.add(marks);
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

    /** Marks of one page come after one another. */
    private int place(int page) {
        if (page != lastPage || places.isEmpty()) {
            lastPage = page;
            lastPlace = places.computeIfAbsent(page, p -> places.size() + 1);
        }
        if (lastPlace > MOST_PAGES) {
            throw new IllegalArgumentException("marks for more than " + MOST_PAGES + " pages");
        }
        return lastPlace;
    }

    private void add(char kind, int place, int index, byte code) {
        int row = index < 0 || index > NO_ROW ? NO_ROW : index;
        write(kind);
        write(place >> 8);
        write(place);
        write(row >> 16);
        write(row >> 8);
        write(row);
        write(code);
    }

    private void write(int lowest) {
        marks[length++] = (byte) lowest;
    }

    private void add(ParkedRow row, Duration delay) {
        rest.add(row.id()).add(delay).add(codec.pack(row));
    }
}
