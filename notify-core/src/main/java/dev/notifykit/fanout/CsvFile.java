package dev.notifykit.fanout;

import dev.notifykit.fanout.CsvShard.Position;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Splits a CSV file and reads pages of it; opens it for each call. Thread-safe. */
final class CsvFile {

    private static final int HASHED_BYTES = 65_536;
    private static final int HASH_DIGITS = 32;
    private static final int SCAN_BYTES = 1 << 20;
    private static final long ESTIMATED_BYTES = 64L << 20;

    /** After so many bytes a page ends, however few rows it has: a long stretch of malformed lines is not one long call. */
    private static final long MAX_PAGE_BYTES = 16L << 20;

    private final Path path;
    private final CsvColumns columns;

    /** The file as it was found last, so that its head and tail are not read again for every page. */
    private volatile @Nullable Known known;

    private record Fingerprint(long size, long changed, String hash) {}

    private record Known(Fingerprint fingerprint, List<String> header, List<CsvColumns.Use> uses, long firstLine) {}

    /** Told of a line that is left out. */
    @FunctionalInterface
    interface Malformed {

        void line(long number, long offset, String problem);
    }

    CsvFile(Path path, CsvColumns columns) {
        this.path = path;
        this.columns = columns;
    }

    List<CsvShard> split(int parts) throws IOException {
        try (FileChannel channel = open()) {
            Known file = look(channel);
            Fingerprint print = file.fingerprint;
            List<Position> starts = starts(channel, file, parts);
            List<CsvShard> shards = new ArrayList<>();
            for (int i = 0; i < starts.size(); i++) {
                Position start = starts.get(i);
                long end = i + 1 < starts.size() ? starts.get(i + 1).offset() : print.size;
                shards.add(new CsvShard(start.offset(), end, start.line(), print.size, print.changed, print.hash));
            }
            return shards;
        }
    }

    private static List<Position> starts(FileChannel channel, Known file, int parts) throws IOException {
        long first = file.firstLine;
        long size = file.fingerprint.size;
        List<Position> starts = new ArrayList<>(List.of(new Position(first, 2)));
        NewLines lines = new NewLines(channel, first);
        long line = 2;
        for (int i = 1; i < parts; i++) {
            long wanted = first + (size - first) / parts * i;
            if (wanted <= starts.get(starts.size() - 1).offset()) {
                continue; // a line longer than a part
            }
            // The line that ends at or after the byte before `wanted` is the last of the part before.
            line += lines.skipTo(wanted - 1);
            line += lines.skipLine();
            if (lines.offset() >= size) {
                break;
            }
            starts.add(new Position(lines.offset(), line));
        }
        return starts;
    }

    AudiencePage read(CsvShard shard, Position start, int limit, Malformed malformed) throws IOException {
        try (FileChannel channel = open()) {
            Known file = verify(channel, shard);
            CsvRows rows = new CsvRows(file.header, file.uses, columns);
            CsvLines lines = new CsvLines(channel, start, shard.to());
            List<AudienceRow> page = new ArrayList<>(limit);
            while (page.size() < limit && lines.offset() - start.offset() < MAX_PAGE_BYTES && lines.next()) {
                if (lines.isBlank()) {
                    continue;
                }
                String problem = lines.isTooLong() ? "is longer than " + CsvAudience.MAX_LINE_BYTES + " bytes" : null;
                if (problem == null) {
                    problem = rows.parse(lines.bytes(), lines.lineStart(), lines.lineEnd());
                }
                if (problem != null) {
                    malformed.line(lines.lineNumber(), lines.lineOffset(), problem);
                } else {
                    page.add(rows.row(Long.toString(lines.lineOffset())));
                }
            }
            checkUnchanged(shard);
            return new AudiencePage(
                    page, lines.offset() >= shard.to() ? null : lines.position().toString());
        }
    }

    long estimatedRows() throws IOException {
        try (FileChannel channel = open()) {
            Known file = look(channel);
            long bytes = file.fingerprint.size - file.firstLine;
            if (bytes <= 0) {
                return 0;
            }
            long scanned = Math.min(bytes, ESTIMATED_BYTES);
            NewLines lines = new NewLines(channel, file.firstLine);
            long count = lines.skipTo(file.firstLine + scanned);
            if (scanned < bytes) {
                return Math.round((double) count / scanned * bytes);
            }
            return lines.endsInLine() ? count + 1 : count;
        }
    }

    private FileChannel open() throws IOException {
        return FileChannel.open(path, StandardOpenOption.READ);
    }

    private Known verify(FileChannel channel, CsvShard shard) throws IOException {
        checkUnchanged(shard);
        Known file = known;
        Fingerprint expected = new Fingerprint(shard.size(), shard.changed(), shard.hash());
        if (file == null || !file.fingerprint.equals(expected)) {
            file = look(channel);
        }
        if (!file.fingerprint.equals(expected)) {
            throw changed();
        }
        return file;
    }

    private void checkUnchanged(CsvShard shard) throws IOException {
        BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
        if (now.size() != shard.size() || now.lastModifiedTime().toMillis() != shard.changed()) {
            throw changed();
        }
    }

    private static AudienceException changed() {
        return new AudienceException(
                AudienceException.Kind.CHANGED, "the CSV file is no longer the one that the fan-out was launched with");
    }

    private Known look(FileChannel channel) throws IOException {
        BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
        Fingerprint print = new Fingerprint(now.size(), now.lastModifiedTime().toMillis(), hash(channel, now.size()));
        CsvLines lines = CsvLines.header(channel, now.size());
        List<String> header = CsvRows.header(lines, columns.delimiter());
        Known file = new Known(print, header, columns.uses(header), lines.offset());
        known = file;
        return file;
    }

    private static String hash(FileChannel channel, long size) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes(channel, 0, (int) Math.min(size, HASHED_BYTES)));
            digest.update(bytes(channel, Math.max(0, size - HASHED_BYTES), (int) Math.min(size, HASHED_BYTES)));
            return HexFormat.of().formatHex(digest.digest()).substring(0, HASH_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    private static ByteBuffer bytes(FileChannel channel, long offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining() && channel.read(buffer, offset + buffer.position()) >= 0) {
            // reads on
        }
        return buffer.flip();
    }

    /** Counts line ends on the way through the file. */
    private static final class NewLines {

        private final FileChannel channel;
        private final byte[] bytes = new byte[SCAN_BYTES];
        private long fileOffset;
        private int position;
        private int end;
        private byte last = '\n';

        NewLines(FileChannel channel, long offset) {
            this.channel = channel;
            fileOffset = offset;
        }

        /** Where it stands. */
        long offset() {
            return fileOffset + position;
        }

        boolean endsInLine() {
            return last != '\n';
        }

        /** Goes to an offset, or to the end. */
        long skipTo(long target) throws IOException {
            long count = 0;
            while (offset() < target && fill()) {
                int stop = (int) Math.min(end, position + (target - offset()));
                for (int i = position; i < stop; i++) {
                    if (bytes[i] == '\n') {
                        count++;
                    }
                }
                last = bytes[stop - 1];
                position = stop;
            }
            return count;
        }

        /** Goes behind the next line end, or to the end. */
        long skipLine() throws IOException {
            while (fill()) {
                while (position < end) {
                    last = bytes[position++];
                    if (last == '\n') {
                        return 1;
                    }
                }
            }
            return 0;
        }

        private boolean fill() throws IOException {
            if (position < end) {
                return true;
            }
            fileOffset += end;
            position = 0;
            end = Math.max(0, channel.read(ByteBuffer.wrap(bytes), fileOffset));
            return end > 0;
        }
    }
}
