package dev.notifykit.redis;

import dev.notifykit.fanout.OpenPage;
import dev.notifykit.result.SendResult;
import java.util.BitSet;
import java.util.stream.Stream;

/** Reads a page's marks, four bits a row, and its intents, a bit a row; the first row's are the highest bits of the first byte. */
final class PageMarks {

    private static final int HIGHEST =
            Stream.of(SendResult.Kind.values()).mapToInt(OpenPage::code).max().orElse(OpenPage.PARKED);

    private PageMarks() {}

    /**
     * One byte for each row.
     *
     * @throws RedisFailure when one is of a result that this build does not know
     */
    static byte[] marks(byte[] packed, int rows) {
        byte[] marks = new byte[rows];
        for (int i = 0; i < rows; i++) {
            marks[i] = (byte) ((i % 2 == 0 ? packed[i / 2] >> 4 : packed[i / 2]) & 0xF);
            if (marks[i] > HIGHEST) {
                throw unknown();
            }
        }
        return marks;
    }

    static BitSet intents(byte[] packed) {
        BitSet intents = new BitSet();
        for (int i = 0; i < packed.length * Byte.SIZE; i++) {
            intents.set(i, (packed[i / Byte.SIZE] >> (Byte.SIZE - 1 - i % Byte.SIZE) & 1) == 1);
        }
        return intents;
    }

    /** A kind of result by its code. */
    static SendResult.Kind kind(int code) {
        SendResult.Kind kind = code < 0 || code > HIGHEST ? null : OpenPage.kind((byte) code);
        if (kind == null) {
            throw unknown();
        }
        return kind;
    }

    private static RedisFailure unknown() {
        return new RedisFailure(RedisFailure.Kind.DAMAGED, "a result that this build does not know");
    }
}
