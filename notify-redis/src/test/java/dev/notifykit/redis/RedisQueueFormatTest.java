package dev.notifykit.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.message.MessageCodec;
import dev.notifykit.push.Digest;
import dev.notifykit.push.OptionsFormats;
import dev.notifykit.queue.DeadLetter;
import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.QueueCodec;
import dev.notifykit.queue.Settlement;
import dev.notifykit.queue.Started;
import dev.notifykit.queue.Submission;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.redis.server.SharedRedis;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.params.XAddParams;

/** What is written outlives the build that wrote it: its form never changes, and what was written in it is always read. */
class RedisQueueFormatTest {

    private static final DedupKey EVENT = DedupKey.of("match-7").content("2:1").version(-5);
    private static final DedupKey CORRECTED =
            DedupKey.of("match-7").content("3:1").version(4);
    private static final String TTL = "000001499700";
    private static final String LANE = "huLNacnFzFjtP_aLUJ_I9g:u";

    private final TestStores stores = new TestStores(SharedRedis.of(RedisTopology.Kind.SINGLE));
    private final WorkQueue queue =
            stores.create("-format", b -> b.partitions(1)).workQueue();
    private final UnifiedJedis client = stores.client();
    private final QueueCodec codec = new QueueCodec(OptionsFormats.installed());

    @AfterEach
    void close() {
        stores.close();
    }

    private byte[] key(String name) {
        return (stores.prefix("-format") + ":{0}:" + name).getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The content of a stream's only entry. */
    private String entry(String stream) {
        List<Object> entries = client.xrange(key(stream), bytes("-"), bytes("+"));
        assertThat(entries).hasSize(1);
        List<?> fields = (List<?>) ((List<?>) entries.get(0)).get(1);
        assertThat((byte[]) fields.get(0)).isEqualTo(bytes("v"));
        return hex((byte[]) fields.get(1));
    }

    private String claim() {
        return new String(client.get(key("d:" + Digest.of("match-7"))), StandardCharsets.US_ASCII);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static String id(Delivery delivery) {
        return delivery.id().toString().replace("-", "");
    }

    @Test
    void aDeliveryThatWaits() {
        Submission submission = Queues.to("a", EVENT, 1);
        Delivery delivery = submission.deliveries().get(0);
        Queues.submit(queue, submission);

        assertThat(client.smembers(key("l"))).containsExactly(bytes(LANE));
        assertThat(entry("q:" + LANE)).isEqualTo("01" + id(delivery) + "0000" + TTL + hex(codec.pack(delivery)));
        assertThat(claim()).isEqualTo("1\nh1 m:a " + EVENT.contentHash() + " 09223372036854775803 9999999999999 0\n.");
    }

    @Test
    void aMessageThatWaits() {
        Submission submission = Queues.toExpand("a");
        queue.submit(List.of(submission));
        assertThat(entry("in"))
                .isEqualTo("01" + TTL + hex(new MessageCodec(OptionsFormats.installed()).pack(submission.message())));
    }

    @Test
    void whatIsStartedParkedAndDead() {
        Submission submission = Queues.to("a", EVENT, 1, 2);
        Queues.submit(queue, submission);
        PartitionLease lease = Queues.own(queue, 0);
        List<Delivery> deliveries = Queues.fetch(queue, lease).deliveries().stream()
                .map(Started::delivery)
                .toList();
        byte[] record = client.hget(key("s"), HexFormat.of().parseHex(id(deliveries.get(0))));
        assertThat(hex(record)).startsWith("0101" + TTL);
        assertThat(new String(record, 8, record.length - 8, StandardCharsets.US_ASCII))
                .matches("\\d+ \\d+-\\d+ " + LANE + " " + lease.fence());
        assertThat(client.hget(key("g"), bytes("m:a"))).isEqualTo(bytes("2 0 "));

        queue.settle(
                lease,
                List.of(
                        new Settlement.Parked(deliveries.get(0), Duration.ofHours(1), false, false),
                        Queues.dead(deliveries.get(1))));
        String target = Queues.target(2).digest();
        assertThat(client.hget(key("g"), bytes("m:a"))).isEqualTo(bytes("1 2 " + target));
        assertThat(hex(client.hget(key("m"), HexFormat.of().parseHex(id(deliveries.get(0))))))
                .isEqualTo(hex(bytes(LANE)) + "01" + id(deliveries.get(0)) + "0001" + TTL
                        + hex(codec.pack(deliveries.get(0))));
        DeadLetter letter = ((Settlement.Dead) Queues.dead(deliveries.get(1))).letter();
        byte[] own = QueueCodec.pack(letter);
        assertThat(hex(client.hget(key("dlq"), bytes(letter.id().value()))))
                .isEqualTo("0102" + TTL + String.format("%08x", own.length) + hex(own)
                        + hex(codec.pack(deliveries.get(1))));
    }

    @Test
    void whatWasSaidByACorrectionIsKnownAsOne() {
        Queues.submit(queue, Queues.to("a", EVENT, 1));
        Queues.submit(queue, Queues.to("b", CORRECTED, 1));
        PartitionLease lease = Queues.own(queue, 0);
        queue.settle(
                lease,
                Queues.fetch(queue, lease).deliveries().stream()
                        .filter(started -> started.correction())
                        .map(started -> Queues.ended(started.delivery()))
                        .toList());
        assertThat(claim()).isEqualTo("1\nc2 m:b " + CORRECTED.contentHash() + " 09223372036854775812 3 \n.");
        assertThat(client.hgetAll(key("h")).keySet()).containsExactly(bytes("m:a"));
    }

    @Test
    void whatWasWrittenLongAgoIsRead() {
        Delivery delivery = Queues.to("a", EVENT, 1).deliveries().get(0);
        byte[] content = HexFormat.of().parseHex("01" + id(delivery) + "0202" + TTL + hex(codec.pack(delivery)));
        client.hset(
                key("k"),
                Map.of(bytes("n"), bytes("1"), bytes("b"), bytes("" + content.length), bytes("made"), bytes("1")));
        client.sadd(key("l"), bytes(LANE));
        client.xadd(
                key("q:" + LANE),
                Map.of(bytes("v"), content),
                XAddParams.xAddParams().id("7-1"));
        client.set(
                key("d:" + Digest.of("match-7")),
                bytes("1\nh1 m:a " + EVENT.contentHash() + " 09223372036854775803 9999999999999 0\n."));
        PartitionLease lease = Queues.own(queue, 0);

        Started started = Queues.fetch(queue, lease).deliveries().get(0);
        assertThat(started).isEqualTo(new Started(delivery, 3, true, false, false));
        queue.settle(lease, List.of(Queues.ended(started.delivery())));
        assertThat(Queues.isLawful(queue.state())).isTrue();
        assertThat(queue.state().bytes()).isZero();
        assertThat(claim()).isEqualTo("1\nc1 m:a " + EVENT.contentHash() + " 09223372036854775803 1 \n.");
    }

    @Test
    void moreDeliveriesThanTheirNumbersHaveDigitsAreRefused() {
        int[] targets = IntStream.rangeClosed(1, 10_000).toArray();
        assertThatThrownBy(() -> Queues.submit(queue, Queues.to("a", null, targets)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("9999");
        assertThat(queue.state().made()).isZero();
    }
}
