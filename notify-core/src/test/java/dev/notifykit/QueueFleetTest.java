package dev.notifykit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.lane.LaneState;
import dev.notifykit.message.Message;
import dev.notifykit.observe.Health;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.testing.Stage;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several clients on one queue, and a queue that is away. */
class QueueFleetTest {

    private static final Duration LEASE = Duration.ofSeconds(6);

    private static final ExecutorService THREADS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, CrashScene.THREADS + "host");
        thread.setDaemon(true);
        return thread;
    });

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    @AfterAll
    static void stop() throws InterruptedException {
        THREADS.shutdown();
        assertThat(THREADS.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }

    /** A client with the partitions that it has by its own account. */
    private final class Member implements AutoCloseable {

        final Set<Integer> owned = ConcurrentHashMap.newKeySet();
        final PushClient client;

        Member(QueueWorld world, Duration lease) {
            WorkQueue shared = QueueCrashClient.shared(world.queue);
            WorkQueue watched = (WorkQueue) Proxy.newProxyInstance(
                    WorkQueue.class.getClassLoader(), new Class<?>[] {WorkQueue.class}, (proxy, method, args) -> {
                        Object answer = LifeLine.invoke(shared, method, args);
                        if (answer instanceof Optional<?> some && some.orElse(null) instanceof PartitionLease granted) {
                            owned.add(granted.partition());
                        } else if (method.getName().equals("release")) {
                            owned.remove(((PartitionLease) args[0]).partition());
                        }
                        return answer;
                    });
            client = world.started(builder -> builder.workQueue(watched).lease(lease));
            opened.add(this);
        }

        @Override
        public void close() {
            client.close(Duration.ofSeconds(5));
        }
    }

    @Test
    void partitionsAreSharedAsClientsComeAndGo() {
        QueueWorld world = new QueueWorld(builder -> builder.partitions(8));
        world.apns.latency(Duration.ofMillis(20), world.time).maxInFlight(4);
        Member first = new Member(world, QueueWorld.LEASE);
        world.until("the first has all", () -> first.owned.size() == 8);
        submit(first.client, 300);
        Member second = new Member(world, QueueWorld.LEASE);
        world.until("two share", () -> first.owned.size() == 4 && second.owned.size() == 4);
        assertThat(first.owned).doesNotContainAnyElementsOf(second.owned);
        Member third = new Member(world, QueueWorld.LEASE);
        world.until(
                "three share",
                () -> first.owned.size() <= 3
                        && second.owned.size() <= 3
                        && third.owned.size() >= 2
                        && first.owned.size() + second.owned.size() + third.owned.size() == 8);
        submit(third.client, 300);
        THREADS.execute(second::close);
        world.until(
                "two share again", () -> second.owned.isEmpty() && first.owned.size() == 4 && third.owned.size() == 4);
        submit(first.client, 300);
        world.untilQuiet();
        assertThat(world.addresses()).hasSize(900).doesNotHaveDuplicates();
        assertThat(world.heard).hasSize(900);
        assertThat(world.queue.state().possibleDuplicates()).isZero();
        world.assertQuiet();
    }

    private int submitted;

    private void submit(PushClient client, int count) {
        List<Message> messages = IntStream.range(0, count)
                .mapToObj(i -> QueueWorld.to("phone-" + submitted++))
                .toList();
        client.submit(messages);
    }

    // ---- a queue that is away

    @Test
    void whileTheQueueIsAwayNothingIsLostAndNothingIsSentForLong() {
        QueueWorld world = new QueueWorld();
        FaultyQueue way = FaultyQueue.cuttable();
        world.apns.maxInFlight(1).hold();
        PushClient client = world.started(builder ->
                builder.workQueue(way.to(QueueCrashClient.shared(world.queue))).lease(LEASE));
        opened.add(client);
        submit(client, 30);
        world.until(
                "one is in flight and one waits in the lane",
                () -> world.apns.inFlight() == 1 && world.queue.state().started() == 2);
        way.cut(true);
        world.until(
                "health says so",
                () -> client.health().reasons().stream()
                        .anyMatch(reason -> reason.contains("the queue does not answer")));
        assertThat(client.health().status()).isEqualTo(Health.Status.DEGRADED);
        world.time.advance(LEASE);
        world.apns.release();
        world.until("the other one has had its turn", () -> {
            LaneState lane = client.lanes().state(QueueWorld.LANE);
            return lane.waitingUrgent() == 0 && lane.inFlight() == 0;
        });
        assertThat(world.apns.requests()).hasSize(1);

        way.cut(false);
        world.untilQuiet();
        assertThat(world.addresses()).hasSize(30).doesNotHaveDuplicates();
        assertThat(world.heard).hasSize(30);
        world.until("health is well", () -> client.health().status() == Health.Status.UP);
        world.assertQuiet();
    }

    @Test
    void whoeverWasAwayTooLongFindsAnHeir() {
        QueueWorld world = new QueueWorld();
        FaultyQueue way = FaultyQueue.cuttable();
        world.apns.maxInFlight(2).latency(Duration.ofMillis(500), world.time);
        PushClient away = world.started(builder ->
                builder.workQueue(way.to(QueueCrashClient.shared(world.queue))).lease(LEASE));
        opened.add(away);
        submit(away, 30);
        world.until("it works", () -> world.apns.accepted().size() >= 4);
        way.cut(true);
        Member heir = new Member(world, LEASE);
        world.untilQuiet();
        way.cut(false);
        submit(heir.client, 30);
        world.untilQuiet();
        assertThat(Set.copyOf(world.addresses())).hasSize(60);
        long duplicates = world.addresses().size() - 60;
        assertThat(duplicates).isLessThanOrEqualTo(world.queue.state().possibleDuplicates());
        world.until("both are well", () -> away.health().status() == Health.Status.UP);
        world.assertQuiet();
    }

    /** Calls and answers are lost at random, on the way of two clients that die at last. */
    @ParameterizedTest
    @ValueSource(ints = {4, 12, 40})
    void whateverIsLostOnTheWayIsSaidAgain(int onceIn) {
        for (int round = 0; round < 4; round++) {
            long seed = System.nanoTime();
            QueueCrashWorld world = new QueueCrashWorld("one in " + onceIn + ", seed " + seed);
            FaultyQueue way = new FaultyQueue(onceIn, seed);
            world.door = way::to;
            List<QueueCrashClient> clients = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                clients.add(new QueueCrashClient(
                        world, Fate.KILLED, Stage.ANSWERED, 12 + 9 * i, Duration.ofSeconds(2), THREADS));
            }
            QueueCrashClient host = clients.get(0);
            host.submit();
            clients.get(1).start();
            world.runUntil(() -> {
                if (host.hasFailed()) {
                    host.submit();
                }
                return world.hasEnded() || clients.stream().allMatch(QueueCrashClient::hasMet);
            });
            QueueCrashClient heir =
                    new QueueCrashClient(world, Fate.LIVES, Stage.ANSWERED, 1, Duration.ofSeconds(2), THREADS);
            clients.add(heir);
            if (host.hasSubmitted()) {
                heir.start();
            } else {
                heir.submit();
            }
            world.runUntil(() -> {
                if (heir.hasFailed()) {
                    heir.submit();
                }
                return world.hasEnded();
            });
            assertThat(way.faults()).isPositive();
            world.assertEndIsRight();
            world.assertKinds(0);
            clients.forEach(QueueCrashClient::bury);
        }
    }
}
