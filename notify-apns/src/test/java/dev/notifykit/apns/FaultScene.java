package dev.notifykit.apns;

import dev.notifykit.PushClient;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.lane.LaneLimits;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.Target;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.testkit.ApnsSimulator;
import dev.notifykit.testkit.fault.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** What tests of faults have in common, whichever wire a push takes. Whatever a test opens is closed after it, and no thread is left. */
@Timeout(300)
abstract class FaultScene {

    static final LaneKey LANE = LaneKey.of(Rig.APP, ProviderId.APNS);

    /** The attempt timeout where something is never answered: longer than a machine stands still. */
    static final Duration SHORT = Duration.ofSeconds(3);

    /** More than any frame that is no push. */
    static final int PUSH = 150;

    /** For what comes back when the test says so, and not before. */
    static final RetryPolicy PERSISTENT = RetryPolicy.builder()
            .maxAttempts(10_000)
            .firstBackoff(Duration.ofMillis(20))
            .maxBackoff(Duration.ofMillis(200))
            .build();

    final Sends sends = new Sends();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private Set<Thread> threadsBefore = Set.of();

    @BeforeEach
    void notesThreads() {
        threadsBefore = ourThreads();
    }

    @AfterEach
    void leavesNothingBehind() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        Rig.until(() -> threadsBefore.containsAll(ourThreads()));
    }

    private static Set<Thread> ourThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("notify-"))
                .collect(Collectors.toSet());
    }

    /** Closed after the test, the last one first. */
    final <T extends AutoCloseable> T open(T closeable) {
        opened.add(0, closeable);
        return closeable;
    }

    final ApnsSimulator simulator() {
        return open(ApnsSimulator.builder().recordRequests(100).start());
    }

    final FaultProxy proxyTo(ApnsSimulator apns) {
        return open(FaultProxy.to(apns.host(), apns.port()).start());
    }

    static LaneLimits.Builder generous() {
        return LaneLimits.builder().retryBudget(1, 1_000);
    }

    static String token(int i) {
        return "%064x".formatted(i + 1);
    }

    static PushRequest to(String token) {
        return PushRequest.of(Target.apns(Rig.APP, token), Notification.alert("Goal", "1:0"));
    }

    final void sendTo(PushClient client, int count) {
        IntStream.range(0, count).forEach(i -> sends.send(client, to(token(i))));
    }
}
