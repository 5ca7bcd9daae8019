package dev.notifykit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.PushClient;
import dev.notifykit.PushClientBuilder;
import dev.notifykit.lane.LaneLimits;
import dev.notifykit.message.Message;
import dev.notifykit.message.Recipient;
import dev.notifykit.message.SubmitReceipt;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.Target;
import dev.notifykit.push.Urgency;
import dev.notifykit.queue.QueueState;
import dev.notifykit.redis.QueueSettings;
import dev.notifykit.redis.RedisConfig;
import dev.notifykit.redis.RedisSettings;
import dev.notifykit.redis.RedisStores;
import dev.notifykit.result.SendResult.Kind;
import dev.notifykit.testing.ManualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Very many messages are due at one moment: {@code docs/faults.md}, 21. All are sent, each once and none before its time; no more of them are taken
 * out of the queue than the lanes have room for; and whoever comes meanwhile does not stand behind all of them.
 */
@Timeout(2 * FaultSize.MOST_SECONDS)
class OneMomentTest {

    private static final String APP = "app";
    private static final Notification GOAL = Notification.alert("Goal", "1:0");
    private static final int IN_FLIGHT = 200;

    /** What a client may have taken and not yet settled: some hundreds for each lane, and two thousand results in each of the eight partitions. */
    private static final int MOST_TAKEN = 20_000;

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int OTHERS = 100;
    private static final int MOST_TOGETHER = 1_000;

    @TempDir
    Path dir;

    @Test
    void inMemoryNoneGoesBeforeThatMomentAndAllGoThen() {
        ManualTime time = ManualTime.create();
        Duration before = Duration.ofMinutes(1);
        Instant due = time.now().plus(before);
        int count = 50_000; // half of what the queue in memory takes by default
        OneMomentVendor apns = new OneMomentVendor(ProviderId.APNS, IN_FLIGHT, count, due, time::now);
        OneMomentVendor fcm = new OneMomentVendor(ProviderId.FCM, IN_FLIGHT, count, due, time::now);
        try (PushClient client =
                client(apns, fcm).timeSource(time).lease(Duration.ofMinutes(10)).build()) {
            client.start();
            submit(client, count, i -> scheduled(i, due));
            time.advance(before.minusMillis(1));
            submit(client, 1, i -> other("first", Urgency.URGENT, Target.apns(APP, OneMomentVendor.OTHER + i)));
            FaultSize.until("the client works", () -> apns.others() == 1);
            assertThat(client.queueState().parked()).isEqualTo(count);
            assertThat(apns.scheduled()).isZero();

            time.advance(Duration.ofMillis(1));
            goThrough(client, apns, fcm, count, time);
            assertThat(client.queueState().results()).isEqualTo(Map.of(Kind.ACCEPTED, count + 2L * OTHERS + 1));
        }
    }

    @Test
    void onRedisNoneGoesBeforeThatMomentAndAllGoThen() throws Exception {
        int count = FaultSize.AT_ONCE;
        Instant due = Instant.now().plus(FaultSize.BEFORE).truncatedTo(ChronoUnit.MILLIS);
        OneMomentVendor apns = new OneMomentVendor(ProviderId.APNS, IN_FLIGHT, count, due, Instant::now);
        OneMomentVendor fcm = new OneMomentVendor(ProviderId.FCM, IN_FLIGHT, count, due, Instant::now);
        QueueSettings roomy = QueueSettings.builder()
                .maxBacklog(4L * count)
                .maxBytes(4_000L * count)
                .build();
        try (RedisServer redis = RedisServer.start(dir.resolve("redis"));
                PushClient client = client(apns, fcm)
                        .stores(RedisStores.connect(RedisConfig.single("127.0.0.1", redis.port())
                                .settings(RedisSettings.builder()
                                        .queue(roomy)
                                        .timeout(PATIENCE)
                                        .build())
                                .build()))
                        .build()) {
            client.start();
            submit(client, count, i -> scheduled(i, due));
            goThrough(client, apns, fcm, count, null);
            assertThat(client.queueState().results()).isEqualTo(Map.of(Kind.ACCEPTED, count + 2L * OTHERS));
        }
    }

    private static PushClientBuilder client(OneMomentVendor apns, OneMomentVendor fcm) {
        return PushClient.builder()
                .app(APP, apns, fcm)
                .limits(LaneLimits.builder().maxInFlight(IN_FLIGHT).build());
    }

    private static void goThrough(
            PushClient client, OneMomentVendor apns, OneMomentVendor fcm, int count, @Nullable ManualTime time) {
        apns.holdAfter(count / 4);
        until("a quarter is through", client, time, () -> apns.scheduled() >= count / 4);
        submit(client, OTHERS, i -> other("urgent", Urgency.URGENT, Target.apns(APP, OneMomentVendor.OTHER + i)));
        submit(client, OTHERS, i -> other("bulk", Urgency.BULK, Target.fcm(APP, OneMomentVendor.OTHER + i)));
        until("the other lane works although this one stands", client, time, () -> fcm.others() == OTHERS);
        apns.release();
        until("all are through", client, time, () -> client.queueState().pending() == 0);

        assertThat(apns.early()).as("before their time").isZero();
        assertThat(apns.scheduled()).isEqualTo(count);
        assertThat(apns.distinct()).isEqualTo(count);
        assertThat(apns.scheduledBeforeLastOther())
                .as("how many went before the last of the others that came when a quarter was through")
                .isLessThan(count / 4 * 3);
        QueueState end = client.queueState();
        assertThat(end.made()).isEqualTo(end.results().getOrDefault(Kind.ACCEPTED, 0L));
        assertThat(end.possibleDuplicates()).isZero();
    }

    /** Looks all the while at how much is taken. A clock that stands is moved when nothing else moves. */
    private static void until(String what, PushClient client, @Nullable ManualTime time, BooleanSupplier condition) {
        long[] doneBefore = {-1};
        FaultSize.until(what, () -> {
            QueueState state = client.queueState();
            assertThat(state.started()).isLessThanOrEqualTo(MOST_TAKEN);
            long done =
                    state.results().values().stream().mapToLong(Long::longValue).sum();
            if (time != null && done == doneBefore[0]) {
                time.advance(Duration.ofMillis(10));
            }
            doneBefore[0] = done;
            return condition.getAsBoolean();
        });
    }

    // ---- messages

    private static void submit(PushClient client, int count, IntFunction<Message> message) {
        for (int from = 0; from < count; from += MOST_TOGETHER) {
            List<Message> some = IntStream.range(from, Math.min(count, from + MOST_TOGETHER))
                    .mapToObj(message)
                    .toList();
            assertThat(client.submit(some)).allMatch(SubmitReceipt::queued);
        }
    }

    private static Message scheduled(int i, Instant due) {
        return Message.builder(Recipient.device(Target.apns(APP, OneMomentVendor.SCHEDULED + i)), GOAL)
                .id(MessageId.of("later-" + i))
                .urgency(Urgency.BULK)
                .notBefore(due)
                .build();
    }

    private static Message other(String kind, Urgency urgency, Target target) {
        return Message.builder(Recipient.device(target), GOAL)
                .id(MessageId.of(kind + "-" + target.address()))
                .urgency(urgency)
                .build();
    }
}
