package dev.notifykit.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.queue.DeadLetter;
import dev.notifykit.queue.DeadLetters.Replayed;
import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.Fetched;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.QueueState;
import dev.notifykit.queue.QueueUnavailableException;
import dev.notifykit.queue.Settlement;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.redis.server.SharedRedis;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.params.XAddParams;

/** What is foreign, damaged or too new in Redis harms nothing but itself, and none of its bytes is lost. */
class RedisQueueDamageTest {

    private static final int DELIVERY_HEAD = 25;
    private static final byte NEWER_VERSION = 9;

    private final TestStores stores = new TestStores(SharedRedis.of(RedisTopology.Kind.SINGLE));
    private final UnifiedJedis client = stores.client();
    private int names;
    private String prefix = "";
    private WorkQueue queue = newQueue();

    private WorkQueue newQueue() {
        prefix = "-queue-" + ++names;
        queue = stores.create(prefix, b -> b.partitions(1)).workQueue();
        return queue;
    }

    @AfterEach
    void close() {
        stores.close();
    }

    private byte[] key(String name) {
        return (stores.prefix(prefix) + ":{0}:" + name).getBytes(StandardCharsets.US_ASCII);
    }

    /** The only lane's stream. */
    private byte[] lane() {
        return key("q:"
                + client.smembers(new String(key("l"), StandardCharsets.US_ASCII))
                        .iterator()
                        .next());
    }

    /** Something happens to a value. */
    private record Damage(String name, boolean newer, UnaryOperator<byte[]> change) {}

    private static Stream<Damage> damages(int head) {
        return Stream.of(
                new Damage("truncated", false, bytes -> Arrays.copyOf(bytes, bytes.length - 1)),
                new Damage("its head alone", false, bytes -> Arrays.copyOf(bytes, head)),
                new Damage("half a head", false, bytes -> Arrays.copyOf(bytes, head / 2)),
                new Damage("empty", false, bytes -> new byte[0]),
                new Damage(
                        "foreign",
                        false,
                        bytes -> "something else, and long enough for a head".getBytes(StandardCharsets.UTF_8)),
                new Damage("a newer head", true, bytes -> with(bytes, 0)),
                new Damage("newer within", true, bytes -> with(bytes, head)));
    }

    private static byte[] with(byte[] bytes, int at) {
        byte[] changed = bytes.clone();
        changed[at] = NEWER_VERSION;
        return changed;
    }

    /** Replaces the only entry of a stream, at its place. */
    private byte[] replace(byte[] stream, UnaryOperator<byte[]> change) {
        List<Object> entries = client.xrange(stream, bytes("-"), bytes("+"));
        List<?> last = (List<?>) entries.get(entries.size() - 1);
        byte[] id = (byte[]) last.get(0);
        byte[] content = (byte[]) ((List<?>) last.get(1)).get(1);
        client.xdel(stream, id);
        byte[] changed = change.apply(content);
        add(stream, new StreamEntryID(new String(id, StandardCharsets.US_ASCII)), Map.of(new byte[] {'v'}, changed));
        return changed;
    }

    private void add(byte[] stream, StreamEntryID after, Map<byte[], byte[]> fields) {
        StreamEntryID id = new StreamEntryID(after.getTime(), after.getSequence() + 1);
        client.xadd(stream, new HashMap<>(fields), XAddParams.xAddParams().id(id));
    }

    private String name() {
        return "m" + ++names;
    }

