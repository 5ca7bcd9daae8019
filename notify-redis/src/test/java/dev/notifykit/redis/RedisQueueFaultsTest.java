package dev.notifykit.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.Expansion;
import dev.notifykit.queue.Fetched;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.PartitionLostException;
import dev.notifykit.queue.QueueState;
import dev.notifykit.queue.QueueUnavailableException;
import dev.notifykit.queue.Settlement;
import dev.notifykit.queue.Submission;
import dev.notifykit.queue.Submitted;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisLogs;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.testkit.fault.FaultProxy;
import dev.notifykit.testkit.fault.PlannedFault;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.UnifiedJedis;

/** What happens between a queue and its Redis: answers get lost, scripts are forgotten, memory runs out, it is away, or restarts. */
@ExtendWith(RedisLogs.class)
class RedisQueueFaultsTest {

    private static final String[] SCRIPTS = {
        "queue_attend", "queue_acquire", "queue_submit", "queue_fetch", "queue_standing", "queue_expand",
                "queue_settle",
        "queue_alone", "queue_renew", "queue_state", "queue_bury", "queue_letters", "queue_letter_look", "queue_replay",
        "queue_purge", "queue_release", "queue_leave"
    };

    /** What one call is left waiting for in vain; longer ones are tried where a slow machine runs into it with others. */
    private static final int SHORT_TIMEOUT_MILLIS = 400;

    private static final int LONGEST_TIMEOUT_MILLIS = 26_000;
    private static final int PATIENT_MILLIS = 20_000;

    private static RedisTopology redis;
    private static TestStores stores;

    @BeforeAll
    static void start() {
        redis = RedisTopology.single(RedisBinary.preferred());
        stores = new TestStores(redis);
    }

    @AfterAll
    static void stop() {
        stores.close();
        redis.close();
    }

    static Stream<String> scripts() {
        return Stream.of(SCRIPTS);
    }

    private static WorkQueue queue(String name) {
        return stores.create(name, b -> b.partitions(1)).workQueue();
    }

    private static RedisSettings settings(String name, Duration timeout) {
        return RedisSettings.builder()
                .prefix(stores.prefix(name))
                .partitions(1)
                .timeout(timeout)
                .build();
    }

    private static RedisClient client(FaultProxy proxy, int timeoutMillis) {
        return RedisClient.builder()
                .hostAndPort("127.0.0.1", proxy.port())
                .clientConfig(DefaultJedisClientConfig.builder()
                        .timeoutMillis(timeoutMillis)
                        .build())
                .build();
    }

    /** The link repeats a call whose connection broke: nobody notices, and nothing is counted twice. */
    @ParameterizedTest
    @MethodSource("scripts")
    void anAnswerThatIsLostChangesNothing(String script) {
        List<String> undisturbed = new QueueSteps(queue("-plain-" + script)).run();
        byte[] sha = Script.named(script).sha();
        try (FaultProxy proxy = FaultProxy.to("127.0.0.1", redis.node().port()).start();
                RedisClient client = client(proxy, PATIENT_MILLIS);
                RedisStores through = RedisStores.of(client, settings("-lost-" + script, Duration.ofSeconds(50)))) {
            through.check();
            // Of a pipeline an answer is asked for once more, of a single call eight times.
            PlannedFault lost = proxy.nextRequest().containing(sha).times(1).resetAfter();

            List<String> disturbed = new QueueSteps(through.workQueue()).run();

            assertThat(lost.applied())
                    .as("answers of %s that were lost", script)
                    .isPositive();
            assertThat(disturbed).isEqualTo(undisturbed);
        }
    }

    /** The caller hears of the timeout, and repeats its call: it has happened once. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "queue_submit",
                "queue_fetch",
                "queue_standing",
                "queue_expand",
                "queue_settle",
                "queue_alone",
                "queue_bury",
                "queue_renew",
                "queue_release"
            })
    void aCallThatTimedOutAndIsRepeatedHappensOnce(String script) {
        List<String> undisturbed = new QueueSteps(queue("-prompt-" + script)).run();
        int timeout = SHORT_TIMEOUT_MILLIS;
        while (!timedOutOnceAndIsRepeated(script, timeout, undisturbed)) {
            timeout *= 4;
            assertThat(timeout).as("calls time out that are answered").isLessThan(LONGEST_TIMEOUT_MILLIS);
        }
    }

    /** False when another call has timed out as well. */
    private static boolean timedOutOnceAndIsRepeated(String script, int timeoutMillis, List<String> undisturbed) {
        String name = "-late-" + timeoutMillis + script;
        try (FaultProxy proxy = FaultProxy.to("127.0.0.1", redis.node().port()).start();
                RedisClient client = client(proxy, timeoutMillis);
                RedisStores through = RedisStores.of(client, settings(name, Duration.ofMillis(2L * timeoutMillis)))) {
            TestStores.awaitCheck(through);
            PlannedFault lost =
                    proxy.nextRequest().containing(Script.named(script).sha()).dropReply();
            AtomicInteger failures = new AtomicInteger();
            List<String> repeated;
            try {
                repeated = new QueueSteps(repeating(through.workQueue(), failures)).run();
            } catch (QueueUnavailableException e) {
                return false;
            }
            if (failures.get() > 1) {
                return false;
            }
            assertThat(lost.applied()).isEqualTo(1);
            assertThat(repeated).isEqualTo(undisturbed);
            return true;
        }
    }

