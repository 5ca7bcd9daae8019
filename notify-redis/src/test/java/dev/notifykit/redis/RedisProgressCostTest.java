package dev.notifykit.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.PushClient;
import dev.notifykit.fanout.Audience;
import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOutHandler;
import dev.notifykit.fanout.Mark;
import dev.notifykit.fanout.ParkedRow;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.fanout.ShardLease;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.Target;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.redis.server.SharedRedis;
import dev.notifykit.result.SendResult.Kind;
import dev.notifykit.testing.FakePushService;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/**
 * What a fan-out costs in Redis: bytes as {@code MEMORY USAGE} says, and round trips. Each bound is a little above what was measured on
 * 7.0.15: fan-out 648, shard 296, row of a page 49 (APNs) or 197 (FCM), mark 0.65, intent 0.39, parked row 211; 1.7 round trips.
 */
class RedisProgressCostTest {

    private static final FanOutId ID = FanOutId.of("spring-sale");
    private static final int PAGE = 1_000;
    private static final int PARKED = 500;
    private static final Pattern SCRIPTS = Pattern.compile("cmdstat_eval(?:sha)?:calls=(\\d+)");

    private final RedisTopology redis = SharedRedis.of(RedisTopology.Kind.SINGLE);
    private final TestStores stores = new TestStores(redis);
    private final RedisKeys keys =
            new RedisKeys(RedisSettings.builder().prefix(stores.prefix("-cost")).build());
    private final ProgressStore store = stores.create("-cost").progressStore();
    private final Random random = new Random(1);

    @AfterEach
    void close() {
        stores.close();
    }

    private String text(int length, String alphabet) {
        return random.ints(length, 0, alphabet.length())
                .collect(StringBuilder::new, (text, i) -> text.append(alphabet.charAt(i)), StringBuilder::append)
                .toString();
    }

    private AudienceRow apns(int i) {
        return new AudienceRow("" + (10_000_000 + i), Target.apns("com.acme.app", text(64, "0123456789abcdef")));
    }

    private AudienceRow fcm(int i) {
        return new AudienceRow(
                "" + (10_000_000 + i),
                Target.fcm("com.acme.app", text(163, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_:")),
                i % 3 == 0 ? "de-CH" : "en",
                "Europe/Zurich",
                Map.of());
    }

    private long bytes(byte[] key) {
        Long bytes = stores.client().memoryUsage(key);
        assertThat(bytes).isNotNull();
        return bytes;
    }

    private double perRow(IntFunction<AudienceRow> row, int page, ShardLease lease) {
        store.openPage(lease, page, IntStream.range(0, PAGE).mapToObj(row).toList(), "" + (10_000_000 + PAGE));
        return (double) bytes(keys.shard(ID, 0).manifest(page)) / PAGE;
    }

    @Test
    void bytes() {
        store.create(ProgressSteps.spec(ID), List.of("0-9999", "10000-"), OptionalLong.of(1_000_000));
        ShardLease lease = store.acquire(ID, 0, "worker-1-4f2a9c", Duration.ofSeconds(30))
                .orElseThrow()
                .lease();
        double apns = perRow(this::apns, 0, lease);
        double fcm = perRow(this::fcm, 1, lease);
        List<AudienceRow> rows = IntStream.range(0, PAGE).mapToObj(this::apns).toList();
        store.mark(
                lease,
                IntStream.range(0, PAGE)
                        .<Mark>mapToObj(i -> i < PARKED
                                ? new Mark.Parked(
                                        0,
                                        i,
                                        new ParkedRow(
                                                ParkedRow.id(0, i), rows.get(i), 1, false, Duration.ofSeconds(2), true),
                                        Duration.ofMinutes(1))
                                : new Mark.Ended(0, i, Kind.ACCEPTED))
                        .toList());
        BitSet all = new BitSet();
        all.set(0, PAGE);
        store.intend(lease, 1, all);
        ShardKeys shard = keys.shard(ID, 0);
        double marks = (double) bytes(shard.marks(0)) / PAGE;
        double intents = (double) bytes(shard.intents(1)) / PAGE;
        double parked = (double) (bytes(shard.due()) + bytes(shard.parked())) / PARKED;
        assertThat(bytes(keys.fanOut(ID))).isLessThan(800);
        assertThat(bytes(shard.shard())).isLessThan(350);
        assertThat(apns).isLessThan(55);
        assertThat(fcm).isLessThan(210);
        assertThat(marks).isLessThan(0.7);
        assertThat(intents).isLessThan(0.5);
        assertThat(parked).isLessThan(240);
    }

    @Test
    void roundTrips() throws Exception {
        int count = 20_000;
        List<AudienceRow> rows = IntStream.range(0, count)
                .mapToObj(i -> new AudienceRow("" + (10_000_000 + i), Target.apns("app", "token-" + i)))
                .toList();
        PushClient client = PushClient.builder()
                .app("app", FakePushService.create(ProviderId.APNS))
                .handler(FanOutHandler.builder("customers")
                        .audience(Audience.of(rows))
                        .lanes(LaneKey.of("app", ProviderId.APNS))
                        .build())
                .progressStore(store)
                .owned(false)
                .build();
        client.start();
        try (Jedis admin = redis.node().connect()) {
            long before = scripts(admin);
            client.fanOuts().launch(ProgressSteps.spec(ID)).completion().get(60, TimeUnit.SECONDS);
            double per200 = (scripts(admin) - before) * 200.0 / count;
            assertThat(per200).isLessThan(3.0);
        } finally {
            client.close(Duration.ofSeconds(2));
        }
    }

    private static long scripts(Jedis admin) {
        Matcher calls = SCRIPTS.matcher(admin.info("commandstats"));
        long sum = 0;
        while (calls.find()) {
            sum += Long.parseLong(calls.group(1));
        }
        return sum;
    }
}
