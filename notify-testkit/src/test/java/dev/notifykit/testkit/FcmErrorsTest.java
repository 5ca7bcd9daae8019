package dev.notifykit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.notifykit.testkit.client.ErrorBody;
import dev.notifykit.testkit.client.FcmClient;
import dev.notifykit.testkit.credentials.TestServiceAccount;
import dev.notifykit.testkit.reply.Reply;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scripted errors have the shape that Google's have. */
class FcmErrorsTest {
    private static final TestServiceAccount ACCOUNT = TestServiceAccount.create("notifykit-test");

    private FcmSimulator fcm;
    private FcmClient client;

    @BeforeEach
    void start() {
        fcm = FcmSimulator.builder().serviceAccount(ACCOUNT).start();
        client = new FcmClient(fcm);
    }

    @AfterEach
    void stop() {
        fcm.close();
    }

    @ParameterizedTest
    @CsvSource({
        "UNREGISTERED,           404, NOT_FOUND",
        "INVALID_ARGUMENT,       400, INVALID_ARGUMENT",
        "SENDER_ID_MISMATCH,     403, PERMISSION_DENIED",
        "THIRD_PARTY_AUTH_ERROR, 401, UNAUTHENTICATED",
        "QUOTA_EXCEEDED,         429, RESOURCE_EXHAUSTED",
        "UNAVAILABLE,            503, UNAVAILABLE",
        "INTERNAL,               500, INTERNAL",
        "UNSPECIFIED_ERROR,      500, INTERNAL",
    })
    void knownErrorsComeOnTheirStatus(String errorCode, int httpStatus, String status) throws Exception {
        fcm.script("a", FcmReplies.error(errorCode));

        HttpResponse<String> response = client.message("\"token\":\"a\"");
        ErrorBody error = ErrorBody.of(response.body());

        assertThat(response.statusCode()).isEqualTo(httpStatus);
        assertThat(error.code()).isEqualTo(httpStatus);
        assertThat(error.status()).isEqualTo(status);
        assertThat(error.errorCode()).isEqualTo(errorCode);
        assertThat(error.types()).containsExactly("FcmError");
        assertThat(fcm.journal().summary().rejected()).containsOnlyKeys(errorCode);
    }

    @Test
    void unknownErrors() throws Exception {
        fcm.script("a", Reply.status(418, "CODE_OF_TOMORROW").retryAfter("soon"), FcmReplies.error("OTHER"));

        HttpResponse<String> response = client.message("\"token\":\"a\"");
        ErrorBody error = ErrorBody.of(response.body());

        assertThat(response.statusCode()).isEqualTo(418);
        assertThat(response.headers().firstValue("retry-after")).contains("soon");
        assertThat(error.errorCode()).isEqualTo("CODE_OF_TOMORROW");
        assertThat(error.status()).isEqualTo("UNKNOWN");
        assertThat(client.message("\"token\":\"a\"").statusCode()).isEqualTo(500);
    }

    @Test
    void neutralRepliesGetFcmsShape() throws Exception {
        fcm.script(
                "a",
                Reply.unregistered(),
                Reply.unavailable().retryAfter(Duration.ofSeconds(3)),
                Reply.throttled(),
                Reply.bodyless(502));

        assertThat(ErrorBody.of(client.message("\"token\":\"a\"").body()).errorCode())
                .isEqualTo("UNREGISTERED");
        HttpResponse<String> unavailable = client.message("\"token\":\"a\"");
        assertThat(ErrorBody.of(unavailable.body()).errorCode()).isEqualTo("UNAVAILABLE");
        assertThat(unavailable.headers().firstValue("retry-after")).contains("3");
        assertThat(violation(client.message("\"token\":\"a\"").body(), "subject"))
                .isEqualTo("device:a");
        assertThat(client.message("\"token\":\"a\"").body()).isEmpty();
    }

    @Test
    void quotaScopes() throws Exception {
        fcm.script(
                "a",
                FcmReplies.deviceQuotaExceeded("a"),
                FcmReplies.topicQuotaExceeded("news"),
                FcmReplies.projectQuotaExceeded("p"));

        String device = client.message("\"token\":\"a\"").body();
        String topic = client.message("\"token\":\"a\"").body();
        String project = client.message("\"token\":\"a\"").body();

        assertThat(ErrorBody.of(device).types()).containsExactly("FcmError", "QuotaFailure");
        assertThat(ErrorBody.of(device).errorCode()).isEqualTo("QUOTA_EXCEEDED");
        assertThat(violation(device, "subject")).isEqualTo("device:a");
        assertThat(violation(device, "description")).isEqualTo("Device message rate exceeded.");
        assertThat(violation(topic, "subject")).isEqualTo("topic:news");
        assertThat(violation(project, "subject")).isEqualTo("project:p");
    }

    @Test
    void errorsWithoutFcmError() throws Exception {
        fcm.script(
                "a",
                FcmReplies.withoutFcmError(403, "PERMISSION_DENIED", "no"),
                FcmReplies.invalidToken(),
                FcmReplies.badField("message.android", "nonsense"));

        ErrorBody denied = ErrorBody.of(client.message("\"token\":\"a\"").body());
        ErrorBody badToken = ErrorBody.of(client.message("\"token\":\"a\"").body());
        ErrorBody badField = ErrorBody.of(client.message("\"token\":\"a\"").body());

        assertThat(denied.types()).isEmpty();
        assertThat(denied.status()).isEqualTo("PERMISSION_DENIED");
        assertThat(badToken.message()).isEqualTo("The registration token is not a valid FCM registration token");
        assertThat(badField.field()).isEqualTo("message.android");
        assertThat(badField.errorCode()).isEmpty();
    }

    private static String violation(String body, String member) {
        JsonObject failure = JsonParser.parseString(body)
                .getAsJsonObject()
                .getAsJsonObject("error")
                .getAsJsonArray("details")
                .get(1)
                .getAsJsonObject();
        return failure.getAsJsonArray("violations")
                .get(0)
                .getAsJsonObject()
                .get(member)
                .getAsString();
    }
}
