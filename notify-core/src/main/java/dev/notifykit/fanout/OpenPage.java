package dev.notifykit.fanout;

import dev.notifykit.result.SendResult;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An opened page as the store kept it: its manifest and what is noted of its rows. Not to be changed.
 *
 * @param number its number in the shard, from 0
 * @param rows its manifest
 * @param marks per row: {@link #UNMARKED}, {@link #PARKED}, or the code of a result
 * @param intents the rows for which an attempt was announced; empty unless at most once was asked for
 */
@SuppressWarnings("ArrayRecordComponent") // one byte a row, by the thousand; compared by nobody
public record OpenPage(int number, List<AudienceRow> rows, byte[] marks, BitSet intents) {

    /** Nothing is noted of the row. */
    public static final byte UNMARKED = 0;

    /** The row waits for a later time; it left the page. */
    public static final byte PARKED = 1;

    private static final int FIRST_RESULT = 2;
    private static final SendResult.Kind[] KINDS = SendResult.Kind.values();

    /**
     * The code of a result.
     *
     * @param kind the result
     * @return its code, which fits four bits
     */
    @SuppressWarnings("EnumOrdinal") // the order of the kinds is the stored format: append only
    public static byte code(SendResult.Kind kind) {
        return (byte) (kind.ordinal() + FIRST_RESULT);
    }

    /**
     * The result behind a code.
     *
     * @param code a row's mark
     * @return the result; null when the mark is none
     */
    public static SendResult.@Nullable Kind kind(byte code) {
        return code < FIRST_RESULT ? null : KINDS[code - FIRST_RESULT];
    }
}
