package dev.notifykit.fanout;

import dev.notifykit.fanout.CsvShard.Position;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Reads lines from a place in a file, in a buffer of a fixed size whatever the file holds. Used by one thread.
 */
final class CsvLines {

    private static final int BUFFER_BYTES = 2 * CsvAudience.MAX_LINE_BYTES;

    private final FileChannel channel;
    private final long stop;
    private final byte[] bytes = new byte[BUFFER_BYTES];

    /** The offset in the file of the first byte in the buffer. */
    private long base;

    private int position;
    private int end;
    private long nextLine;

    private long lineOffset;
    private int lineStart;
    private int lineEnd;
    private boolean tooLong;

    /**
     * Reads from a position.
     *
     * @param channel the file
     * @param start where a line begins
     * @param stop where the first line begins that is not read any more
     */
    CsvLines(FileChannel channel, Position start, long stop) {
        this.channel = channel;
        this.stop = stop;
        base = start.offset();
        nextLine = start.line();
    }

    /** Stands at the header line, behind a byte order mark; empty if the file is. */
    static CsvLines header(FileChannel channel, long size) throws IOException {
        CsvLines lines = new CsvLines(channel, new Position(0, 1), size);
        lines.fill();
        byte[] b = lines.bytes;
        if (lines.end >= 3 && b[0] == (byte) 0xEF && b[1] == (byte) 0xBB && b[2] == (byte) 0xBF) {
            lines.position = 3;
        }
        lines.next();
        return lines;
    }

    /** Goes to the next line; false when there is none before the stop. */
    boolean next() throws IOException {
        lineOffset = offset();
        lineStart = position;
        lineEnd = position;
        tooLong = false;
        if (lineOffset >= stop) {
            return false;
        }
        int scan = position;
        while (true) {
            while (scan < end && bytes[scan] != '\n') {
                scan++;
            }
            if (scan < end) {
                lineEnd = scan;
                position = scan + 1;
                break;
            }
            if (scan - lineStart > CsvAudience.MAX_LINE_BYTES) {
                tooLong = true;
                position = scan; // what was read of it is let go
            }
            scan -= compact();
            if (!fill()) {
                if (offset() < stop && !(scan > lineStart)) {
                    throw shorter();
                }
                lineEnd = scan;
                position = scan;
                break;
            }
        }
        nextLine++;
        tooLong |= lineEnd - lineStart > CsvAudience.MAX_LINE_BYTES;
        if (!tooLong && lineEnd > lineStart && bytes[lineEnd - 1] == '\r') {
            lineEnd--;
        }
        return true;
    }

    private static AudienceException shorter() {
        return new AudienceException(AudienceException.Kind.CHANGED, "the CSV file ends before its shard does");
    }

    /** Moves what is not consumed to the front; answers by how much. */
    private int compact() {
        int moved = position;
        System.arraycopy(bytes, moved, bytes, 0, end - moved);
        base += moved;
        end -= moved;
        position = 0;
        lineStart = 0;
        return moved;
    }

    private boolean fill() throws IOException {
        int read = channel.read(ByteBuffer.wrap(bytes, end, bytes.length - end), base + end);
        if (read > 0) {
            end += read;
        }
        return read > 0;
    }

    /** Where the next line begins. */
    long offset() {
        return base + position;
    }

    Position position() {
        return new Position(offset(), nextLine);
    }

    long lineOffset() {
        return lineOffset;
    }

    long lineNumber() {
        return nextLine - 1;
    }

    boolean isTooLong() {
        return tooLong;
    }

    boolean isBlank() {
        return !tooLong && lineStart == lineEnd;
    }

    byte[] bytes() {
        return bytes;
    }

    int lineStart() {
        return lineStart;
    }

    int lineEnd() {
        return lineEnd;
    }
}
