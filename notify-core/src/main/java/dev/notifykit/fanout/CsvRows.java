package dev.notifykit.fanout;

import dev.notifykit.fanout.CsvColumns.Use;
import dev.notifykit.push.AppId;
import dev.notifykit.push.Environment;
import dev.notifykit.push.Problems;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.Target;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes rows of lines. What is the same in line after line (app, provider, environment) is decoded once, since nearly every line repeats the
 * one before. Used by one thread.
 */
final class CsvRows {

    private final List<String> header;
    private final Use[] uses;
    private final CsvColumns columns;
    private final Fields fields;
    private final Same<AppId> app = new Same<>(AppId::of);
    private final Same<ProviderId> provider = new Same<>(ProviderId::of);
    private final Same<Environment> environment = new Same<>(CsvRows::environment);

    private @Nullable Target target;
    private @Nullable String locale;
    private @Nullable String zone;
    private Map<String, String> others = Map.of();

    CsvRows(List<String> header, List<Use> uses, CsvColumns columns) {
        this.header = header;
        this.uses = uses.toArray(new Use[0]);
        this.columns = columns;
        fields = new Fields(columns.delimiter(), header.size());
    }

    static List<String> header(CsvLines lines, byte delimiter) {
        Problems problems = new Problems("The CSV header");
        problems.require(!lines.isTooLong(), "header", "is too long", "is it a CSV file?");
        problems.throwIfAny();
        Fields fields = new Fields(delimiter, lines.lineEnd() - lines.lineStart() + 1);
        List<String> names = new ArrayList<>();
        try {
            fields.split(lines.bytes(), lines.lineStart(), lines.lineEnd());
            for (int i = 0; i < fields.count; i++) {
                names.add(fields.text(i));
            }
        } catch (Malformed e) {
            problems.add("header", e.getMessage(), "mend the first line");
        }
        problems.throwIfAny();
        return List.copyOf(names);
    }

    /**
     * Parses a line.
     *
     * @return what is wrong with it; null when {@link #row} has it
     */
    @Nullable
    String parse(byte[] bytes, int from, int to) {
        try {
            fields.split(bytes, from, to);
            if (fields.count != uses.length) {
                throw new Malformed("has " + fields.count + " values, the header has " + uses.length + " columns");
            }
            assign();
            return null;
        } catch (Malformed e) {
            return e.getMessage();
        }
    }

    AudienceRow row(String key) {
        Target to = target;
        if (to == null) {
            throw new IllegalStateException("no line was parsed");
        }
        return new AudienceRow(key, to, locale, zone, others);
    }

    private void assign() throws Malformed {
        AppId appId = columns.everyApp();
        ProviderId providerId = columns.everyProvider();
        Environment world = columns.everyEnvironment();
        String address = "";
        locale = null;
        zone = null;
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < uses.length; i++) {
            switch (uses[i]) {
                case APP -> appId = columns.everyApp() == null ? app.of(fields, i, "app") : appId;
                case PROVIDER ->
                    providerId = columns.everyProvider() == null ? provider.of(fields, i, "provider") : providerId;
                case ENVIRONMENT ->
                    world = columns.everyEnvironment() == null ? environment.of(fields, i, "environment") : world;
                case ADDRESS -> address = fields.text(i);
                case LOCALE -> locale = emptyToNull(fields.text(i));
                case ZONE -> zone = emptyToNull(fields.text(i));
                case FIELD -> values.put(header.get(i), fields.text(i));
            }
        }
        others = values;
        if (appId == null || providerId == null) {
            throw new IllegalStateException("the header was not checked");
        }
        try {
            target = new Target(appId, providerId, world == null ? Environment.PRODUCTION : world, address);
        } catch (IllegalArgumentException e) {
            throw new Malformed(String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable String emptyToNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static Environment environment(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "", "production" -> Environment.PRODUCTION;
            case "sandbox" -> Environment.SANDBOX;
            default -> throw new IllegalArgumentException("must be production or sandbox");
        };
    }

    /** What is wrong with a line, without its values. */
    static final class Malformed extends Exception {

        private static final long serialVersionUID = 1L;

        Malformed(String problem) {
            super(problem);
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }

    /** A value that is most often the one of the line before. */
    private static final class Same<T> {

        private final Function<String, T> factory;
        private byte[] bytes = new byte[0];
        private @Nullable T value;

        Same(Function<String, T> factory) {
            this.factory = factory;
        }

        T of(Fields fields, int index, String name) throws Malformed {
            T last = value;
            if (last != null && fields.hasBytes(index, bytes)) {
                return last;
            }
            try {
                T made = factory.apply(fields.text(index));
                bytes = fields.copy(index);
                value = made;
                return made;
            } catch (IllegalArgumentException e) {
                throw new Malformed(name + ": " + e.getMessage());
            }
        }
    }

    /** The values of one line, as places in its bytes. */
    private static final class Fields {

        private final byte delimiter;
        private final int[] starts;
        private final int[] ends;
        private final boolean[] quoted;
        private byte[] bytes = new byte[0];
        int count;

        Fields(byte delimiter, int most) {
            this.delimiter = delimiter;
            starts = new int[most];
            ends = new int[most];
            quoted = new boolean[most];
        }

        /** Values beyond the number of columns are counted, and not kept. */
        void split(byte[] line, int from, int to) throws Malformed {
            bytes = line;
            count = 0;
            int at = from;
            while (true) {
                boolean isQuoted = at < to && line[at] == '"';
                int start = isQuoted ? at + 1 : at;
                int end = isQuoted ? closingQuote(start, to) : plainEnd(start, to);
                if (count < starts.length) {
                    starts[count] = start;
                    ends[count] = end;
                    quoted[count] = isQuoted;
                }
                count++;
                at = isQuoted ? end + 1 : end;
                if (at == to) {
                    return;
                }
                if (line[at] != delimiter) {
                    throw new Malformed("has text behind a closing quote");
                }
                at++;
            }
        }

        private int plainEnd(int from, int to) throws Malformed {
            int at = from;
            while (at < to && bytes[at] != delimiter) {
                if (bytes[at] == '"') {
                    throw new Malformed("has a quote inside a value that is not quoted");
                }
                at++;
            }
            return at;
        }

        private int closingQuote(int from, int to) throws Malformed {
            int at = from;
            while (at < to) {
                if (bytes[at] == '"') {
                    if (at + 1 == to || bytes[at + 1] != '"') {
                        return at;
                    }
                    at++;
                }
                at++;
            }
            throw new Malformed("has a quote that is not closed on its line");
        }

        boolean hasBytes(int index, byte[] other) {
            return Arrays.equals(bytes, starts[index], ends[index], other, 0, other.length);
        }

        byte[] copy(int index) {
            return Arrays.copyOfRange(bytes, starts[index], ends[index]);
        }

        String text(int index) throws Malformed {
            int length = ends[index] - starts[index];
            String text = new String(bytes, starts[index], length, StandardCharsets.UTF_8);
            if (text.indexOf('\uFFFD') >= 0) {
                requireUtf8(ByteBuffer.wrap(bytes, starts[index], length));
            }
            return quoted[index] && text.indexOf('"') >= 0 ? text.replace("\"\"", "\"") : text;
        }

        private static void requireUtf8(ByteBuffer value) throws Malformed {
            try {
                StandardCharsets.UTF_8.newDecoder().decode(value);
            } catch (CharacterCodingException e) {
                throw new Malformed("is not UTF-8");
            }
        }
    }
}
