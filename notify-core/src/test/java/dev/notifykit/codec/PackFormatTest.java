package dev.notifykit.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.codec.CorruptValueException.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackFormatTest {

    private enum Fruit {
        APPLE,
        PEAR
    }

    private static final EnumCodes<Fruit> FRUITS = EnumCodes.of(Fruit.class, Map.of(Fruit.APPLE, 7, Fruit.PEAR, 3));
    private static final PackFormat BOX = new PackFormat("box", 'B', 2, 1000);

    private static <T> T through(Consumer<PackWriter> content, Function<PackReader, T> reading) {
        return BOX.unpack(BOX.pack(content), reading);
    }

    private static int contentBytes(Consumer<PackWriter> content) {
        return BOX.pack(content).length - 2;
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 63, -64, 64, 300, -70000, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MIN_VALUE})
    void numbers(long number) {
        assertThat(through(out -> out.number(number), PackReader::number)).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.0, 0.1, Double.NaN, Double.MIN_VALUE, Double.NEGATIVE_INFINITY})
    void decimals(double number) {
        assertThat(through(out -> out.decimal(number), PackReader::decimal)).isEqualTo(Double.valueOf(number));
    }

    @Test
    void textsAreExactAndShort() {
        Map<String, Integer> bytes = new LinkedHashMap<>();
        bytes.put("", 1);
        bytes.put("hello", 6);
        bytes.put("grün\u0000", 6);
        bytes.put("12345", 4);
        bytes.put("c0ffee".repeat(10) + "beef", 2 + 32);
        bytes.put("C0FFEE", 7);
        bytes.put("推送", 5);
        bytes.put("ok 推送 ok", 13);
        bytes.put("\ud83d\ude00", 5);
        bytes.put("\ud83d", 3);
        bytes.put("\ude00\ud83d!", 7);
        bytes.forEach((text, length) -> {
            assertThat(through(out -> out.text(text), PackReader::text)).isEqualTo(text);
            assertThat(contentBytes(out -> out.text(text))).as(text).isEqualTo(length);
        });
    }

    @Test
    void everyCharIsExact() {
        for (int c = 0; c <= Character.MAX_VALUE; c++) {
            String text = "a" + (char) c + "e";
            assertThat(through(out -> out.text(text), PackReader::text)).isEqualTo(text);
        }
    }

    @Test
    void times() {
        for (Instant instant : List.of(Instant.MIN, Instant.MAX, Instant.EPOCH, Instant.ofEpochSecond(-1, 1))) {
            assertThat(through(out -> out.instant(instant), PackReader::instant))
                    .isEqualTo(instant);
        }
        for (Duration duration : List.of(Duration.ZERO, Duration.ofNanos(-1), Duration.ofSeconds(Long.MIN_VALUE))) {
            assertThat(through(out -> out.duration(duration), PackReader::duration))
                    .isEqualTo(duration);
        }
        assertThat(contentBytes(out -> out.instant(Instant.ofEpochMilli(1_764_000_000_123L))))
                .isEqualTo(7);
        assertThat(contentBytes(out -> out.duration(Duration.ofSeconds(30)))).isEqualTo(2);
    }

    @Test
    void theRest() {
        Map<String, String> map = new LinkedHashMap<>();
        map.put("z", "1");
        map.put("a", "2");
        assertThat(through(out -> out.texts(map), PackReader::textMap).entrySet())
                .containsExactlyElementsOf(map.entrySet());
        assertThat(through(out -> out.texts(List.of("b", "", "a")), PackReader::texts))
                .containsExactly("b", "", "a");
        assertThat(through(out -> out.bytes(new byte[] {0, -1}), PackReader::bytes))
                .containsExactly(0, -1);
        assertThat(PackFormatTest.<List<String>>through(
                        out -> out.optional("x", PackWriter::text).optional(null, PackWriter::text),
                        in -> List.of(
                                String.valueOf(in.optional(PackReader::text)),
                                String.valueOf(in.optional(PackReader::text)))))
                .containsExactly("x", "null");
        assertThat(PackFormatTest.<Boolean>through(out -> out.flag(true).flag(false), in -> in.flag() && !in.flag()))
                .isTrue();
    }

    @Test
    void codesAreNotOrdinals() {
        assertThat(BOX.pack(out -> out.code(FRUITS, Fruit.PEAR))).endsWith(3);
        assertThat(PackFormatTest.<Fruit>through(out -> out.code(FRUITS, Fruit.APPLE), in -> in.code(FRUITS)))
                .isEqualTo(Fruit.APPLE);
        assertCorrupt(Reason.NEWER, out -> out.code(9), in -> in.code(FRUITS));
    }

    @Test
    void everyConstantNeedsACodeOfItsOwn() {
        assertThatIllegalArgumentException().isThrownBy(() -> EnumCodes.of(Fruit.class, Map.of(Fruit.APPLE, 1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EnumCodes.of(Fruit.class, Map.of(Fruit.APPLE, 1, Fruit.PEAR, 1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EnumCodes.of(Fruit.class, Map.of(Fruit.APPLE, 1, Fruit.PEAR, 128)));
    }

    @Test
    void theHeadIsTheVersionAndTheLetter() {
        assertThat(HexFormat.of().formatHex(BOX.pack(out -> out.number(1)))).isEqualTo("024202");
        byte[] old = {1, 'B'};
        assertThat(BOX.<Integer>unpack(old, PackReader::version)).isEqualTo(1);
    }

    @Test
    void noLengthOrNumberGoesBeyondTheBytes() {
        byte[] endless = HexFormat.of().parseHex("0242ffffffffffffffffffff01");
        List<Function<PackReader, ?>> readers = List.of(
                PackReader::number,
                PackReader::size,
                PackReader::index,
                PackReader::text,
                PackReader::bytes,
                PackReader::texts,
                PackReader::textMap,
                in -> in.section(PackReader::text));
        for (Function<PackReader, ?> reader : readers) {
            assertThatThrownBy(() -> BOX.unpack(endless, reader)).isInstanceOf(CorruptValueException.class);
        }
        for (String length : List.of("15", "7f", "ffffffff07", "ffffffffffffffff7f", "feffffffffffffffff01")) {
            byte[] bytes = HexFormat.of().parseHex("0242" + length + "61");
            for (Function<PackReader, ?> reader : readers.subList(1, readers.size())) {
                assertThatThrownBy(() -> BOX.unpack(bytes, reader))
                        .as(length)
                        .isInstanceOf(CorruptValueException.class);
            }
        }
    }

    @Test
    void whatIsWrongIsToldByItsReason() {
        assertCorrupt(Reason.TRAILING, out -> out.number(1).number(2), PackReader::number);
        assertCorrupt(
                Reason.TRAILING, out -> out.section(s -> s.number(1).number(2)), in -> in.section(PackReader::number));
        assertCorrupt(
                Reason.TRAILING,
                out -> out.field(1, f -> f.number(1).number(2)),
                in -> in.fields((tag, f) -> {
                    f.number();
                    return true;
                }));
        assertCorrupt(Reason.TRUNCATED, out -> out.number(1), PackReader::decimal);
        assertCorrupt(Reason.INVALID, out -> out.number(1), PackReader::flag);
        assertCorrupt(Reason.INVALID, out -> out.number(1L << 40), PackReader::integer);
        assertCorrupt(Reason.INVALID, out -> out.number(5).index(2000), PackReader::instant);
        assertCorrupt(Reason.INVALID, out -> out.number(Long.MAX_VALUE).index(0), PackReader::instant);
        assertCorrupt(Reason.INVALID, out -> out.index(1), in -> in.element(List.of("a")));
        // The byte FF, which UTF-8 never has.
        assertCorrupt(Reason.INVALID, out -> out.index(1 << 2 | 1).index(0xFF), PackReader::text);
        assertCorrupt(Reason.INVALID, out -> out.index(0).index(0), in -> in.fields((tag, f) -> true));
    }

    @Test
    void aNameThatIsThereTwiceIsInvalid() {
        assertCorrupt(
                Reason.INVALID, out -> out.size(2).text("a").text("1").text("a").text("2"), PackReader::textMap);
    }

    @Test
    void whatTheReaderThrowsShowsNoContent() {
        assertThatThrownBy(() -> through(out -> out.text("secret"), in -> Instant.parse(in.text())))
                .isInstanceOf(CorruptValueException.class)
                .hasNoCause()
                .hasMessageContaining("box")
                .hasMessageContaining("DateTimeParseException")
                .hasMessageNotContaining("secret")
                .satisfies(e -> assertThat(e.getStackTrace()).isNotEmpty());
    }

    @Test
    void theLimitHoldsOnBothSides() {
        assertThat(BOX.pack(out -> out.text("x".repeat(996)))).hasSize(1000);
        assertThatThrownBy(() -> BOX.pack(out -> out.text("x".repeat(997))))
                .isInstanceOf(ValueTooLargeException.class)
                .hasMessageContaining("box")
                .hasMessageContaining("1000");
        assertThatThrownBy(() -> BOX.pack(out -> out.section(s -> s.text("x".repeat(996)))))
                .isInstanceOf(ValueTooLargeException.class);
        assertThatThrownBy(() -> BOX.unpack(new byte[1001], PackReader::text))
                .isInstanceOfSatisfying(
                        CorruptValueException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LARGE));
    }

    @Test
    void sectionsAndFieldsCanBeLong() {
        for (int length : List.of(0, 126, 127, 128, 500)) {
            String text = "x".repeat(length);
            assertThat(PackFormatTest.<String>through(
                            out -> out.section(s -> s.section(t -> t.text(text)).flag(true)),
                            in -> in.section(s -> s.section(PackReader::text) + s.flag())))
                    .isEqualTo(text + "true");
        }
    }

    @Test
    void fieldsThatAreNotKnownAreKept() {
        byte[] newer = BOX.pack(out -> out.field(1, f -> f.text("old"))
                .field(9, f -> f.text("new"))
                .field(63, f -> f.field(1, g -> g.number(5))));
        KeptFields kept = BOX.unpack(
                newer, in -> in.fields((tag, f) -> tag == 1 && f.text().equals("old")));

        assertThat(kept).hasToString("KeptFields[9, 63]").isNotEqualTo(KeptFields.NONE);
        assertThat(kept.isEmpty()).isFalse();
        assertThat(BOX.pack(out -> out.field(1, f -> f.text("old")).keep(kept))).isEqualTo(newer);
        assertThat(BOX.pack(out -> out.field(1, f -> f.text("old")).keep(kept))).isEqualTo(newer);
        assertThat(BOX.pack(out -> out.field(9, f -> f.text("mine")).keep(kept)))
                .as("set anew")
                .isEqualTo(BOX.pack(out ->
                        out.field(9, f -> f.text("mine")).field(63, f -> f.field(1, g -> g.number(5)))));
        assertThat(BOX.<KeptFields>unpack(
                        newer, in -> in.fields((tag, f) -> tag == 1 && f.text().equals("old"))))
                .isEqualTo(kept)
                .hasSameHashCodeAs(kept);
    }

    @Test
    void aTagIsUsedOnceInARecord() {
        assertThatIllegalArgumentException().isThrownBy(() -> BOX.pack(out -> out.field(0, f -> {})));
        assertThatIllegalArgumentException().isThrownBy(() -> BOX.pack(out -> out.field(64, f -> {})));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BOX.pack(out -> out.field(1, f -> {}).field(1, f -> {})));
        assertThat(BOX.pack(out ->
                        out.section(s -> s.field(1, f -> f.field(1, g -> {}))).field(1, f -> {})))
                .hasSizeGreaterThan(2);
        byte[] twice = {2, 'B', 1, 0, 1, 0};
        assertThatThrownBy(() -> BOX.unpack(twice, in -> in.fields((tag, f) -> true)))
                .isInstanceOf(CorruptValueException.class);
    }

    @Test
    void aFormatIsChecked() {
        for (PackFormatMaker maker : List.<PackFormatMaker>of(
                () -> new PackFormat(" ", 'B', 1, 10),
                () -> new PackFormat("box", ' ', 1, 10),
                () -> new PackFormat("box", 'ä', 1, 10),
                () -> new PackFormat("box", 'B', 0, 10),
                () -> new PackFormat("box", 'B', 32, 10),
                () -> new PackFormat("box", 'B', 1, 1))) {
            assertThatIllegalArgumentException().isThrownBy(maker::make);
        }
    }

    private interface PackFormatMaker {
        PackFormat make();
    }

    private static void assertCorrupt(Reason reason, Consumer<PackWriter> content, Function<PackReader, ?> reading) {
        assertThatThrownBy(() -> through(content, reading))
                .isInstanceOfSatisfying(
                        CorruptValueException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
