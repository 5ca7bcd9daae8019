package dev.notifykit.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.notifykit.testkit.ApnsSimulator;
import dev.notifykit.testkit.FcmSimulator;
import dev.notifykit.testkit.client.RawClient;
import dev.notifykit.testkit.fault.FaultProxy;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** Runs test classes that leak, and such that do not. */
class NotifyKitExtensionTest {
    private static final List<AutoCloseable> LEFT = new ArrayList<>();
    private static final List<Object> SEEN = new ArrayList<>();

    @BeforeEach
    void forget() {
        SEEN.clear();
    }

    @AfterEach
    void cleanUpBehindTheLeakingTests() throws Exception {
        for (AutoCloseable left : LEFT) {
            left.close();
        }
        LEFT.clear();
    }

    @Test
    void aCleanTestPasses() {
        run(Clean.class).testEvents().assertStatistics(all -> all.started(2).succeeded(2));
        assertThat(SEEN).hasSize(2).doesNotHaveDuplicates();
        assertThat(SEEN)
                .allSatisfy(apns -> assertThat(isOpen((ApnsSimulator) apns)).isFalse());
    }

    @Test
    void aThreadLeftBehindFailsItsTestOnly() {
        EngineExecutionResults results = run(LeavesAThread.class);

        results.testEvents().assertStatistics(all -> all.started(2).succeeded(1).failed(1));
        assertThat(failureOf(results))
                .startsWith("1 leak left behind:")
                .contains("daemon thread 'left-behind', ", "CountDownLatch.await");
    }

    @Test
    void connectionsLeftBehindFailTheTest() {
        EngineExecutionResults results = run(LeavesConnections.class);

        results.testEvents().assertStatistics(all -> all.started(1).failed(1));
        assertThat(failureOf(results))
                .contains("1 open connection to the apns simulator on port ")
                .contains("1 open connection to the fault proxy on port ");
    }

    @Test
    void aClientThatIsNotClosedIsFoundByItsThreadToo() {
        EngineExecutionResults results = run(LeavesAClient.class);

        assertThat(failureOf(results))
                .contains("1 open connection to the apns simulator", "daemon thread 'raw-client-");
    }

    @Test
    void theLeakStandsBesideTheFailureOfTheTestItself() {
        EngineExecutionResults results = run(FailsAndLeaks.class);

        Throwable failure = throwableOf(results);
        assertThat(failure).hasMessage("the test's own");
        assertThat(failure.getSuppressed()).singleElement().asString().contains("left-behind");
    }

    @Test
    void allowedLeaksPass() {
        run(Allowed.class).testEvents().assertStatistics(all -> all.started(1).succeeded(1));
    }

    @Test
    void inAStaticFieldEverythingLivesAsLongAsTheClass() {
        run(Shared.class).testEvents().assertStatistics(all -> all.started(3).succeeded(3));
        assertThat(SEEN).hasSize(4);
        assertThat(SEEN.stream().distinct()).hasSize(1);
        assertThat(isOpen((ApnsSimulator) SEEN.get(0))).isFalse();
    }

    @Test
    void aClassThatLeaksFails() {
        EngineExecutionResults results = run(LeakingClass.class);

        results.testEvents().assertStatistics(all -> all.started(1).succeeded(1));
        assertThat(results.containerEvents().failed().list()).hasSize(1);
        assertThat(throwable(results.containerEvents().failed().list().get(0))).hasMessageContaining("left-behind");
    }

    @Test
    void parameters() {
        run(Parameters.class)
                .testEvents()
                .assertStatistics(all -> all.started(2).succeeded(2));
        assertThat(SEEN).hasSize(3);
        assertThat(SEEN.stream().distinct()).hasSize(2);
    }

    @Test
    void threadsAreNotJudgedWhereTestsRunInParallelUnlessIsolated() {
        parallel(LeavesAThread.class).testEvents().assertStatistics(all -> all.succeeded(2));
        parallel(LeavesConnections.class).testEvents().assertStatistics(all -> all.failed(1));
        parallel(Alone.class).testEvents().assertStatistics(all -> all.failed(1));
    }

    @Test
    void outsideOfATest() {
        NotifyKitExtension kit = NotifyKitExtension.builder().build();

        assertThatThrownBy(kit::apns).isInstanceOf(IllegalStateException.class).hasMessageContaining("@BeforeEach");
        assertThatThrownBy(() -> NotifyKitExtension.builder()
                        .patience(Duration.ofMillis(-1))
                        .build())
                .isInstanceOf(IllegalArgumentException.class);
    }