    @Test
    void scriptsThatRedisHasForgottenAreSentAgain() {
        WorkQueue flushed = queue("-flushed");
        WorkQueue queue = proxy((method, args) -> {
            redis.node().scriptFlush();
            return invoke(flushed, method, args);
        });

        assertThat(new QueueSteps(queue).run()).isEqualTo(new QueueSteps(queue("-remembered")).run());
    }

    @Test
    void aRestartIsNotNoticed() {
        try (RedisTopology durable = RedisTopology.single(
                        RedisBinary.preferred(), "--appendonly", "yes", "--appendfsync", "always");
                UnifiedJedis client = durable.newClient();
                RedisStores over = RedisStores.of(client, settings("-restart", Duration.ofSeconds(50)))) {
            WorkQueue queue = over.workQueue();
            assertThat(queue.submit(Queues.many("m", 50))).allMatch(Queues::isQueued);
            PartitionLease lease = Queues.own(queue, 0);
            Fetched fetched = Queues.fetch(queue, lease);
            durable.node().restart();

            queue.settle(lease, List.of(Queues.ended(fetched.deliveries().get(0).delivery())));
            assertThat(Queues.submit(queue, Queues.to("m7"))).matches(Queues::isQueued);
            assertThat(queue.state().started()).isEqualTo(49);
            assertThat(queue.state().made()).isEqualTo(50);
        }
    }

    @Test
    void aRedisThatIsAwayIsSaidToBe() {
        try (FaultProxy proxy = FaultProxy.to("127.0.0.1", redis.node().port()).start();
                RedisClient client = client(proxy, PATIENT_MILLIS);
                RedisStores through = RedisStores.of(client, settings("-away", Duration.ofSeconds(20)))) {
            WorkQueue queue = through.workQueue();
            assertThat(Queues.submit(queue, Queues.to("a"))).matches(Queues::isQueued);
            PartitionLease lease = Queues.own(queue, 0);
            proxy.refuseConnections().resetConnections();

            assertThatThrownBy(() -> Queues.submit(queue, Queues.to("b")))
                    .isInstanceOf(QueueUnavailableException.class);
            assertThatThrownBy(() -> Queues.fetch(queue, lease)).isInstanceOf(QueueUnavailableException.class);
            assertThatThrownBy(queue::state).isInstanceOf(QueueUnavailableException.class);
            proxy.heal();
            assertThat(Queues.fetchOne(queue, lease).message().value()).isEqualTo("a");
        }
    }

    /** Nobody waits longer than the settings say, and what had been sent is there once. */
    @Test
    void aSubmitThatNobodyAnswersEndsInTime() {
        try (UnifiedJedis client = redis.newClient();
                RedisStores through = RedisStores.of(client, settings("-frozen", Duration.ofMillis(300)))) {
            WorkQueue queue = through.workQueue();
            TestStores.awaitCheck(through);
            redis.node().freeze();
            try {
                assertThatThrownBy(() -> queue.submit(Queues.many("m", 10)))
                        .isInstanceOf(QueueUnavailableException.class)
                        .hasCauseInstanceOf(RedisFailure.class);
            } finally {
                redis.node().thaw();
            }
            WorkQueue patient = queue("-frozen");
            assertThat(patient.submit(Queues.many("m", 10))).allMatch(Queues::isQueued);
            assertThat(patient.state().made()).isEqualTo(10);
        }
    }

    @Test
    void withoutMemoryNothingIsTakenAndWhatWasTakenEnds() {
        for (RedisBinary binary : RedisBinary.all()) {
            try (RedisTopology small = RedisTopology.single(binary);
                    TestStores there = new TestStores(small);
                    Jedis admin = small.node().connect()) {
                WorkQueue queue = there.create("-oom", b -> b.partitions(1)).workQueue();
                queue.submit(Queues.many("m", 8));
                queue.submit(List.of(
                        Queues.toExpand("x"),
                        Queues.to("several", DedupKey.of("k"), 5, 6),
                        Queues.later("due", null, Queues.LEASE, 7)));
                PartitionLease lease = Queues.own(queue, 0);
                Fetched fetched = Queues.fetch(queue, lease);
                there.passTime(Queues.LEASE);
                admin.configSet("maxmemory", "1");
                try {
                    QueueState before = queue.state();
                    assertRefused(queue, List.of(Queues.to("new")));
                    assertRefused(queue, List.of(Queues.to("m1"), Queues.to("new")));
                    assertThat(queue.state()).as("nothing of it was stored").isEqualTo(before);
                    worksOn(queue, lease, fetched);
                } finally {
                    admin.configSet("maxmemory", "0");
                }
                assertThat(Queues.isLawful(queue.state())).isTrue();
                assertThat(Queues.submit(queue, Queues.to("new"))).matches(Queues::isQueued);
                assertThat(queue.state().made()).isEqualTo(8 + 2 + 1 + 1 + 1);
            }
        }
    }

