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
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.Target;
import dev.notifykit.redis.server.Await;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.redis.server.SharedRedis;
import dev.notifykit.result.SendResult;
import dev.notifykit.testing.FakePushService;
import dev.notifykit.time.TimeSource;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two clients share the shards of a fan-out by way of Redis; one loses its Redis in the middle, and the other goes on alone. */
class RedisTakeoverTest {

    private static final FanOutId ID = FanOutId.of("spring-sale");
    private static final int SHARDS = 4;
    private static final int ROWS_PER_SHARD = 1_500;
    private static final int ROWS = SHARDS * ROWS_PER_SHARD;
    private static final Duration LEASE = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final TestStores stores = new TestStores(SharedRedis.of(RedisTopology.Kind.SINGLE));
    private final TimeSource time = TimeSource.system();
    private final Map<String, FakePushService> vendors = new ConcurrentHashMap<>();
    private final Map<String, SendResult> results = new ConcurrentHashMap<>();
    private final Set<Integer> takenByFirst = ConcurrentHashMap.newKeySet();
    private final AtomicInteger callsLeft = new AtomicInteger(Integer.MAX_VALUE);

    @AfterEach
    void close() {
        stores.close();
    }

    /** Keys are unique in a shard, and here in the whole audience. */
    private static final class Customers implements Audience {

        @Override
        public List<String> shards() {
            return IntStream.range(0, SHARDS).mapToObj(Integer::toString).toList();
        }

        @Override
        public AudiencePage read(String shard, @Nullable String cursor, int limit) {
            int from = cursor == null ? 0 : Integer.parseInt(cursor);
            int to = Math.min(from + limit, ROWS_PER_SHARD);
            List<AudienceRow> rows = IntStream.range(from, to)
                    .mapToObj(i -> String.format("%s-%05d", shard, i))
                    .map(key -> new AudienceRow(key, Target.apns("app", "token-" + key)))
                    .toList();
            return new AudiencePage(rows, to == ROWS_PER_SHARD ? null : Integer.toString(to));
        }
    }

    private PushClient instance(String name, ProgressStore store) {
        FakePushService apns = FakePushService.create(ProviderId.APNS)
                .maxInFlight(50)
                .latency(Duration.ofMillis(20), time)
                .hold();
        vendors.put(name, apns);
        PushClient client = PushClient.builder()
                .app("app", apns)
                .handler(FanOutHandler.builder("customers")
                        .audience(new Customers())
                        .lanes(LaneKey.of("app", ProviderId.APNS))
                        .sink(batch -> batch.forEach(row -> results.put(row.key(), row.result())))
                        .build())
                .progressStore(store)
                .instance(name)
                .owned(false)
                .pageSize(100)
                .maxShards(SHARDS / 2)
                .lease(LEASE)
                .build();
        client.start();
        return client;
    }

    /** The store as the first client sees it, until it is out of reach. */
    private ProgressStore cutOff(ProgressStore store) {
        return (ProgressStore) Proxy.newProxyInstance(
                ProgressStore.class.getClassLoader(), new Class<?>[] {ProgressStore.class}, (proxy, method, args) -> {
                    if (callsLeft.getAndUpdate(left -> Math.max(0, left - 1)) == 0) {
                        throw new IllegalStateException("the store is out of reach");
                    }
                    try {
                        Object answer = method.invoke(store, args);
                        if (method.getName().equals("acquire")
                                && answer.toString().contains("ShardGrant")) {
                            takenByFirst.add((Integer) args[1]);
                        }
                        return answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void aClientThatIsCutOffIsReplacedByTheOther() {
        PushClient first = instance("first", cutOff(stores.create("-fleet").progressStore()));
        PushClient second = instance("second", stores.create("-fleet").progressStore());
        try {
            FanOut fanOut = first.fanOuts()
                    .launch(FanOutSpec.builder(ID, "customers", Notification.alert("t", "b"))
                            .build());
            FakePushService ofFirst = vendor("first");
            FakePushService ofSecond = vendor("second");
            // Nothing is answered before both have something on its way, so that either has its part.
            await("both have begun", () -> sent(ofFirst) > 0 && sent(ofSecond) > 0);
            assertThat(takenByFirst).hasSizeBetween(1, SHARDS / 2);
            ofFirst.release();
            ofSecond.release();
            await("both work on it", () -> sent(ofFirst) > 300 && sent(ofSecond) > 300);
            callsLeft.set(3);
            await("the first has lost its Redis", () -> callsLeft.get() == 0);
            FanOut sameFanOut = second.fanOuts().find(fanOut.id()).orElseThrow();
            await("the second has ended it", () -> sameFanOut.progress().state() == FanOutState.COMPLETED);

            FanOutProgress end = sameFanOut.progress();
            Map<String, Integer> perToken = new HashMap<>();
            vendors.values()
                    .forEach(vendor -> vendor.requests()
                            .forEach(request -> perToken.merge(request.target().address(), 1, Integer::sum)));
            long duplicates =
                    perToken.values().stream().mapToLong(count -> count - 1).sum();
            assertThat(end.isConserved()).isTrue();
            assertThat(end.recipients()).isEqualTo(ROWS);
            assertThat(end.count(SendResult.Kind.ACCEPTED)).isEqualTo(ROWS);
            assertThat(perToken).hasSize(ROWS);
            assertThat(results).hasSize(ROWS);
            assertThat(duplicates).isLessThanOrEqualTo(end.possibleDuplicates());
            assertThat(vendors.values().stream()
                            .flatMap(vendor -> vendor.requests().stream())
                            .map(PushRequest::id)
                            .distinct())
                    .as("a row has one request id, whoever sends it")
                    .hasSize(ROWS);
        } finally {
            first.close(Duration.ZERO);
            second.close(Duration.ZERO);
        }
    }

    private FakePushService vendor(String name) {
        FakePushService vendor = vendors.get(name);
        assertThat(vendor).isNotNull();
        return vendor;
    }

    private static int sent(FakePushService vendor) {
        return vendor.requests().size();
    }

    private static void await(String what, BooleanSupplier condition) {
        Await.until(PATIENCE, condition, () -> "not so: " + what);
    }
}
