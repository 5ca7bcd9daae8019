package dev.notifykit.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.device.Device;
import dev.notifykit.device.InstallationId;
import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.ParkedRow;
import dev.notifykit.message.Message;
import dev.notifykit.message.Recipient;
import dev.notifykit.push.AppId;
import dev.notifykit.push.Environment;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.StampOptions;
import dev.notifykit.push.Target;
import dev.notifykit.push.Text;
import dev.notifykit.push.Urgency;
import dev.notifykit.push.UserId;
import dev.notifykit.queue.DeadLetter;
import dev.notifykit.queue.Delivery;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.retry.UnknownPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What earlier builds have stored is read as it was meant. Neither these values nor the files under {@code golden} are ever changed; a format that
 * grows gets files of its own.
 */
class GoldenBytesTest {

    private static final Target PHONE = new Target(
            AppId.of("com.acme.app"),
            ProviderId.APNS,
            Environment.SANDBOX,
            "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0");
    private static final Instant LATE = Instant.parse("2031-02-03T04:05:06.789Z");
    private static final Notification ALERT = Notification.builder()
            .title("Grüße \ud83d\ude00")
            .subtitle(Text.localized("SUB", "a", ""))
            .body("推送 \ud800!")
            .badge(0)
            .sound("default")
            .image("https://acme.example/i.png")
            .thread("t")
            .category("c")
            .data("z", "1")
            .data("a", "")
            .options(new StampOptions(ProviderId.of("stamp1"), "s", -5, 0.25))
            .options(new StampOptions(ProviderId.of("stamp0"), "", Long.MAX_VALUE, -1))
            .build();
    private static final RequestId REQUEST = RequestId.parse("6fa1c6f2-0b1e-8d3c-9a77-00ff10e2d4c3");
    private static final AudienceRow ROW = new AudienceRow(
            "user-1", PHONE, "de-DE", "Europe/Berlin", Map.of("name", "Anna", "points", "1200", "", "Ä"));
    private static final AudienceRow PLAIN_ROW = new AudienceRow("2", Target.fcm("com.acme.app", "cX:APA91b_tok-en"));

