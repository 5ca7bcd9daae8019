package dev.notifykit.fanout;

import dev.notifykit.push.AppId;
import dev.notifykit.push.Environment;
import dev.notifykit.push.Problems;
import dev.notifykit.push.ProviderId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lines of a CSV file as an audience, made by {@link Audience#csv}. The first line names the columns: {@code app},
 * {@code provider}, {@code environment} (may be missing or empty: production), {@code token} or {@code address}, {@code locale} and
 * {@code zone} (may be missing); every other column becomes a field of the row. The names can be changed, and app, provider and
 * environment can be given once for the whole file.
 *
 * <p>UTF-8 with or without a byte order mark; lines end with LF or CR LF; values may be quoted as in RFC 4180, but a quoted value has no line
 * break in it: one line, one record. A line is at most {@value #MAX_LINE_BYTES} bytes long. A line that breaks the rules is left out, counted,
 * and reported with its number; it does not stop the fan-out. Empty lines mean nothing.
 *
 * <p>A row's key is the position of its line in the file, in bytes. A file whose size, time of change, head or tail is another one
 * than at launch fails the shard with {@link AudienceException.Kind#CHANGED}. Nothing is kept open between two pages. Thread-safe.
 */
public final class CsvAudience implements Audience {

    /** Far above any recipient, and little enough to hold one for each shard. */
    public static final int MAX_LINE_BYTES = 65_536;

    /** A file of the wrong kind must not fill the log. */
    private static final int LOGGED = 100;

    private static final Logger log = LoggerFactory.getLogger(CsvAudience.class);

    private final CsvFile file;
    private final int shards;
    private final @Nullable BiConsumer<Long, String> onMalformed;
    private final AtomicLong malformed = new AtomicLong();

    /** Per shard, where its last malformed line begins: a page that is read again reports nothing again. */
    private final ConcurrentMap<String, AtomicLong> reportedTo = new ConcurrentHashMap<>();

    private CsvAudience(Builder b) {
        file = new CsvFile(b.file, b.columns());
        shards = b.shards;
        onMalformed = b.onMalformed;
    }

    /**
     * Splits the file at line starts in parts of about the same size.
     *
     * @throws dev.notifykit.push.InvalidConfigurationException when the header lacks columns, naming all of them
     */
    @Override
    public List<String> shards() throws IOException {
        return file.split(shards).stream().map(CsvShard::toString).toList();
    }

    @Override
    public AudiencePage read(String shard, @Nullable String cursor, int limit) throws IOException {
        CsvShard part = CsvShard.parse(shard);
        return file.read(
                part, part.position(cursor), limit, (line, at, problem) -> malformed(shard, line, at, problem));
    }

    private void malformed(String shard, long line, long at, String problem) {
        AtomicLong last = reportedTo.computeIfAbsent(shard, s -> new AtomicLong(-1));
        if (last.getAndAccumulate(at, Math::max) < at) {
            long count = malformed.incrementAndGet();
            if (onMalformed != null) {
                onMalformed.accept(line, problem);
            } else if (count <= LOGGED) {
                log.warn("line {} of a CSV audience is left out: {}", line, problem);
            }
        }
    }

    /** Lines per byte in the head of the file, times its size; exact for a file of up to 64 MiB without malformed lines. */
    @Override
    public OptionalLong estimatedTotal() throws IOException {
        return OptionalLong.of(file.estimatedRows());
    }

    /** Keys are positions, and so in the order of numbers. */
    @Override
    public Optional<Comparator<String>> keyOrder() {
        return Optional.of(Comparator.comparingLong(Long::parseLong));
    }

    /**
     * How many lines were left out, in the shards that this object has read.
     *
     * @return each malformed line counted once, however often it was read
     */
    public long malformedLines() {
        return malformed.get();
    }

    /** Builds a {@link CsvAudience}. Not thread-safe. */
    public static final class Builder {

        private final Path file;
        private String appColumn = "app";
        private String providerColumn = "provider";
        private String environmentColumn = "environment";
        private List<String> addressColumns = List.of("token", "address");
        private String localeColumn = "locale";
        private String zoneColumn = "zone";
        private @Nullable AppId app;
        private @Nullable ProviderId provider;
        private @Nullable Environment environment;
        private char delimiter = ',';
        private int shards = 1;
        private @Nullable BiConsumer<Long, String> onMalformed;

        Builder(Path file) {
            this.file = Objects.requireNonNull(file, "file");
        }

        /**
         * The app of every line; a column of this meaning is then not needed.
         *
         * @param value the app
         * @return this
         */
        public Builder app(AppId value) {
            app = value;
            return this;
        }

        /**
         * The provider of every line; a column of this meaning is then not needed.
         *
         * @param value the provider
         * @return this
         */
        public Builder provider(ProviderId value) {
            provider = value;
            return this;
        }

        /**
         * The environment of every line; a column of this meaning is then not needed.
         *
         * @param value the environment
         * @return this
         */
        public Builder environment(Environment value) {
            environment = value;
            return this;
        }

        /**
         * The column of the app; {@code app} when not set.
         *
         * @param value its name in the header
         * @return this
         */
        public Builder appColumn(String value) {
            appColumn = value;
            return this;
        }

        /**
         * The column of the provider; {@code provider} when not set.
         *
         * @param value its name in the header
         * @return this
         */
        public Builder providerColumn(String value) {
            providerColumn = value;
            return this;
        }

        /**
         * The column of the environment, {@code production} or {@code sandbox}; {@code environment} when not set.
         *
         * @param value its name in the header
         * @return this
         */
        public Builder environmentColumn(String value) {
            environmentColumn = value;
            return this;
        }

        /**
         * The column of the address; {@code token} or {@code address} when not set.
         *
         * @param value its name in the header
         * @return this
         */
        public Builder addressColumn(String value) {
            addressColumns = List.of(value);
            return this;
        }

        /**
         * The column of the language tag; {@code locale} when not set.
         *
         * @param value its name in the header
         * @return this
         */
        public Builder localeColumn(String value) {
            localeColumn = value;
            return this;
        }

        /**
         * The column of the time zone; {@code zone} when not set.
         *
         * @param value its name in the header
         * @return this
         */
        public Builder zoneColumn(String value) {
            zoneColumn = value;
            return this;
        }

        /**
         * What stands between two values; a comma when not set.
         *
         * @param value an ASCII character, not a quote and not a line break
         * @return this
         */
        public Builder delimiter(char value) {
            delimiter = value;
            return this;
        }

        /**
         * How many parts of the file are read independently; 1 when not set. A small file gives fewer.
         *
         * @param value at least 1
         * @return this
         */
        public Builder shards(int value) {
            shards = value;
            return this;
        }

        /**
         * Who is told of malformed lines; the log when not set, of the first hundred. Each line is reported once by this object, and again by another instance that
         * reads the same page.
         *
         * @param value takes the line's number, from 1 for the header, and what is wrong without the line's values; quick and thread-safe
         * @return this
         */
        public Builder onMalformed(BiConsumer<Long, String> value) {
            onMalformed = Objects.requireNonNull(value, "onMalformed");
            return this;
        }

        /**
         * Builds the audience. The file is first opened at launch.
         *
         * @return the audience
         * @throws dev.notifykit.push.InvalidConfigurationException naming every problem
         */
        public CsvAudience build() {
            Problems problems = new Problems("CsvAudience");
            problems.require(
                    shards >= 1, "shards", "must be at least 1, is " + shards, "1 reads the file in one piece");
            problems.require(
                    delimiter == '\t' || (delimiter >= ' ' && delimiter < 127 && delimiter != '"'),
                    "delimiter",
                    "must be a printable ASCII character or a tab, and no quote",
                    "',', ';' and a tab are usual");
            columns().check(problems);
            problems.throwIfAny();
            return new CsvAudience(this);
        }

        private CsvColumns columns() {
            return new CsvColumns(
                    appColumn,
                    providerColumn,
                    environmentColumn,
                    addressColumns,
                    localeColumn,
                    zoneColumn,
                    app,
                    provider,
                    environment,
                    (byte) delimiter);
        }
    }
}
