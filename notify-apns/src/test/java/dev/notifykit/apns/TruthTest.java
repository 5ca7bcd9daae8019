package dev.notifykit.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.push.Notification;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Accepted;
import dev.notifykit.push.PushResponse.Unknown;
import dev.notifykit.push.Target;
import dev.notifykit.testkit.journal.Journal;
import dev.notifykit.testkit.reply.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Under every fault at once, each answer is compared with what the simulator took: accepted means taken, "surely not accepted" means
 * never taken, not even after the answer, and only what is unknown may be either.
 */
class TruthTest {

    private static final int PUSHES = 4000;
    private static final int IN_FLIGHT = 200;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void noAnswerClaimsMoreThanItKnows(long seed) throws Exception {
        Map<PushRequest, CompletableFuture<PushResponse>> answers = new LinkedHashMap<>();
        try (Rig rig = Rig.start(
                b -> b.seed(seed)
                        .latency(Duration.ZERO, Duration.ofMillis(20))
                        .maxConcurrentStreams(100)
                        .withholdSettings(1)
                        .goAwayAfter(700, seed % 2 == 0)
                        .share(0.02, Reply.silence())
                        .share(0.01, Reply.silence().accepting())
                        .share(0.001, Reply.drop())
                        .share(0.001, Reply.drop().accepting())
                        .share(0.001, Reply.goAway())
                        .share(0.01, Reply.reset(2))
                        .share(0.01, Reply.reset(2).accepting())
                        .share(0.02, Reply.reset(7))
                        .share(0.01, Reply.bodyless(503))
                        .share(0.01, Reply.bodyless(503).accepting())
                        .share(0.002, Reply.status(403, "ExpiredProviderToken"))
                        .share(0.05, Reply.throttled())
                        .share(0.05, Reply.unavailable())
                        .share(0.02, Reply.unregistered(Instant.EPOCH)),
                b -> b.attemptTimeout(Duration.ofMillis(600)).maxInFlight(IN_FLIGHT))) {
            Semaphore places = new Semaphore(IN_FLIGHT);
            for (int i = 0; i < PUSHES; i++) {
                places.acquire();
                Target target = Target.apns(Rig.APP, String.format("%064x", i));
                PushRequest request = PushRequest.of(target, Notification.alert("t", "b"));
                CompletableFuture<PushResponse> answer = rig.service().push(request);
                answers.put(request, answer);
                CompletableFuture<?> unused = answer.whenComplete((r, e) -> places.release());
            }
            assertThat(places.tryAcquire(IN_FLIGHT, 60, TimeUnit.SECONDS))
                    .as("all futures complete")
                    .isTrue();
            Rig.until(() -> rig.service().open() == 0);
            rig.service().close();
            Rig.until(() -> rig.service().ended());
            compare(answers, rig.apns().journal());
        }
    }

    private static void compare(Map<PushRequest, CompletableFuture<PushResponse>> answers, Journal journal) {
        TreeSet<String> kinds = new TreeSet<>();
        answers.forEach((request, answer) -> {
            PushResponse response = answer.join();
            kinds.add(response.getClass().getSimpleName());
            int taken = journal.count(request.id().toString());
            if (response instanceof Accepted) {
                assertThat(taken).isEqualTo(1);
            } else if (!(response instanceof Unknown)) {
                assertThat(taken).as("%s", response).isZero();
            }
        });
        assertThat(kinds).contains("Accepted", "Unknown", "Unavailable");
        assertThat(journal.duplicates()).isZero();
    }
}
