package dev.notifykit.fcm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The usual answer has a way of its own past the parser; it must not read anything else. */
class FcmErrorTest {

    private static FcmError parse(String body) {
        return FcmError.parse("application/json", body.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\":\"projects/p/messages/0:1\"}",
                " {\n  \"name\" : \"projects/p/messages/0:1\"\r\n}\n",
                "{\"name\":\"projects\\/p\\/messages\\/0:1\"}",
                "{\"other\":{\"name\":\"no\"},\"name\":\"projects/p/messages/0:1\"}",
                "{\"name\":\"no\",\"name\":\"projects/p/messages/0:1\"}"
            })
    void theNameIsFound(String body) {
        assertThat(parse(body).name()).isEqualTo("projects/p/messages/0:1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {"{\"name\":\" a b \"}|` a b `", "{\"name\":\"ü\"}|ü", "{\"name\":\"\\u0041\"}|A"})
    void nothingIsLostOfAnOddName(String body, String name) {
        assertThat(parse(body).name()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{}",
                "{\"name\"",
                "{\"name\":",
                "{\"name\":\"",
                "{\"name\":\"x",
                "{\"name\":\"x\"",
                "[\"name\"]"
            })
    void halfAnAnswerHasNoName(String body) {
        assertThat(parse(body).name()).isNull();
    }
}