    @TestFactory
    Stream<DynamicTest> aDeliveryThatCannotBeRead() {
        return damages(DELIVERY_HEAD)
                .map(damage -> DynamicTest.dynamicTest(damage.name(), () -> {
                    newQueue();
                    Queues.submit(queue, Queues.to(name()));
                    byte[] changed = replace(lane(), damage.change());
                    Queues.submit(queue, Queues.to("after-" + names));

                    PartitionLease lease = Queues.own(queue, 0);
                    Delivery next = Queues.fetchOne(queue, lease);
                    assertThat(next.message().value()).isEqualTo("after-" + names);
                    queue.settle(lease, List.of(Queues.ended(next)));
                    assertThat(Queues.fetch(queue, lease).deliveries()).isEmpty();
                    QueueState after = queue.state();
                    assertThat(Queues.isLawful(after)).as("%s", after).isTrue();
                    if (damage.newer()) {
                        assertThat(after.queued()).as("it waits").isEqualTo(1);
                        assertThat(after.deadLetters()).isZero();
                    } else {
                        assertThat(after.deadLetters()).isEqualTo(1);
                        assertThat(after.queued()).isZero();
                        DeadLetter letter = lastLetter();
                        assertThat(letter.why()).isEqualTo(DeadLetter.Why.CORRUPT);
                        assertThat(letter.delivery()).isNull();
                        assertThat(client.hget(key("dlq"), letter.id().value().getBytes(StandardCharsets.UTF_8)))
                                .as("no byte is lost")
                                .endsWith(changed);
                        assertThat(queue.replay(List.of(letter.id()))).containsExactly(Replayed.UNREADABLE);
                    }
                }));
    }

    private DeadLetter lastLetter() {
        List<DeadLetter> letters = queue.letters(null, 1_000).letters();
        return letters.get(letters.size() - 1);
    }

    @TestFactory
    Stream<DynamicTest> aMessageThatCannotBeRead() {
        return damages(QueueFormat.MESSAGE_HEAD)
                .map(damage -> DynamicTest.dynamicTest(damage.name(), () -> {
                    QueueState before = queue.state();
                    queue.submit(List.of(Queues.toExpand(name())));
                    replace(key("in"), damage.change());
                    queue.submit(List.of(Queues.toExpand("after-" + names)));

                    PartitionLease lease = Queues.own(queue, 0);
                    Fetched fetched = Queues.fetch(queue, lease);
                    assertThat(fetched.messages()
                                    .get(fetched.messages().size() - 1)
                                    .message()
                                    .id()
                                    .value())
                            .isEqualTo("after-" + names);
                    QueueState after = queue.state();
                    assertThat(Queues.isLawful(after)).as("%s", after).isTrue();
                    assertThat(after.intake()).isEqualTo(before.intake() + (damage.newer() ? 2 : 1));
                    assertThat(after.buried())
                            .as("letters that never were deliveries")
                            .isEqualTo(before.buried() + (damage.newer() ? 0 : 1));
                }));
    }

    @TestFactory
    Stream<DynamicTest> aParkedDeliveryThatCannotBeRead() {
        int lane = 24;
        return damages(lane + DELIVERY_HEAD)
                .filter(damage -> !damage.name().equals("a newer head"))
                .map(damage -> DynamicTest.dynamicTest(damage.name(), () -> {
                    newQueue();
                    Queues.submit(queue, Queues.later(name(), null, Queues.LEASE, 1));
                    byte[] id = client.hkeys(key("m")).iterator().next();
                    client.hset(key("m"), id, damage.change().apply(client.hget(key("m"), id)));
                    Queues.submit(queue, Queues.later("after-" + names, null, Queues.LEASE, 1));
                    stores.passTime(Queues.LEASE.multipliedBy(2));

                    PartitionLease lease = Queues.own(queue, 0);
                    Delivery next = Queues.fetchOne(queue, lease);
                    assertThat(next.message().value()).isEqualTo("after-" + names);
                    queue.settle(lease, List.of(Queues.ended(next)));
                    assertThat(Queues.isLawful(queue.state())).isTrue();
                    assertThat(queue.state().parked()).isZero();
                    if (damage.newer()) {
                        assertThat(queue.state().queued() + queue.state().started())
                                .isEqualTo(1);
                        client.del(lane(), key("s"), key("k"));
                    } else {
                        assertThat(lastLetter().why()).isEqualTo(DeadLetter.Why.CORRUPT);
                    }
                }));
    }

