package dev.notifykit.fcm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonWriterTest {

    @Test
    void anyTextComesBackAndIsCounted() throws JsonWriter.Unwritable {
        Random random = new Random(7);
        for (int round = 0; round < 2_000; round++) {
            JsonWriter json = new JsonWriter(1 << 20);
            JsonWriter measured = JsonWriter.measuring(1 << 20);
            JsonObject expected = new JsonObject();
            int content = 0;
            json.open('{');
            for (int field = 0; field < random.nextInt(6); field++) {
                String name = field + text(random);
                String value = text(random);
                expected.addProperty(name, value);
                json.name(name).value(value);
                measured.name(name).value(value);
                content += bytes(name) + bytes(value);
            }
            json.close('}');
            String written = written(json);
            assertThat(JsonParser.parseString(written)).isEqualTo(expected);
            assertThat(json.contentBytes()).isEqualTo(content);
            assertThat(measured.contentBytes()).isEqualTo(content);
            assertThat(measured.length()).isZero();
        }
    }

    private static String written(JsonWriter json) {
        return new String(json.bytes(), 0, json.length(), StandardCharsets.UTF_8);
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(40); i > 0; i--) {
            int range = random.nextInt(5);
            int bound = new int[] {0x20, 0x80, 0x800, 0x10000, 0x110000}[range];
            int point = random.nextInt(bound);
            text.appendCodePoint(point >= 0xD800 && point <= 0xDFFF ? 'x' : point);
        }
        return text.toString();
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    @Test
    void nested() throws JsonWriter.Unwritable {
        JsonWriter json = new JsonWriter(100);
        json.open('{')
                .name("a")
                .open('[')
                .value("x")
                .value(7)
                .value(true)
                .open('{')
                .close('}')
                .close(']');
        json.name("b").value(-1).close('}');
        assertThat(written(json)).isEqualTo("{\"a\":[\"x\",7,true,{}],\"b\":-1}");
    }

    @Test
    void refusesWhatHasNoForm() {
        for (String bad : new String[] {"\uD83D", "\uDE00", "a\uD83Db", "\uDE00\uD83D", "\uD83D\uD83D\uDE00"}) {
            assertThatThrownBy(() -> new JsonWriter(100).value(bad)).isInstanceOf(JsonWriter.Unwritable.class);
            assertThatThrownBy(() -> JsonWriter.measuring(100).value(bad)).isInstanceOf(JsonWriter.Unwritable.class);
        }
        assertThatThrownBy(() -> new JsonWriter(4).value("12345"))
                .isInstanceOfSatisfying(
                        JsonWriter.Unwritable.class,
                        u -> assertThat(u.tooLong()).isTrue());
    }
}
