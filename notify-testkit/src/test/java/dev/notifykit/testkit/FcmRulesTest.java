package dev.notifykit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.notifykit.testkit.client.ErrorBody;
import dev.notifykit.testkit.client.FcmClient;
import java.net.http.HttpResponse;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What FCM refuses is refused, in Google's shape; what FCM takes is taken. */
class FcmRulesTest {
    private static final String BAD_TOKEN = "The registration token is not a valid FCM registration token";
    private static FcmSimulator fcm;
    private static FcmClient client;

    @BeforeAll
    static void start() {
        fcm = FcmSimulator.start();
        client = new FcmClient(fcm);
    }

    @AfterAll
    static void stop() {
        fcm.close();
    }

    static Stream<Arguments> refusedByField() {
        return Stream.of(
                arguments("no target", "\"data\":{}", "message", true),
                arguments("two targets", "\"token\":\"a\",\"topic\":\"b\"", "message.topic", false),
                arguments("token no string", "\"token\":7", "message.token", false),
                arguments("bad topic", "\"topic\":\"/topics/a b\"", "message.topic", true),
                arguments("bad condition", "\"condition\":\"everybody\"", "message.condition", true),
                arguments("unknown name", "\"token\":\"a\",\"colour\":\"red\"", "message.colour", false),
                arguments(
                        "unknown name in notification",
                        "\"token\":\"a\",\"notification\":{\"tittle\":\"x\"}",
                        "message.notification.tittle",
                        false),
                arguments(
                        "unknown name in android.notification",
                        "\"token\":\"a\",\"android\":{\"notification\":{\"badge\":1}}",
                        "message.android.notification.badge",
                        false),
                arguments("data no map", "\"token\":\"a\",\"data\":[]", "message.data", false),
                arguments("number in data", "\"token\":\"a\",\"data\":{\"n\":1}", "message.data[].value", false),
                arguments("object in data", "\"token\":\"a\",\"data\":{\"n\":{}}", "message.data[].value", false),
                arguments(
                        "number in android.data",
                        "\"token\":\"a\",\"android\":{\"data\":{\"n\":1}}",
                        "message.android.data[].value",
                        false),
                arguments("reserved from", "\"token\":\"a\",\"data\":{\"from\":\"x\"}", "message.data", true),
                arguments(
                        "reserved message_type",
                        "\"token\":\"a\",\"data\":{\"message_type\":\"x\"}",
                        "message.data",
                        true),
                arguments("reserved google", "\"token\":\"a\",\"data\":{\"google.x\":\"x\"}", "message.data", true),
                arguments("reserved gcm", "\"token\":\"a\",\"data\":{\"gcm_x\":\"x\"}", "message.data", true),
                arguments(
                        "ttl no duration",
                        "\"token\":\"a\",\"android\":{\"ttl\":\"1h\"}",
                        "message.android.ttl",
                        false),
                arguments(
                        "ttl too long",
                        "\"token\":\"a\",\"android\":{\"ttl\":\"2419201s\"}",
                        "message.android.ttl",
                        false),
                arguments(
                        "unknown priority",
                        "\"token\":\"a\",\"android\":{\"priority\":\"URGENT\"}",
                        "message.android.priority",
                        false),
                arguments(
                        "bad colour",
                        "\"token\":\"a\",\"android\":{\"notification\":{\"color\":\"red\"}}",
                        "message.android.notification.color",
                        true));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusedByField")
    void refusesBadFields(String name, String content, String field, boolean byFcm) throws Exception {
        HttpResponse<String> response = client.message(content);
        ErrorBody error = ErrorBody.of(response.body());

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.headers().firstValue("content-type")).contains("application/json; charset=UTF-8");
        assertThat(error.code()).isEqualTo(400);
        assertThat(error.status()).isEqualTo("INVALID_ARGUMENT");
        assertThat(error.field()).isEqualTo(field);
        assertThat(error.types()).contains("BadRequest");
        assertThat(error.errorCode()).isEqualTo(byFcm ? "INVALID_ARGUMENT" : "");
        assertThat(error.message()).isNotEqualTo(BAD_TOKEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "with space", "emoji\uD83D\uDE00", "../x", "a\\nb"})
    void aMalformedTokenHasItsOwnText(String token) throws Exception {
        for (String kind : new String[] {"token", "fid"}) {
            HttpResponse<String> response = client.message("\"" + kind + "\":\"" + token + "\"");
            ErrorBody error = ErrorBody.of(response.body());

            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(error.message()).isEqualTo(BAD_TOKEN);
            assertThat(error.errorCode()).isEqualTo("INVALID_ARGUMENT");
            assertThat(error.types()).containsExactly("FcmError");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hello", "[]", "{\"message\":{\"token\":\"a\"}", "{'message':{}}", "{}{}"})
    void refusesWhatIsNoJsonObject(String body) throws Exception {
        ErrorBody error = ErrorBody.of(client.post(body).body());

        assertThat(error.status()).isEqualTo("INVALID_ARGUMENT");
        assertThat(error.types()).isEmpty();
    }

    @Test
    void refusesARequestWithoutAMessage() throws Exception {
        assertThat(ErrorBody.of(client.post("{}").body()).field()).isEqualTo("message");
        assertThat(ErrorBody.of(client.post("{\"message\":\"hello\"}").body()).field())
                .isEqualTo("message");
        assertThat(ErrorBody.of(client.post("{\"messages\":{}}").body()).field())
                .isEqualTo("messages");
    }

    @Test
    void refusesOversize() throws Exception {
        int keys = "title".length() + "k".length();
        assertTooLarge(sized("\"token\":\"a\"", 4097 - keys));
        assertThat(client.message(sized("\"token\":\"a\"", 4096 - keys)).statusCode())
                .isEqualTo(200);
        assertTooLarge(sized("\"topic\":\"a\"", 2049 - keys));
        assertThat(client.message(sized("\"topic\":\"a\"", 2048 - keys)).statusCode())
                .isEqualTo(200);
        assertTooLarge(sized("\"condition\":\"'a' in topics\"", 2049 - keys));
    }

    @Test
    void multiByteCharactersCountAsBytes() throws Exception {
        assertTooLarge("\"token\":\"a\",\"data\":{\"k\":\"" + "ä".repeat(2048) + "\"}");
        assertThat(client.message("\"token\":\"a\",\"data\":{\"k\":\"" + "ä".repeat(2047) + "\"}")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void theApnsPayloadCountsApart() throws Exception {
        String frame = "{\"aps\":{},\"x\":\"\"}";
        String fits = "{\"aps\":{},\"x\":\"" + "x".repeat(4096 - frame.length()) + "\"}";
        String tooLarge = "{\"aps\":{},\"x\":\"" + "x".repeat(4097 - frame.length()) + "\"}";

        assertThat(client.message("\"token\":\"a\",\"apns\":{\"payload\":" + fits + "}")
                        .statusCode())
                .isEqualTo(200);
        assertTooLarge("\"token\":\"a\",\"apns\":{\"payload\":" + tooLarge + "}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"token\":\"a:B-c_9\"",
                "\"fid\":\"cXyZ0123456789abcdefgh\"",
                "\"topic\":\"news-1.~%\"",
                "\"condition\":\"'a' in topics && 'b' in topics\"",
                "\"token\":\"a\",\"android\":{\"ttl\":\"3.5s\",\"priority\":\"HIGH\",\"collapse_key\":\"k\",\"directBootOk\":true}",
                "\"token\":\"a\",\"android\":{\"ttl\":\"2419200s\"},\"fcmOptions\":{\"analytics_label\":\"x\"}",
                "\"token\":\"a\",\"android\":{\"notification\":{\"title_loc_args\":[\"1\"],\"color\":\"#00ff00\",\"tag\":\"t\"}}",
                "\"token\":\"a\",\"webpush\":{\"notification\":{\"anything\":[1]}},\"apns\":{\"headers\":{\"apns-priority\":\"5\"}}"
            })
    void takes(String content) throws Exception {
        HttpResponse<String> response = client.message(content);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.body()).matches("\\{\"name\":\"projects/notifykit-test/messages/0:[0-9a-z]+\"\\}");
    }

    @Test
    void ofRepeatedNamesTheLastOneCounts() throws Exception {
        String id = UUID.randomUUID().toString();

        HttpResponse<String> response =
                client.message("\"data\":{\"n\":1},\"token\":\"a\",\"data\":{\"nk_id\":\"" + id + "\"}");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(fcm.journal().count(id)).isEqualTo(1);
    }

    @Test
    void dryRunsAreCheckedAndJournaledApart() throws Exception {
        String id = UUID.randomUUID().toString();
        long before = fcm.journal().summary().dryRuns();
        for (String flag : new String[] {"validate_only", "validateOnly"}) {
            HttpResponse<String> good = client.post(
                    "{\"" + flag + "\":true,\"message\":{\"token\":\"a\",\"data\":{\"nk_id\":\"" + id + "\"}}}");
            HttpResponse<String> bad = client.post("{\"" + flag + "\":true,\"message\":{\"token\":\"a b\"}}");

            assertThat(good.body()).isEqualTo("{\"name\":\"projects/notifykit-test/messages/fake_message_id\"}");
            assertThat(bad.statusCode()).isEqualTo(400);
        }
        assertThat(fcm.journal().summary().dryRuns()).isEqualTo(before + 2);
        assertThat(fcm.journal().count(id)).isZero();
    }

    @Test
    void theIdMayStandInAndroidData() throws Exception {
        String id = UUID.randomUUID().toString();

        client.message("\"token\":\"a\",\"android\":{\"data\":{\"nk_id\":\"" + id + "\"}}");

        assertThat(fcm.journal().count(id)).isEqualTo(1);
    }

    private static void assertTooLarge(String content) throws Exception {
        HttpResponse<String> response = client.message(content);
        ErrorBody error = ErrorBody.of(response.body());
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(error.message()).isEqualTo("Message is too large. The maximum is 4K (4096 bytes).");
        assertThat(error.errorCode()).isEqualTo("INVALID_ARGUMENT");
    }

    /** A message whose notification title and data value have the given number of bytes together. */
    private static String sized(String target, int bytes) {
        return target + ",\"notification\":{\"title\":\"" + "t".repeat(100) + "\"},\"data\":{\"k\":\""
                + "x".repeat(bytes - 100) + "\"}";
    }
}