    @Test
    void anEntryOfAnotherFormIsALetter() {
        Queues.submit(queue, Queues.to("a"));
        StreamEntryID first = new StreamEntryID(Long.MAX_VALUE / 2, 0);
        add(lane(), first, Map.of(bytes("some"), bytes("thing"), bytes("of"), bytes("others")));
        PartitionLease lease = Queues.own(queue, 0);

        assertThat(Queues.fetchOne(queue, lease).message().value()).isEqualTo("a");
        assertThat(lastLetter().why()).isEqualTo(DeadLetter.Why.CORRUPT);
        assertThat(queue.purge(List.of(lastLetter().id()))).isEqualTo(1);
        assertThat(Queues.isLawful(queue.state())).isTrue();
        assertThat(queue.state().queued()).isZero();
    }

    @Test
    void withoutRoomForLettersWhatCannotBeReadStaysAndStopsNobody() {
        WorkQueue narrow = stores.create(
                        prefix,
                        b -> b.partitions(1)
                                .queue(QueueSettings.builder().maxLetters(0).build()))
                .workQueue();
        Queues.submit(narrow, Queues.to("a"));
        replace(lane(), bytes -> Arrays.copyOf(bytes, bytes.length - 1));
        Queues.submit(narrow, Queues.to("b"));
        PartitionLease lease = Queues.own(narrow, 0);

        assertThat(Queues.fetchOne(narrow, lease).message().value()).isEqualTo("b");
        assertThat(Queues.isLawful(narrow.state())).isTrue();
        narrow.release(lease);
        assertThat(Queues.fetchOne(queue, Queues.own(queue, 0)).message().value())
                .isEqualTo("b");
        assertThat(lastLetter().why()).isEqualTo(DeadLetter.Why.CORRUPT);
    }

    /** Whatever lies in one of its places: a clear error, nothing is changed, and when it is gone all goes on. */
    @TestFactory
    Stream<DynamicTest> aPlaceThatIsTakenByAnotherType() {
        queue.submit(List.of(
                Queues.to("a"),
                Queues.to("b", DedupKey.of("k"), 2, 3),
                Queues.toExpand("c"),
                Queues.later("d", null, Duration.ofHours(1), 4)));
        PartitionLease lease = Queues.own(queue, 0);
        Delivery started = Queues.fetch(queue, lease).deliveries().get(0).delivery();
        QueueState before = queue.state();
        return Stream.of("o", "k", "l", "in", "y", "w", "s", "z", "m", "g", "dlq", "dlo")
                .map(name -> DynamicTest.dynamicTest(name, () -> {
                    byte[] dump = client.exists(key(name)) ? client.dump(key(name)) : null;
                    client.del(key(name));
                    client.set(key(name), bytes("somebody else's"));

                    if (!name.equals("o")) {
                        assertDamaged(() -> Queues.submit(queue, Queues.to("new")));
                    }
                    assertDamaged(() -> queue.settle(lease, List.of(Queues.ended(started))));
                    assertDamaged(() -> Queues.fetch(queue, lease));

                    client.del(key(name));
                    if (dump != null) {
                        client.restore(key(name), 0, dump);
                    }
                    assertThat(queue.state()).isEqualTo(before);
                }));
    }

    private static void assertDamaged(Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOf(QueueUnavailableException.class)
                .hasMessageContaining("cannot be used");
    }

    @Test
    void aLaneThatIsTakenByAnotherTypeStopsNoOther() {
        Queues.submit(queue, Queues.to("a"));
        byte[] lane = lane();
        client.del(lane);
        client.set(lane, bytes("x"));
        queue.submit(List.of(Queues.toExpand("m")));
        PartitionLease lease = Queues.own(queue, 0);

        Fetched fetched = Queues.fetch(queue, lease);
        assertThat(fetched.messages()).hasSize(1);
        assertThat(fetched.deliveries()).isEmpty();
        assertDamaged(() -> Queues.submit(queue, Queues.to("b")));
        client.del(lane);
        assertThat(Queues.submit(queue, Queues.to("c"))).matches(Queues::isQueued);
    }

