package dev.notifykit.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.notifykit.codec.CorruptValueException;
import dev.notifykit.codec.Fields;
import dev.notifykit.codec.RandomValues;
import dev.notifykit.codec.ValueTooLargeException;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.OptionsFormats;
import dev.notifykit.push.Target;
import dev.notifykit.push.Urgency;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.retry.UnknownPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FanOutCodecTest {

    private static final FanOutCodec CODEC = new FanOutCodec(OptionsFormats.of());
    private static final Notification ALERT = Notification.alert("t", "b");
    private static final FanOutSpec BARE =
            FanOutSpec.builder(FanOutId.of("id"), "handler", ALERT).build();
    private static final Target PHONE = Target.apns("com.acme.app", "c0ffee");
    private static final RetryPolicy RETRY = RetryPolicy.builder()
            .maxAttempts(2)
            .firstBackoff(Duration.ofSeconds(2))
            .maxBackoff(Duration.ofSeconds(3))
            .totalDeadline(Duration.ofSeconds(4))
            .maxRetryAfter(Duration.ofSeconds(5))
            .build();

    @Test
    void noFieldOfASpecIsForgotten() throws ReflectiveOperationException {
        FanOutSpec full = FanOutSpec.builder(FanOutId.of("other"), "others", Notification.alert("u", "c"))
                .parameters(Map.of("a", "1"))
                .urgency(Urgency.URGENT)
                .expiresAt(Instant.EPOCH)
                .collapseId("c")
                .stableId(false)
                .delivery(FanOutSpec.Delivery.AT_MOST_ONCE)
                .retryPolicy(RETRY)
                .unknownPolicy(UnknownPolicy.REPORT)
                .kept(Fields.newerField())
                .build();

        Fields.allComeBack(full, BARE, CODEC.unpackSpec(CODEC.pack(full)));
    }

    @Test
    void noFieldOfARetryPolicyIsForgotten() throws ReflectiveOperationException {
        FanOutSpec spec = FanOutSpec.builder(FanOutId.of("id"), "handler", ALERT)
                .retryPolicy(RETRY)
                .build();

        Fields.allComeBack(
                RETRY,
                RetryPolicy.defaults(),
                CODEC.unpackSpec(CODEC.pack(spec)).retryPolicy());
    }

    @Test
    void noFieldOfARowIsForgotten() throws ReflectiveOperationException {
        AudienceRow full = new AudienceRow("k", PHONE, "de", "UTC", Map.of("a", "1"), Fields.newerField());
        AudienceRow bare = new AudienceRow("l", Target.apns("com.acme.app", "d0ffee"));

        Fields.allComeBack(
                full,
                bare,
                CODEC.unpackRows(CODEC.packRows(List.of(bare, full))).get(1));
    }

    @Test
    void noFieldOfAParkedRowIsForgotten() throws ReflectiveOperationException {
        ParkedRow full = new ParkedRow(1, new AudienceRow("k", PHONE), 2, true, Duration.ofSeconds(3), true);
        ParkedRow bare = new ParkedRow(0, new AudienceRow("l", PHONE), 0, false, Duration.ZERO, false);

        Fields.allComeBack(full, bare, CODEC.unpackParked(CODEC.pack(full)));
    }

    @Test
    void whatANewerBuildHasAddedToASpecIsKept() {
        byte[] newer = Fields.newer(CODEC.pack(BARE));
        FanOutSpec read = CODEC.unpackSpec(newer);

        assertThat(read.handler()).isEqualTo("handler");
        assertThat(read).as("not what an older build would launch").isNotEqualTo(BARE);
        assertThat(CODEC.pack(read)).isEqualTo(newer);
    }

    @Test
    void whatANewerBuildHasAddedToARowMovesWithIt() {
        AudienceRow row = new AudienceRow("k", PHONE, null, null, Map.of("a", "1"), Fields.newerField());
        AudienceRow fromPage = CODEC.unpackRows(CODEC.packRows(List.of(row))).get(0);
        ParkedRow parked = new ParkedRow(0, fromPage, 1, false, Duration.ZERO, false);

        assertThat(CODEC.unpackParked(CODEC.pack(parked)).row()).isEqualTo(row);
    }

    @Test
    void whatANewerBuildHasAddedToAPageOrAParkingIsSkipped() {
        List<AudienceRow> rows = List.of(new AudienceRow("k", PHONE));
        ParkedRow parked = new ParkedRow(1, rows.get(0), 2, true, Duration.ofSeconds(3), true);

        assertThat(CODEC.unpackRows(Fields.newer(CODEC.packRows(rows)))).isEqualTo(rows);
        assertThat(CODEC.unpackParked(Fields.newer(CODEC.pack(parked)))).isEqualTo(parked);
    }

    @Test
    void equalRowsHaveEqualBytes() {
        for (int seed = 0; seed < 200; seed++) {
            ParkedRow one = new RandomValues(seed).parked();
            AudienceRow row = one.row();
            AudienceRow other = new AudienceRow(
                    row.key(), row.target(), row.locale(), row.zone(), new TreeMap<>(row.fields()).descendingMap());
            ParkedRow equal = new ParkedRow(one.id(), other, one.attempts(), one.unknown(), one.spent(), one.forLane());

            assertThat(CODEC.pack(equal)).isEqualTo(CODEC.pack(one));
        }
    }

    @Test
    void rowsThatPointOutsideOfWhatTheyShareAreCorrupt() {
        byte[] page = CODEC.packRows(List.of(new AudienceRow("k", PHONE, "de", null, Map.of())));
        int refused = 0;
        for (int at = 2; at < page.length; at++) {
            byte[] wrong = page.clone();
            wrong[at] = 9;
            try {
                CODEC.unpackRows(wrong);
            } catch (CorruptValueException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(5);
    }

    @Test
    void aValueBeyondItsLimitIsRefusedBeforeItIsStored() {
        FanOutSpec large = FanOutSpec.builder(FanOutId.of("id"), "handler", ALERT)
                .parameters(Map.of("a", "x".repeat(FanOutCodec.MAX_SPEC_BYTES)))
                .build();

        assertThatExceptionOfType(ValueTooLargeException.class)
                .isThrownBy(() -> CODEC.pack(large))
                .withMessageContaining("fan-out spec")
                .withMessageNotContaining("xxx");
    }

    @Test
    void aRowTakesItsTokenAndLittleMore() {
        Random random = new Random(1);
        IntFunction<AudienceRow> apns = i -> new AudienceRow(
                "user-" + (1_000_000 + i),
                Target.apns("com.acme.shop.app", hex(random)),
                "de-DE",
                "Europe/Berlin",
                Map.of());
        IntFunction<AudienceRow> fcm = i -> new AudienceRow(
                "user-" + (1_000_000 + i),
                Target.fcm("com.acme.shop.app", fcmToken(random)),
                "de-DE",
                "Europe/Berlin",
                Map.of("name", "Anna-Lena"));

        assertThat(bytesPerRow(apns)).isBetween(40.0, 60.0);
        assertThat(bytesPerRow(fcm)).isBetween(140.0, 220.0);
    }

    private static double bytesPerRow(IntFunction<AudienceRow> row) {
        List<AudienceRow> rows = IntStream.range(0, 1000).mapToObj(row).toList();
        return CODEC.packRows(rows).length / 1000.0;
    }

    private static String hex(Random random) {
        byte[] token = new byte[32];
        random.nextBytes(token);
        return HexFormat.of().formatHex(token);
    }

    private static String fcmToken(Random random) {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        StringBuilder token = new StringBuilder();
        while (token.length() < 163) {
            token.append(token.length() == 22 ? ':' : alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return token.toString();
    }
}
