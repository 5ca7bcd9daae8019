package dev.notifykit.fanout;

import dev.notifykit.codec.KeptFields;
import dev.notifykit.codec.PackReader;
import dev.notifykit.codec.PackWriter;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.push.AppId;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushCodec;
import dev.notifykit.push.Target;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Packs rows that are kept together: what many of them share (lanes, languages, time zones, names of fields) stands before them,
 * once, and they say which. Whatever a later build adds to a row is a field at the row's end, and must not point at what stands
 * before the rows: a row is moved from its page to a place of its own by builds that do not know the field.
 */
final class RowCodec {

    private static final int LOCALE = 1;
    private static final int ZONE = 1 << 1;
    private static final int FIELDS = 1 << 2;
    private static final int PARTS = LOCALE | ZONE | FIELDS;

    private RowCodec() {}

    static void write(PackWriter out, List<AudienceRow> rows) {
        Numbers<LaneKey> lanes = new Numbers<>();
        Numbers<String> words = new Numbers<>();
        for (AudienceRow row : rows) {
            lanes.add(LaneKey.of(row.target()));
            words.add(row.locale());
            words.add(row.zone());
            sorted(row.fields()).keySet().forEach(words::add);
        }
        out.size(lanes.all.size());
        lanes.all.forEach(lane -> {
            out.text(lane.app().value()).text(lane.provider().value());
            PushCodec.write(out, lane.environment());
        });
        out.texts(words.all);
        out.size(rows.size());
        rows.forEach(row -> out.section(section -> write(section, row, lanes, words)));
    }

    private static void write(PackWriter out, AudienceRow row, Numbers<LaneKey> lanes, Numbers<String> words) {
        String locale = row.locale();
        String zone = row.zone();
        Map<String, String> fields = row.fields();
        out.index((locale == null ? 0 : LOCALE) | (zone == null ? 0 : ZONE) | (fields.isEmpty() ? 0 : FIELDS));
        out.index(lanes.of(LaneKey.of(row.target())));
        out.text(row.key()).text(row.target().address());
        if (locale != null) {
            out.index(words.of(locale));
        }
        if (zone != null) {
            out.index(words.of(zone));
        }
        if (!fields.isEmpty()) {
            out.size(fields.size());
            sorted(fields).forEach((name, value) -> out.index(words.of(name)).text(value));
        }
        out.keep(row.kept());
    }

    /** Equal rows have equal bytes. */
    private static Map<String, String> sorted(Map<String, String> fields) {
        return fields.size() < 2 ? fields : new TreeMap<>(fields);
    }

    static List<AudienceRow> read(PackReader in) {
        List<LaneKey> lanes = new ArrayList<>();
        for (int left = in.size(); left > 0; left--) {
            lanes.add(new LaneKey(AppId.of(in.text()), ProviderId.of(in.text()), PushCodec.readEnvironment(in)));
        }
        List<String> words = in.texts();
        List<AudienceRow> rows = new ArrayList<>();
        for (int left = in.size(); left > 0; left--) {
            rows.add(in.section(section -> readRow(section, lanes, words)));
        }
        return List.copyOf(rows);
    }

    private static AudienceRow readRow(PackReader in, List<LaneKey> lanes, List<String> words) {
        int parts = in.index();
        if ((parts & ~PARTS) != 0) {
            throw in.unknownCode(parts);
        }
        LaneKey lane = in.element(lanes);
        String key = in.text();
        Target target = new Target(lane.app(), lane.provider(), lane.environment(), in.text());
        String locale = (parts & LOCALE) == 0 ? null : in.element(words);
        String zone = (parts & ZONE) == 0 ? null : in.element(words);
        Map<String, String> fields = (parts & FIELDS) == 0 ? Map.of() : readFields(in, words);
        KeptFields kept = in.fields((tag, field) -> false);
        return new AudienceRow(key, target, locale, zone, fields, kept);
    }

    private static Map<String, String> readFields(PackReader in, List<String> words) {
        Map<String, String> fields = new HashMap<>();
        for (int left = in.size(); left > 0; left--) {
            fields.put(in.element(words), in.text());
        }
        return fields;
    }

    /** Things in the order in which they first came, and their places. */
    private static final class Numbers<T> {

        private final List<T> all = new ArrayList<>();
        private final Map<T, Integer> places = new HashMap<>();

        void add(@Nullable T one) {
            if (one != null && places.putIfAbsent(one, all.size()) == null) {
                all.add(one);
            }
        }

        int of(T one) {
            Integer place = places.get(one);
            if (place == null) {
                throw new IllegalStateException("a thing that was not counted before");
            }
            return place;
        }
    }
}
