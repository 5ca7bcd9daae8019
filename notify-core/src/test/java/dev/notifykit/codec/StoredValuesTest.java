package dev.notifykit.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.codec.CorruptValueException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every kind of value that is stored. */
class StoredValuesTest {

    private static final int VALUES = 2000;
    private static final int SAMPLES = 4;

    static List<Stored<?>> kinds() {
        return Stored.all();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    <T> void whatIsUnpackedEqualsWhatWasPacked(Stored<T> kind) {
        RandomValues values = new RandomValues(20);
        for (int i = 0; i < VALUES; i++) {
            T value = kind.drawn().apply(values);
            byte[] bytes = kind.pack().apply(value);
            T unpacked = kind.unpack().apply(bytes);

            assertThat(unpacked).isEqualTo(value).hasSameHashCodeAs(value);
            assertThat(kind.pack().apply(unpacked)).isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    <T> void theSameValueHasTheSameBytes(Stored<T> kind) {
        for (int i = 0; i < VALUES / 10; i++) {
            assertThat(kind.bytes(new RandomValues(i))).isEqualTo(kind.bytes(new RandomValues(i)));
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void everyTruncationIsRefusedOrHarmless(Stored<?> kind) {
        RandomValues values = new RandomValues(21);
        for (int i = 0; i < SAMPLES; i++) {
            byte[] bytes = kind.bytes(values);
            for (int length = 0; length < bytes.length; length++) {
                // A record may lose its last fields and still be a record, an older one.
                kind.survives(Arrays.copyOf(bytes, length));
            }
            assertThatThrownBy(() -> kind.unpack().apply(new byte[0]))
                    .isInstanceOfSatisfying(
                            CorruptValueException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.TRUNCATED));
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void everyWrongByteIsRefusedOrHarmless(Stored<?> kind) {
        RandomValues values = new RandomValues(22);
        int refused = 0;
        for (int i = 0; i < SAMPLES; i++) {
            byte[] bytes = kind.bytes(values);
            boolean small = bytes.length < 150;
            for (int at = 0; at < bytes.length; at++) {
                // Of a small value every other byte in every place, of a large one every bit.
                for (int change = 1; change < 256; change = small ? change + 1 : change << 1) {
                    byte[] wrong = bytes.clone();
                    wrong[at] ^= (byte) change;
                    refused += kind.survives(wrong) ? 0 : 1;
                }
            }
        }
        assertThat(refused).isPositive();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void rubbishIsRefusedOrHarmless(Stored<?> kind) {
        Random random = new Random(23);
        byte[] head = Arrays.copyOf(kind.bytes(new RandomValues(23)), 2);
        for (int i = 0; i < 5_000; i++) {
            byte[] rubbish = new byte[2 + random.nextInt(80)];
            random.nextBytes(rubbish);
            System.arraycopy(head, 0, rubbish, 0, head.length);
            kind.survives(rubbish);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void noLengthIsBelievedBeforeItIsSeen(Stored<?> kind) throws ReflectiveOperationException {
        Allocated allocated = new Allocated();
        RandomValues values = new RandomValues(24);
        for (int i = 0; i < SAMPLES; i++) {
            byte[] bytes = kind.bytes(values);
            for (int at = 2; at < bytes.length; at++) {
                // A number of up to 2^62 in place of whatever was there.
                byte[] wrong = bytes.clone();
                Arrays.fill(wrong, at, Math.min(at + 8, bytes.length), (byte) 0xFF);
                if (at + 8 < bytes.length) {
                    wrong[at + 8] = 0x3F;
                }
                long before = allocated.bytes();
                try {
                    kind.unpack().apply(wrong);
                } catch (CorruptValueException e) {
                    assertThat(e).hasNoCause();
                }
                // Far below what such a number would take, far above what loading classes does.
                assertThat(allocated.bytes() - before).isLessThan(8_000_000);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void whatIsOfAnotherKindIsForeign(Stored<?> kind) {
        RandomValues values = new RandomValues(25);
        for (Stored<?> other : Stored.all()) {
            if (other != kind) {
                assertReason(kind, other.bytes(values), Reason.FOREIGN);
            }
        }
        for (String text : List.of("{\"a\":1}", "hello", "12345", "\u0000\u0000\u0000")) {
            assertReason(kind, text.getBytes(StandardCharsets.UTF_8), Reason.FOREIGN);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aVersionOfTheFutureIsNewer(Stored<?> kind) {
        byte[] bytes = kind.bytes(new RandomValues(26));
        bytes[0]++;

        assertReason(kind, bytes, Reason.NEWER);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void whatIsTooLargeIsNotRead(Stored<?> kind) {
        assertReason(kind, new byte[(32 << 20) + 1], Reason.TOO_LARGE);
    }

    @Test
    void afterAParkedRowNothingComes() {
        byte[] bytes = Stored.PARKED.bytes(new RandomValues(27));

        assertReason(Stored.PARKED, Arrays.copyOf(bytes, bytes.length + 1), Reason.INVALID);
    }

    private static void assertReason(Stored<?> kind, byte[] bytes, Reason reason) {
        assertThatThrownBy(() -> kind.unpack().apply(bytes))
                .isInstanceOfSatisfying(
                        CorruptValueException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
