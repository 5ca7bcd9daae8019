package dev.notifykit.apns;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {

    private static final String SAMPLE =
            "{\"a\":[1,-2.5e+3,0,true,false,null,{}],\"b\\u00e9\\n\":{\"c\":\"\u00e9\\\"\"},\"d\":[[],[{\"e\":0.1}]]}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                " { } ",
                "{\"a\":1}",
                "{\"a\":-0}",
                "{\"a\":1E5}",
                "{\"a\":\"\\ud83d\"}",
                "{\"\":[]}",
                "\t{\r\"a\"\n:\t[ 1 , 2 ] }"
            })
    void objects(String text) {
        assertThat(JsonText.isObject(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "1",
                "[]",
                "\"a\"",
                "{",
                "}",
                "{}}",
                "{},",
                "{} {}",
                "{a:1}",
                "{'a':1}",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{,}",
                "{\"a\":[1,]}",
                "{\"a\":[1 2]}",
                "{\"a\":01}",
                "{\"a\":1.}",
                "{\"a\":.5}",
                "{\"a\":+1}",
                "{\"a\":1e}",
                "{\"a\":NaN}",
                "{\"a\":tru}",
                "{\"a\":\"}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12g4\"}",
                "{\"a\":\"\\",
                "{\"a\":\"\n\"}",
                "{\"a\":1]",
                "{\"a\":[1}",
                "{} /* */",
                "{}\u0000",
                "\u00a0{}",
                "{\"a\":1},\"event\":\"end\"",
                "{\"a\":\"\\u12"
            })
    void others(String text) {
        assertThat(JsonText.isObject(text)).isFalse();
    }

    @Test
    void depthHasABound() {
        assertThat(JsonText.isObject("{\"a\":".repeat(60) + "1" + "}".repeat(60)))
                .isTrue();
        assertThat(JsonText.isObject("{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}"))
                .isFalse();
    }

    @Test
    void whatIsTakenIsJsonForOthersToo() {
        assertThat(JsonText.isObject(SAMPLE)).isTrue();
        Random random = new Random(7);
        int taken = 0;
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder(SAMPLE);
            for (int change = random.nextInt(3); change >= 0; change--) {
                int at = random.nextInt(text.length());
                if (random.nextBoolean()) {
                    text.deleteCharAt(at);
                } else {
                    text.setCharAt(at, SAMPLE.charAt(random.nextInt(SAMPLE.length())));
                }
            }
            if (JsonText.isObject(text.toString())) {
                taken++;
                assertThat(isJson(text.toString())).as("%s", text).isTrue();
            }
        }
        assertThat(taken).isPositive();
    }

    private static boolean isJson(String text) {
        try (JsonReader reader = new JsonReader(new StringReader(text))) {
            reader.setStrictness(Strictness.STRICT);
            reader.skipValue();
            return reader.peek() == JsonToken.END_DOCUMENT;
        } catch (IOException | IllegalStateException e) {
            return false;
        }
    }
}
