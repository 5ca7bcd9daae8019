package dev.notifykit.testkit.contract;

import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.Mark;
import dev.notifykit.fanout.ParkedRow;
import dev.notifykit.push.AppId;
import dev.notifykit.push.Environment;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.Target;
import dev.notifykit.push.Text;
import dev.notifykit.push.Urgency;
import dev.notifykit.result.SendResult.Kind;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.retry.UnknownPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Specs, rows and marks for the contract of progress stores: plain ones, and ones that are hard to keep. */
final class ProgressValues {

    static final List<Kind> KINDS = List.of(Kind.values());

    private ProgressValues() {}

    static FanOutSpec spec(FanOutId id, String title) {
        return FanOutSpec.builder(id, "customers", Notification.alert(title, "World"))
                .build();
    }

    /** Nothing in it is left at its default. */
    static FanOutSpec fullSpec(FanOutId id) {
        return FanOutSpec.builder(
                        id,
                        "a handler's name \u00e9\ud83d\ude00",
                        Notification.builder()
                                .title("T\u00eftle \ud83d\ude00")
                                .subtitle(Text.localized("key", "argument", "second"))
                                .body("two\r\nlines \"quoted\" \u0000 \u2028")
                                .badge(0)
                                .sound("default")
                                .image("https://example.com/a.png?b={c}")
                                .thread("thread")
                                .category("category")
                                .data("k:{}", "")
                                .data(" : ", "v")
                                .build())
                .parameters(Map.of("segment", "gold", "{}", ":\n", "empty", ""))
                .urgency(Urgency.URGENT)
                .expiresAt(Instant.parse("2031-02-03T04:05:06.789012345Z"))
                .collapseId("c:{}")
                .stableId(false)
                .delivery(FanOutSpec.Delivery.AT_MOST_ONCE)
                .retryPolicy(RetryPolicy.builder()
                        .maxAttempts(3)
                        .firstBackoff(Duration.ofMillis(17))
                        .maxBackoff(Duration.ofSeconds(19))
                        .totalDeadline(Duration.ofMinutes(7))
                        .build())
                .unknownPolicy(UnknownPolicy.REPORT)
                .build();
    }

    static List<AudienceRow> rows(int count) {
        return rows("", count);
    }

    static List<AudienceRow> rows(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> row(prefix + i)).toList();
    }

    static AudienceRow row(String key) {
        return new AudienceRow(key, Target.fcm("com.acme.app", "token-" + key));
    }

    /** Whatever may stand in a host's table. */
    static List<AudienceRow> oddRows() {
        return List.of(
                new AudienceRow(
                        " ", Target.apns("com.acme.app", "00ff".repeat(16)), "de-CH", "Europe/Zurich", Map.of()),
                new AudienceRow(
                        "k\r\n\u0000\u00fc\ud83d\ude00{}:*",
                        new Target(
                                AppId.of("{a}:b"),
                                ProviderId.of("e-mail"),
                                Environment.SANDBOX,
                                "\"M\u00fcller, \u6f22\u5b57\" <m@example.com>"),
                        null,
                        "",
                        Map.of("", "empty name", "empty value", "", "{}", "\n\u0000\ud83d\ude00")),
                new AudienceRow(
                        "x".repeat(2000),
                        Target.fcm("com.acme.app", "y".repeat(Target.MAX_ADDRESS_LENGTH)),
                        "",
                        null,
                        Map.of("long", "z".repeat(10_000))),
                // Unique keys are the engine's business; the store keeps what it is given.
                row("twice"),
                row("twice"));
    }

    static Mark ended(int page, int index, Kind kind) {
        return new Mark.Ended(page, index, kind);
    }

    static Mark parked(int page, int index, Duration delay) {
        return new Mark.Parked(page, index, parkedRow(page, index, 1), delay);
    }

    static Mark parkedAgain(int page, int index, int attempts, Duration delay) {
        return new Mark.ParkedAgain(parkedRow(page, index, attempts), delay);
    }

    static Mark parkedEnded(int page, int index, Kind kind) {
        return new Mark.ParkedEnded(ParkedRow.id(page, index), kind);
    }

    static ParkedRow parkedRow(int page, int index, int attempts) {
        return new ParkedRow(
                ParkedRow.id(page, index), row(page + "/" + index), attempts, false, Duration.ofSeconds(1), false);
    }

    /** The page of a row's {@link ParkedRow#id id}. */
    static int page(long id) {
        return (int) (id >> ParkedRow.ROW_BITS);
    }

    /** Where on its page a row is, by its {@link ParkedRow#id id}. */
    static int index(long id) {
        return (int) (id & ((1 << ParkedRow.ROW_BITS) - 1));
    }

    /** One for every number, each in turn. */
    static Kind kind(int number) {
        return KINDS.get(Math.floorMod(number, KINDS.size()));
    }

    static BitSet bits(int... indexes) {
        BitSet bits = new BitSet();
        IntStream.of(indexes).forEach(bits::set);
        return bits;
    }
}