    static class Clean {
        @RegisterExtension
        final NotifyKitExtension kit =
                NotifyKitExtension.builder().apns(b -> b.recordRequests(1)).build();

        @Test
        void one() throws Exception {
            SEEN.add(kit.apns());
            new RawClient(kit.apns().port(), kit.apns().certificates()).close();
        }

        @Test
        void two() throws Exception {
            SEEN.add(kit.apns());
            FaultProxy proxy = kit.proxy(kit.apns());
            new RawClient(proxy.port(), kit.apns().certificates()).close();
        }
    }

    static class LeavesAThread {
        @RegisterExtension
        final NotifyKitExtension kit = impatient().build();

        @Test
        void leaks() {
            leaveAThread();
        }

        @Test
        void clean() {
            assertThat(kit).isNotNull();
        }
    }

    @Isolated
    static class Alone extends LeavesAThread {}

    static class LeavesConnections {
        @RegisterExtension
        final NotifyKitExtension kit = impatient().build();

        @Test
        void leaks() throws Exception {
            FaultProxy proxy = kit.proxy(kit.apns());
            LEFT.add(new Socket("localhost", proxy.port()));
            while (kit.apns().traffic().openConnections() == 0) {
                Thread.onSpinWait();
            }
        }
    }

    static class LeavesAClient {
        @RegisterExtension
        final NotifyKitExtension kit = impatient().build();

        @Test
        void leaks() throws Exception {
            RawClient client = new RawClient(kit.apns().port(), kit.apns().certificates());
            LEFT.add(client);
            client.settings().join();
        }
    }

    static class FailsAndLeaks {
        @RegisterExtension
        final NotifyKitExtension kit = impatient().build();

        @Test
        void fails() {
            leaveAThread();
            throw new IllegalStateException("the test's own");
        }
    }

    static class Allowed {
        @RegisterExtension
        final NotifyKitExtension kit = NotifyKitExtension.builder()
                .allowThreads("left-")
                .allowConnections()
                .build();

        @Test
        void leaks() throws Exception {
            leaveAThread();
            LEFT.add(new Socket("localhost", kit.apns().port()));
        }
    }

    static class Shared {
        @RegisterExtension
        static final NotifyKitExtension kit = NotifyKitExtension.builder().build();

        @BeforeAll
        static void start() {
            SEEN.add(kit.apns());
        }

        @Test
        void one() {
            SEEN.add(kit.apns());
        }

        @Test
        void two() {
            SEEN.add(kit.apns());
        }

        @Nested
        class Inner {
            @Test
            void three() {
                SEEN.add(kit.apns());
            }
        }
    }

    static class LeakingClass {
        @RegisterExtension
        static final NotifyKitExtension kit = impatient().build();

        @Test
        void leaks() {
            leaveAThread();
        }
    }

    @ExtendWith(NotifyKitExtension.class)
    static class Parameters {
        @Test
        void both(ApnsSimulator apns, FcmSimulator fcm) {
            SEEN.add(apns);
            SEEN.add(fcm);
        }

        @Test
        void one(ApnsSimulator apns) {
            SEEN.add(apns);
        }
    }

    /** For tests that leak: they wait that long in vain. */
    private static NotifyKitExtension.Builder impatient() {
        return NotifyKitExtension.builder().patience(Duration.ofMillis(300));
    }

    private static void leaveAThread() {
        CountDownLatch end = new CountDownLatch(1);
        Thread thread = new Thread(
                () -> {
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "left-behind");
        thread.setDaemon(true);
        thread.start();
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        LEFT.add(() -> {
            end.countDown();
            thread.join();
        });
    }

    private static boolean isOpen(ApnsSimulator apns) {
        try (Socket socket = new Socket("localhost", apns.port())) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static EngineExecutionResults run(Class<?> test) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(test))
                .execute();
    }

    private static EngineExecutionResults parallel(Class<?> test) {
        return EngineTestKit.engine("junit-jupiter")
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
                .selectors(selectClass(test))
                .execute();
    }

    private static String failureOf(EngineExecutionResults results) {
        return String.valueOf(throwableOf(results).getMessage());
    }

    private static Throwable throwableOf(EngineExecutionResults results) {
        return throwable(results.testEvents().failed().list().get(0));
    }

    private static Throwable throwable(Event failed) {
        return failed.getRequiredPayload(TestExecutionResult.class)
                .getThrowable()
                .orElseThrow();
    }
}