    static Stream<Arguments> values() {
        return Stream.of(
                Arguments.of(
                        "spec-small",
                        Stored.SPEC,
                        FanOutSpec.builder(FanOutId.of("f"), "all", Notification.alert("t", "b"))
                                .build()),
                Arguments.of(
                        "spec-full",
                        Stored.SPEC,
                        FanOutSpec.builder(FanOutId.of("launch/2031-02"), "customers", ALERT)
                                .parameters(Map.of("country", "DE", "since", "2030"))
                                .urgency(Urgency.URGENT)
                                .expiresAt(LATE)
                                .collapseId("news")
                                .stableId(false)
                                .delivery(FanOutSpec.Delivery.AT_MOST_ONCE)
                                .unknownPolicy(UnknownPolicy.REPORT)
                                .retryPolicy(RetryPolicy.builder()
                                        .maxAttempts(3)
                                        .firstBackoff(Duration.ofMillis(1500))
                                        .maxBackoff(Duration.ofNanos(2_000_000_001))
                                        .totalDeadline(Duration.ofMinutes(30))
                                        .maxRetryAfter(Duration.ofMinutes(5))
                                        .build())
                                .build()),
                Arguments.of("rows-none", Stored.ROWS, List.of()),
                Arguments.of("rows", Stored.ROWS, List.of(ROW, PLAIN_ROW, PLAIN_ROW)),
                Arguments.of(
                        "parked",
                        Stored.PARKED,
                        new ParkedRow(ParkedRow.id(7, 42), ROW, 3, true, Duration.ofMillis(90_250), false)),
                Arguments.of(
                        "parked-for-lane", Stored.PARKED, new ParkedRow(0, PLAIN_ROW, 0, false, Duration.ZERO, true)),
                Arguments.of(
                        "message-small",
                        Stored.MESSAGE,
                        Message.builder(
                                        Recipient.device(PHONE),
                                        Notification.builder().background().build())
                                .id(MessageId.of("m-1"))
                                .build()),
                Arguments.of(
                        "message-full",
                        Stored.MESSAGE,
                        Message.builder(Recipient.device(PHONE), ALERT)
                                .id(MessageId.of("0b7d6a3e-2f0d-4f9b-8a53-5b6f0d0e8c11"))
                                .dedupKey(DedupKey.of("order/17 für Anna")
                                        .content("shipped")
                                        .version(-3))
                                .expiresAt(LATE)
                                .urgency(Urgency.BULK)
                                .collapseId("order-17")
                                .stableId(false)
                                .build()),
                Arguments.of(
                        "device-small",
                        Stored.DEVICE,
                        Device.builder(UserId.of("u"), PHONE, Instant.ofEpochMilli(1_764_000_000_123L))
                                .build()),
                Arguments.of(
                        "device-full",
                        Stored.DEVICE,
                        Device.builder(UserId.of("anna@acme.example"), PHONE, LATE)
                                .installation(InstallationId.of("7f3c/voip"))
                                .lastSeen(LATE.plusSeconds(86_400))
                                .locale(Locale.forLanguageTag("de-AT"))
                                .zone(ZoneId.of("Europe/Vienna"))
                                .build()),
                Arguments.of(
                        "message-scheduled",
                        Stored.MESSAGE,
                        Message.builder(Recipient.device(PHONE), Notification.alert("t", "b"))
                                .id(MessageId.of("m-2"))
                                .notBefore(LATE)
                                .build()),
                Arguments.of(
                        "delivery-small",
                        Stored.DELIVERY,
                        Delivery.of(
                                MessageId.of("m-1"),
                                null,
                                PushRequest.builder(PHONE, Notification.alert("t", "b"))
                                        .id(REQUEST)
                                        .build())),
                Arguments.of(
                        "delivery-of-a-message-without-a-key",
                        Stored.DELIVERY,
                        Delivery.of(
                                MessageId.of("m-1"),
                                DedupKey.of("notifykit:message:m-1"),
                                PushRequest.builder(PHONE, Notification.alert("t", "b"))
                                        .id(REQUEST)
                                        .build())),
                Arguments.of(
                        "delivery-full",
                        Stored.DELIVERY,
                        new Delivery(
                                MessageId.of("0b7d6a3e-2f0d-4f9b-8a53-5b6f0d0e8c11"),
                                DedupKey.of("order/17 für Anna")
                                        .content("shipped")
                                        .version(-3),
                                PushRequest.builder(PHONE, ALERT)
                                        .id(REQUEST)
                                        .expiresAt(LATE)
                                        .urgency(Urgency.BULK)
                                        .collapseId("order-17")
                                        .stableId(false)
                                        .build(),
                                7,
                                true,
                                Duration.ofMillis(90_250))),
                Arguments.of("letter-small", Stored.LETTER, letter(DeadLetter.Why.DEADLINE, null, 0)),
                Arguments.of("letter-full", Stored.LETTER, letter(DeadLetter.Why.ATTEMPTS, "ÜBERLASTET 😀", 10)),
                Arguments.of("letter-poison", Stored.LETTER, letter(DeadLetter.Why.POISON, null, 3)),
                Arguments.of("letter-corrupt", Stored.LETTER, letter(DeadLetter.Why.CORRUPT, null, 0)));
    }

    /** Its id and its delivery lie beside what is packed. */
    private static DeadLetter letter(DeadLetter.Why why, @Nullable String lastReason, int attempts) {
        return new DeadLetter(new DeadLetter.Id(""), why, null, lastReason, attempts, LATE);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("values")
    <T> void versionOneIsRead(String name, Stored<T> kind, T value) throws IOException {
        assertThat(kind.unpack().apply(golden(1, name))).isEqualTo(value);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("values")
    <T> void versionOneIsWritten(String name, Stored<T> kind, T value) throws IOException {
        assertThat(HexFormat.of().formatHex(kind.pack().apply(value)))
                .isEqualTo(HexFormat.of().formatHex(golden(1, name)));
    }

    private static byte[] golden(int version, String name) throws IOException {
        String file = "/golden/" + version + "/" + name + ".hex";
        try (InputStream in = GoldenBytesTest.class.getResourceAsStream(file)) {
            assertThat(in).as(file).isNotNull();
            String hex = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
        }
    }
}
