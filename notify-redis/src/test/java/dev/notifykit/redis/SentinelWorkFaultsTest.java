package dev.notifykit.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.PushClient;
import dev.notifykit.fanout.Audience;
import dev.notifykit.fanout.AudiencePage;
import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOut;
import dev.notifykit.fanout.FanOutHandler;
import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.FanOutState;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.lane.LaneState;
import dev.notifykit.message.Message;
import dev.notifykit.message.Recipient;
import dev.notifykit.message.SubmitReceipt;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.Target;
import dev.notifykit.queue.QueueState;
import dev.notifykit.redis.server.Await;
import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisLogs;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.result.SendResult.Kind;
import dev.notifykit.testing.FakePushService;
import dev.notifykit.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.args.ClientType;
import redis.clients.jedis.params.ClientKillParams;

/**
 * The primary dies while two clients work, and its replica takes its place: nobody is lost, and everybody has one result. What the replica has not got
 * is done again; what it has got is not, but for the duplicates that are reported.
 */
@ExtendWith(RedisLogs.class)
class SentinelWorkFaultsTest {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** Ends before the replica is there; but who comes first then is the owner, whose lease is still the last one. */
    private static final Duration LEASE = Duration.ofSeconds(2);

    private static final int ALL = 4_000;
    private static final int PART = ALL / 4;
    private static final int SHARDS = 4;
    private static final int TOGETHER = 500;
    private static final LaneKey LANE = LaneKey.of("app", ProviderId.APNS);

    private final RedisTopology redis = RedisTopology.withSentinel(RedisBinary.preferred());
    private final TimeSource time = TimeSource.system();
    private final FakePushService apns =
            FakePushService.create(ProviderId.APNS).maxInFlight(20).latency(Duration.ofMillis(5), time);
    private final Map<String, Kind> heard = new ConcurrentHashMap<>();
    private final List<PushClient> clients = new ArrayList<>();

    @AfterEach
    void close() {
        clients.forEach(client -> client.close(Duration.ZERO));
        time.close();
        redis.close();
    }

    private PushClient client() {
        PushClient client = PushClient.builder()
                .app("app", apns)
                .handler(FanOutHandler.builder("customers")
                        .audience(new Customers())
                        .lanes(LANE)
                        .sink(rows -> rows.forEach(row ->
                                heard.put(row.target().address(), row.result().kind())))
                        .build())
                .messageSink(results -> results.forEach(result ->
                        heard.put(result.message().value(), result.result().kind())))
                .stores(RedisStores.connect(RedisConfig.sentinel(RedisTopology.PRIMARY_NAME)
                        .node("127.0.0.1", redis.sentinel().port())
                        .settings(RedisSettings.builder()
                                .timeout(Duration.ofSeconds(20))
                                .queue(QueueSettings.builder()
                                        .durability(Durability.replicated(1, Duration.ofSeconds(15)))
                                        .build())
                                .build())
                        .build()))
                .pageSize(100)
                .maxShards(SHARDS / 2)
                .lease(LEASE)
                .build();
        clients.add(client);
        client.start();
        return client;
    }

    private static final class Customers implements Audience {

        @Override
        public List<String> shards() {
            return IntStream.range(0, SHARDS).mapToObj(Integer::toString).toList();
        }

        @Override
        public AudiencePage read(String shard, @Nullable String cursor, int limit) {
            int size = ALL / SHARDS;
            int first = Integer.parseInt(shard) * size;
            int from = cursor == null ? first : Integer.parseInt(cursor);
            int to = Math.min(from + limit, first + size);
            List<AudienceRow> rows = IntStream.range(from, to)
                    .mapToObj(i -> new AudienceRow("k%05d".formatted(i), Target.apns("app", name(i))))
                    .toList();
            return new AudiencePage(rows, to == first + size ? null : Integer.toString(to));
        }
    }

    private static String name(int i) {
        return "phone-" + i;
    }

    // ---- a fan-out