    private static void assertRefused(WorkQueue queue, List<Submission> some) {
        assertThatThrownBy(() -> queue.submit(some))
                .isInstanceOf(QueueUnavailableException.class)
                .hasMessageContaining("out of memory");
    }

    private static void worksOn(WorkQueue queue, PartitionLease lease, Fetched fetched) {
        List<Delivery> deliveries =
                fetched.deliveries().stream().map(started -> started.delivery()).toList();
        queue.renew(lease, Queues.LEASE);
        queue.attend("me", Queues.LEASE);
        queue.alone(lease, deliveries.get(0));
        queue.expand(
                lease,
                List.of(new Expansion.Into(
                        Queues.message("x", null), Queues.to("x", null, 4).deliveries())));
        assertThat(queue.settle(
                        lease,
                        List.of(
                                Queues.ended(deliveries.get(0)),
                                Queues.parked(deliveries.get(1), Duration.ofHours(1)),
                                Queues.parked(deliveries.get(2), Duration.ZERO),
                                Queues.dead(deliveries.get(3)),
                                Queues.ended(deliveries.get(9)))))
                .isZero();
        assertThat(Queues.fetch(queue, lease).deliveries())
                .as("what was due, expanded and put back")
                .hasSize(3);
        queue.release(lease);
        PartitionLease heir = queue.acquire(0, "heir", Queues.LEASE).orElseThrow();
        assertThat(Queues.fetch(queue, heir).deliveries()).hasSize(6 + 3 - 1);
        queue.purge(List.of(
                ((Settlement.Dead) Queues.dead(deliveries.get(3))).letter().id()));
    }

    /** A counter alone would repeat itself when Redis has lost the last grants. */
    @Test
    void aFenceOfLostGrantsIsNotGrantedAgain() {
        WorkQueue queue = queue("-rolled-back");
        byte[] key = new RedisKeys(settings("-rolled-back", Queues.LEASE)).queue(0);
        queue.release(Queues.own(queue, 0));
        byte[] dump = stores.client().dump(key);
        PartitionLease lost = Queues.own(queue, 0);
        stores.client().del(key);
        stores.client().restore(key, 0, dump);
        PartitionLease heir = Queues.own(queue, 0);

        assertThat(counter(heir)).isEqualTo(counter(lost));
        assertThatThrownBy(() -> Queues.fetch(queue, lost)).isInstanceOf(PartitionLostException.class);
        Queues.fetch(queue, heir);
    }

    private static String counter(PartitionLease lease) {
        return lease.fence().substring(0, lease.fence().indexOf('-'));
    }

    /** 16 threads in 3 instances hand in the same events, while an owner works on them. */
    @Test
    void whatManyHandInIsQueuedOnce() throws Exception {
        List<WorkQueue> queues = IntStream.range(0, 3)
                .mapToObj(i -> stores.create("-race", b -> b.partitions(4)).workQueue())
                .toList();
        int events = 200;
        Set<String> queued = new HashSet<>();
        List<Thread> threads = IntStream.range(0, 16)
                .mapToObj(thread -> new Thread(() -> IntStream.range(0, events).forEach(i -> {
                    String id = "m" + i + "-" + thread;
                    Submitted answer = Queues.submit(queues.get(thread % 3), Queues.to(id, DedupKey.of("e" + i), 1));
                    if (Queues.isQueued(answer)) {
                        synchronized (queued) {
                            queued.add(id);
                        }
                    }
                })))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(queued).hasSize(events);
        assertThat(Queues.names(queues.get(0))).isEqualTo(queued);
    }

    /** A call that failed, again: the first one of them. */
    private static WorkQueue repeating(WorkQueue queue, AtomicInteger failures) {
        return proxy((method, args) -> {
            try {
                return invoke(queue, method, args);
            } catch (QueueUnavailableException e) {
                if (failures.incrementAndGet() > 1) {
                    throw e;
                }
                return invoke(queue, method, args);
            }
        });
    }

    private interface Call {
        Object make(Method method, Object[] args) throws Throwable;
    }

    private static WorkQueue proxy(Call call) {
        return (WorkQueue) Proxy.newProxyInstance(
                WorkQueue.class.getClassLoader(),
                new Class<?>[] {WorkQueue.class},
                (proxy, method, args) -> call.make(method, args));
    }

    private static Object invoke(WorkQueue queue, Method method, Object[] args) throws Throwable {
        try {
            return method.invoke(queue, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