    @Test
    void aDedupKeyThatCannotBeReadFailsItsMessageAlone() {
        client.set(dedup(DedupKey.of("k")), bytes("somebody else's"));
        assertDamaged(() -> queue.submit(List.of(Queues.to("a", DedupKey.of("k"), 1), Queues.to("b"))));
        PartitionLease lease = Queues.own(queue, 0);

        assertThat(Queues.fetchOne(queue, lease).message().value()).isEqualTo("b");
        assertThat(client.get(dedup(DedupKey.of("k")))).isEqualTo(bytes("somebody else's"));
    }

    @Test
    void aDedupKeyThatIsDamagedMeanwhileHoldsUpNoEnd() {
        Queues.submit(queue, Queues.to("a", DedupKey.of("k"), 1));
        PartitionLease lease = Queues.own(queue, 0);
        client.set(dedup(DedupKey.of("k")), bytes("somebody else's"));
        Delivery delivery = Queues.fetchOne(queue, lease);

        queue.settle(lease, List.of(Queues.ended(delivery)));
        assertThat(queue.state().started()).isZero();
    }

    /** A message waits for longer than keys live; or somebody has deleted its key. */
    @Test
    void aClaimThatWasLostIsWrittenAnewByItsEnd() {
        DedupKey key = DedupKey.of("k").content("one").version(3);
        Queues.submit(queue, Queues.to("a", key, 1));
        PartitionLease lease = Queues.own(queue, 0);
        client.del(dedup(key));
        Fetched fetched = Queues.fetch(queue, lease);
        assertThat(fetched.deliveries().get(0).superseded()).isFalse();
        queue.settle(lease, List.of(Queues.ended(fetched.deliveries().get(0).delivery())));

        assertThat(Queues.submit(queue, Queues.to("b", key, 1)).getClass().getSimpleName())
                .isEqualTo("Duplicate");
        assertThat(client.pttl(dedup(key))).isBetween(1L, Queues.TTL.toMillis());
    }

    @Test
    void aPartitionOfANewerBuildIsLeftToNewerInstances() {
        PartitionLease lease = Queues.own(queue, 0);
        client.hset(key("o"), bytes("v"), bytes("2"));

        assertThatThrownBy(() -> Queues.fetch(queue, lease)).hasMessageContaining("newer build");
        assertThatThrownBy(() -> Queues.own(queue, 0)).hasMessageContaining("newer build");
    }

    @Test
    void aLetterThatCannotBeReadIsStillALetter() {
        Queues.submit(queue, Queues.to("a"));
        PartitionLease lease = Queues.own(queue, 0);
        Delivery delivery = Queues.fetchOne(queue, lease);
        queue.settle(lease, List.of(Queues.dead(delivery)));
        DeadLetter.Id id = ((Settlement.Dead) Queues.dead(delivery)).letter().id();
        byte[] whole = client.hget(key("dlq"), bytes(id.value()));
        for (int length = 0; length < whole.length; length += 7) {
            client.hset(key("dlq"), bytes(id.value()), Arrays.copyOf(whole, length));
            DeadLetter letter = lastLetter();
            assertThat(letter.id()).isEqualTo(id);
            if (letter.delivery() == null) {
                assertThat(queue.replay(List.of(id))).containsExactly(Replayed.UNREADABLE);
            }
        }
        client.hset(key("dlq"), bytes(id.value()), whole);
        assertThat(queue.replay(List.of(id))).containsExactly(Replayed.QUEUED);
    }

    private byte[] dedup(DedupKey key) {
        return new RedisKeys(RedisSettings.builder()
                        .prefix(stores.prefix(prefix))
                        .partitions(1)
                        .build())
                .dedup(key)
                .key();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
