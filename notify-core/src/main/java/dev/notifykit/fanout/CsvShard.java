package dev.notifykit.fanout;

import org.jspecify.annotations.Nullable;

/**
 * A part of a CSV file, with the fingerprint that the file had when it was split.
 *
 * @param from where its first line begins, in bytes
 * @param to where the first line after it begins
 * @param line the number of its first line, from 1
 * @param size the file's size
 * @param changed when the file was last changed, in milliseconds of the epoch
 * @param hash of the file's head and tail
 */
record CsvShard(long from, long to, long line, long size, long changed, String hash) {

    private static final String FORMAT = "csv1";

    /**
     * A place between two lines.
     *
     * @param offset in bytes
     * @param line the number of the line that begins here
     */
    record Position(long offset, long line) {

        @Override
        public String toString() {
            return offset + ":" + line;
        }
    }

    static CsvShard parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 7 || !parts[0].equals(FORMAT)) {
            throw unreadable("the shard's description is not one of a CSV file");
        }
        return new CsvShard(
                number(parts[1]), number(parts[2]), number(parts[3]), number(parts[4]), number(parts[5]), parts[6]);
    }

    Position position(@Nullable String cursor) {
        if (cursor == null) {
            return new Position(from, line);
        }
        String[] parts = cursor.split(":", -1);
        if (parts.length != 2) {
            throw unreadable("the cursor is not one of a CSV file");
        }
        Position position = new Position(number(parts[0]), number(parts[1]));
        if (position.offset < from || position.offset > to) {
            throw unreadable("the cursor lies outside its shard");
        }
        return position;
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw unreadable("a shard's description or a cursor holds something else than numbers");
        }
    }

    private static AudienceException unreadable(String message) {
        return new AudienceException(AudienceException.Kind.UNREADABLE, message);
    }

    @Override
    public String toString() {
        return FORMAT + ":" + from + ":" + to + ":" + line + ":" + size + ":" + changed + ":" + hash;
    }
}