    @Test
    void aFanOutGoesOnWhereTheReplicaStands() {
        PushClient client = client();
        client();
        FanOut fanOut = client.fanOuts()
                .launch(FanOutSpec.builder(FanOutId.of("spring-sale"), "customers", Notification.alert("t", "b"))
                        .build());
        long lost = loseThePrimary(() -> fanOut.progress().done());
        await("it has ended", () -> ifThere(() -> fanOut.progress().state().isEnd(), false));

        FanOutProgress end = fanOut.progress();
        assertThat(end.state()).isEqualTo(FanOutState.COMPLETED);
        assertThat(end.isConserved()).isTrue();
        assertThat(end.recipients()).isEqualTo(ALL);
        assertThat(end.count(Kind.ACCEPTED)).isEqualTo(ALL);
        assertEverybodyWasSentTo(end.possibleDuplicates() + lost);
    }

    // ---- the queue

    @Test
    void whatWasSubmittedIsWorkedOnWhereTheReplicaStands() {
        PushClient client = client();
        client();
        apns.hold();
        for (int from = 0; from < ALL; from += TOGETHER) {
            List<Message> some = IntStream.range(from, from + TOGETHER)
                    .mapToObj(i -> Message.builder(
                                    Recipient.device(Target.apns("app", name(i))), Notification.alert("t", "b"))
                            .id(MessageId.of(name(i)))
                            .build())
                    .toList();
            assertThat(client.submit(some)).allMatch(SubmitReceipt::queued);
        }
        apns.release();
        long lost = loseThePrimary(() -> results(client.queueState()));
        await("all have ended", () -> ifThere(() -> client.queueState().pending() == 0, false));

        QueueState end = client.queueState();
        assertThat(end.made()).isEqualTo(ALL);
        assertThat(end.results()).isEqualTo(Map.of(Kind.ACCEPTED, (long) ALL));
        assertThat(Queues.isLawful(end)).isTrue();
        assertEverybodyWasSentTo(end.possibleDuplicates() + lost);
    }

    private static long results(QueueState state) {
        return state.results().values().stream().mapToLong(Long::longValue).sum();
    }

    // ---- the failover

    /**
     * Lets the replica have all that was done at some time, and nothing that is done after it; then kills the primary.
     *
     * @param done how many have a result in Redis
     * @return how many were accepted of which the replica knows nothing
     */
    private long loseThePrimary(Supplier<Long> done) {
        await("they work", () -> done.get() >= PART);
        apns.hold();
        await("all results are stored", () -> done.get() == accepted());
        cutTheReplicaOff();
        int known = accepted();
        apns.release();
        await("they go on", () -> accepted() >= known + PART);
        redis.killPrimary();
        await(
                "nothing more is sent",
                () -> clients.stream()
                        .map(client -> client.lanes().state(LANE))
                        .allMatch(SentinelWorkFaultsTest::isQuiet));
        long lost = accepted() - known;
        redis.nodes().get(1).thaw();
        return lost;
    }

    private static boolean isQuiet(LaneState lane) {
        return lane.inFlight() + lane.waitingUrgent() + lane.waitingBulk() == 0;
    }

    private void cutTheReplicaOff() {
        try (Jedis primary = redis.node().connect()) {
            await("the replica is in step", () -> {
                primary.set("in", "step");
                return primary.waitReplicas(1, 5_000) == 1;
            });
            redis.nodes().get(1).freeze();
            // What is on its way to a process that stands still would be read by it later.
            primary.clientKill(ClientKillParams.clientKillParams().type(ClientType.REPLICA));
        }
    }

    private int accepted() {
        return apns.accepted().size();
    }

    private static <T> T ifThere(Supplier<T> question, T otherwise) {
        try {
            return question.get();
        } catch (RuntimeException away) {
            return otherwise;
        }
    }

    private void assertEverybodyWasSentTo(long possibleDuplicates) {
        Set<String> all =
                IntStream.range(0, ALL).mapToObj(SentinelWorkFaultsTest::name).collect(Collectors.toSet());
        List<String> accepted = apns.accepted().stream()
                .map(PushRequest::target)
                .map(Target::address)
                .toList();
        assertThat(new HashSet<>(accepted)).isEqualTo(all);
        assertThat((long) accepted.size() - ALL).as("duplicates").isLessThanOrEqualTo(possibleDuplicates);
        assertThat(heard.keySet()).isEqualTo(all);
        assertThat(heard.values()).containsOnly(Kind.ACCEPTED);
    }

    private void await(String what, BooleanSupplier condition) {
        Await.until(
                PATIENCE,
                condition,
                () -> "not so: " + what + "; "
                        + clients.stream()
                                .map(client -> ifThere(() -> client.health().toString(), "no health"))
                                .toList());
    }
}
