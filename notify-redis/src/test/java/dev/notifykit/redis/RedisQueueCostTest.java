package dev.notifykit.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.message.Message;
import dev.notifykit.message.MessageCodec;
import dev.notifykit.push.OptionsFormats;
import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.Fetched;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.QueueCodec;
import dev.notifykit.queue.Settlement;
import dev.notifykit.queue.Submission;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.redis.server.SharedRedis;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/**
 * What a message costs in Redis, beyond what it says: bytes as {@code MEMORY USAGE} says. Each bound is a little above what was measured on
 * 7.0.15, with 189 bytes of payload: intake 47, queued 67, started 160 more, parked 249, letter 250, dedup key 216.
 */
class RedisQueueCostTest {

    private static final int COUNT = 2_000;

    private final RedisTopology redis = SharedRedis.of(RedisTopology.Kind.SINGLE);
    private final TestStores stores = new TestStores(redis);
    private final WorkQueue queue = stores.create("-cost", b -> b.partitions(1)).workQueue();
    private final RedisKeys keys = new RedisKeys(
            RedisSettings.builder().prefix(stores.prefix("-cost")).partitions(1).build());

    @AfterEach
    void close() {
        stores.close();
    }

    private double bytes(String name) {
        byte[] key = (stores.prefix("-cost") + ":{0}:" + name).getBytes(StandardCharsets.US_ASCII);
        // Every entry is looked at: the first ones would not be typical.
        try (Jedis jedis = redis.node().connect()) {
            Long bytes = jedis.memoryUsage(key, 0);
            return bytes == null ? 0 : (double) bytes / COUNT;
        }
    }

    private String lane() {
        return "q:"
                + stores.client()
                        .smembers(stores.prefix("-cost") + ":{0}:l")
                        .iterator()
                        .next();
    }

    private static double packed(List<Delivery> deliveries) {
        QueueCodec codec = new QueueCodec(OptionsFormats.installed());
        return deliveries.stream()
                .mapToInt(delivery -> codec.pack(delivery).length)
                .average()
                .orElseThrow();
    }

    @Test
    void bytes() {
        List<String> ids = IntStream.range(0, COUNT)
                .mapToObj(i -> new UUID(i * 0x9E3779B97F4A7C15L, i).toString())
                .toList();
        MessageCodec codec = new MessageCodec(OptionsFormats.installed());
        Message example = Queues.message(ids.get(0), DedupKey.of(ids.get(0)));
        queue.submit(ids.stream()
                .map(id -> new Submission(
                        Queues.message("i" + id.substring(1), DedupKey.of("i" + id)),
                        List.of(),
                        Queues.TTL,
                        Duration.ZERO))
                .toList());
        double intake = bytes("in") - codec.pack(example).length;
        List<Submission> all =
                ids.stream().map(id -> Queues.to(id, DedupKey.of(id), 1)).toList();
        queue.submit(all);
        PartitionLease lease = Queues.own(queue, 0);
        double payload =
                packed(all.stream().flatMap(one -> one.deliveries().stream()).toList());
        double queued = bytes(lane()) - payload;
        double claim = (double)
                stores.client().memoryUsage(keys.dedup(DedupKey.of(ids.get(7))).key());
        Fetched fetched = Queues.fetch(queue, lease);
        double started = bytes("s");
        List<Delivery> deliveries =
                fetched.deliveries().stream().map(one -> one.delivery()).toList();
        queue.settle(
                lease,
                deliveries.stream()
                        .map(one -> Queues.parked(one, Duration.ofHours(1)))
                        .toList());
        double emptied = bytes(lane());
        double parked = bytes("z") + bytes("m") - payload;
        stores.passTime(Duration.ofHours(2));
        List<Settlement> dead = new ArrayList<>();
        while (dead.size() < COUNT) {
            Queues.fetch(queue, lease).deliveries().forEach(one -> dead.add(Queues.dead(one.delivery())));
        }
        queue.settle(lease, dead);
        double letter = bytes("dlq") + bytes("dlo") - payload;
        String figures = String.format(
                "payload %.0f: intake +%.1f, queued +%.1f, started +%.1f, parked +%.1f, letter +%.1f, claim %.0f",
                payload, intake, queued, started, parked, letter, claim);

        assertThat(intake).as(figures).isLessThan(55);
        assertThat(queued).as(figures).isLessThan(75);
        assertThat(started).as(figures).isLessThan(180);
        assertThat(parked).as(figures).isLessThan(275);
        assertThat(letter).as(figures).isLessThan(275);
        assertThat(claim).as(figures).isLessThan(240);
        assertThat(emptied).as("what has left its lane").isLessThan(1);
    }
}
