package dev.notifykit.apns;

import static org.assertj.core.api.Assertions.assertThat;

import com.eatthepath.json.JsonParser;
import dev.notifykit.apns.ApnsOptions.InterruptionLevel;
import dev.notifykit.apns.ApnsOptions.PushType;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.Text;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PayloadTest {

    private static String json(Notification n) {
        ApnsOptions options = n.options(ProviderId.APNS, ApnsOptions.class).orElse(null);
        return Payload.write(new JsonWriter(), n, options, n.background() ? PushType.BACKGROUND : PushType.ALERT, null)
                .json();
    }

    @Test
    void everythingAnAlertCanSay() {
        Notification n = Notification.builder()
                .title("T")
                .subtitle("S")
                .body("B")
                .badge(0)
                .sound("default")
                .image("https://acme.com/cat.png")
                .thread("chat")
                .category("REPLY")
                .data("order", "42")
                .data("z", "")
                .options(ApnsOptions.builder()
                        .contentAvailable(true)
                        .targetContentId("window")
                        .interruptionLevel(InterruptionLevel.TIME_SENSITIVE)
                        .relevanceScore(0.5)
                        .build())
                .build();
        assertThat(Payload.write(
                                new JsonWriter(),
                                n,
                                n.options(ProviderId.APNS, ApnsOptions.class).orElseThrow(),
                                PushType.ALERT,
                                "0-1")
                        .json())
                .isEqualTo("{\"aps\":{\"alert\":{\"title\":\"T\",\"subtitle\":\"S\",\"body\":\"B\"},\"badge\":0,"
                        + "\"sound\":\"default\",\"thread-id\":\"chat\",\"category\":\"REPLY\",\"content-available\":1,"
                        + "\"mutable-content\":1,\"target-content-id\":\"window\",\"interruption-level\":\"time-sensitive\","
                        + "\"relevance-score\":0.5},\"order\":\"42\",\"z\":\"\","
                        + "\"nk_image\":\"https://acme.com/cat.png\",\"nk_id\":\"0-1\"}");
    }

    @Test
    void textByKey() {
        Notification n = Notification.builder()
                .title(Text.localized("TITLE"))
                .subtitle(Text.localized("SUB", "a"))
                .body(Text.localized("BODY", "a", "b\"c"))
                .build();
        assertThat(json(n))
                .isEqualTo("{\"aps\":{\"alert\":{\"title-loc-key\":\"TITLE\",\"subtitle-loc-key\":\"SUB\","
                        + "\"subtitle-loc-args\":[\"a\"],\"loc-key\":\"BODY\",\"loc-args\":[\"a\",\"b\\\"c\"]}}}");
    }

    @Test
    void anAlertWithoutText() {
        assertThat(json(Notification.builder().badge(3).build())).isEqualTo("{\"aps\":{\"badge\":3}}");
    }

    @Test
    void mutableContentAlone() {
        Notification n = Notification.builder()
                .body("b")
                .options(ApnsOptions.builder().mutableContent(true).build())
                .build();
        assertThat(json(n)).isEqualTo("{\"aps\":{\"alert\":{\"body\":\"b\"},\"mutable-content\":1}}");
    }

    @Test
    void aBackgroundPushHasNothingButItsData() {
        Notification n = Notification.builder()
                .background()
                .thread("left out")
                .category("left out")
                .data("k", "v")
                .build();
        assertThat(json(n)).isEqualTo("{\"aps\":{\"content-available\":1},\"k\":\"v\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "a\"b|a\\\"b",
                "a\\b|a\\\\b",
                "</script>|</script>",
            })
    void escapes(String raw, String escaped) {
        assertThat(new JsonWriter().text(raw, "f").json()).isEqualTo("\"" + escaped + "\"");
    }

    @Test
    void escapesControlCharacters() {
        assertThat(new JsonWriter().text("\u0000\b\t\n\f\r\u001f\u007f", "f").json())
                .isEqualTo("\"\\u0000\\u0008\\t\\n\\u000c\\r\\u001f\u007f\"");
    }

    @Test
    void anyTextComesBackAndItsBytesAreCounted() throws ParseException {
        Random random = new Random(7);
        for (int round = 0; round < 2000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(40); i >= 0; i--) {
                int bound = List.of(0x80, 0x800, 0xD800, 0x110000).get(random.nextInt(4));
                int point = random.nextInt(bound);
                text.appendCodePoint(point >= 0xD800 && point < 0xE000 ? 'x' : point);
            }
            JsonWriter json =
                    new JsonWriter().open().key("k").text(text.toString(), "f").close();
            Map<String, Object> read = new JsonParser().parseJsonObject(json.json());
            assertThat(read).containsExactly(Map.entry("k", text.toString()));
            assertThat(json.bytes()).isEqualTo(json.json().getBytes(StandardCharsets.UTF_8).length);
            assertThat(json.malformedField()).isNull();
            JsonWriter measured = JsonWriter.measuring()
                    .open()
                    .key("k")
                    .text(text.toString(), "f")
                    .close();
            assertThat(measured.bytes()).isEqualTo(json.bytes());
            assertThat(measured.json()).isEmpty();
        }
    }

    @Test
    void halfAPairIsRememberedByItsField() {
        for (String half : List.of("\ud83d", "a\ude00", "\ude00\ud83d", "\ud83dx", "\ud83d\ud83d\ude00")) {
            JsonWriter json = new JsonWriter()
                    .text("fine \ud83d\ude00", "one")
                    .text(half, "two")
                    .text(half, "three");
            assertThat(json.malformedField()).isEqualTo("two");
            assertThat(JsonWriter.measuring()
                            .text("fine", "one")
                            .text(half, "two")
                            .malformedField())
                    .isEqualTo("two");
        }
    }

    @Test
    void theFieldIsNamedAsTheHostKnowsIt() {
        Notification inData = Notification.builder()
                .title("t")
                .data("fine", "v")
                .data("odd", "\ud83d")
                .build();
        Notification inKey =
                Notification.builder().title("t").data("\ud83d", "v").build();
        Notification inTitle = Notification.builder().title("\ud83d").build();
        assertThat(malformed(inData)).isEqualTo("data 'odd'");
        assertThat(malformed(inKey)).isEqualTo("data");
        assertThat(malformed(inTitle)).isEqualTo("title");
    }

    private static String malformed(Notification n) {
        return Payload.malformedField(Payload.write(new JsonWriter(), n, null, PushType.ALERT, null), n);
    }
}
