package dev.notifykit.fcm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Accepted;
import dev.notifykit.push.PushResponse.Unavailable;
import dev.notifykit.push.PushResponse.Unknown;
import dev.notifykit.testkit.FcmReplies;
import dev.notifykit.testkit.reply.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever happens on the wire, the server sees a request once, and what is said of it is true. */
class NeverTwiceTest {

    private static final AtomicInteger TOKENS = new AtomicInteger();
    private static final long INTERNAL_ERROR = 2;
    private static final long REFUSED_STREAM = 7;
    private static final long CANCEL = 8;

    /** Each of them makes a plain OkHttp client send the request again. */
    static Stream<Reply> temptations() {
        return Stream.of(
                Reply.reset(INTERNAL_ERROR),
                Reply.reset(INTERNAL_ERROR).accepting(),
                Reply.reset(CANCEL),
                Reply.reset(REFUSED_STREAM),
                Reply.drop(),
                Reply.drop().accepting(),
                Reply.goAway(),
                Reply.unavailable().retryAfter("0"),
                Reply.bodyless(503).retryAfter("0"),
                Reply.bodyless(408),
                Reply.bodyless(421),
                Reply.bodyless(307),
                FcmReplies.withoutFcmError(401, "UNAUTHENTICATED", "m"),
                Reply.bodyless(407));
    }

    private static Rig rig;

    @BeforeAll
    static void start() {
        rig = Rig.start(s -> s.recordRequests(1_000), b -> b);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @ParameterizedTest
    @MethodSource("temptations")
    void oneRequestPerPush(Reply reply) {
        // A warm connection first: on a fresh one OkHttp is more careful.
        Rig.until("a warm connection", () -> rig.push("warm-up") instanceof Accepted);
        String token = "tempted-" + TOKENS.incrementAndGet() + "-";
        rig.fcm.script(token, reply, Reply.ok());
        assertThat(rig.push(token)).isNotInstanceOf(Accepted.class);
        // A re-send would have come before this one.
        assertThat(rig.push("after")).isNotNull();
        assertThat(rig.fcm.requests()).filteredOn(r -> r.body().contains(token)).hasSize(1);
    }

    @Test
    void saysWhetherItMayHaveArrived() {
        Rig.until("a warm connection", () -> rig.push("warm-up") instanceof Accepted);
        assertThat(answer(Reply.reset(REFUSED_STREAM))).isEqualTo(Unavailable.Cause.REFUSED);
        assertThat(answer(Reply.goAway())).isEqualTo(Unavailable.Cause.REFUSED);
        assertThat(answer(Reply.reset(INTERNAL_ERROR))).isEqualTo(Unknown.Cause.CONNECTION_LOST);
        assertThat(answer(Reply.reset(CANCEL))).isEqualTo(Unknown.Cause.CONNECTION_LOST);
        assertThat(answer(Reply.drop())).isEqualTo(Unknown.Cause.CONNECTION_LOST);
    }

    private static Object answer(Reply reply) {
        rig.fcm.script(Rig.TOKEN, reply);
        PushResponse response = rig.push(Rig.TOKEN);
        return response instanceof Unavailable u
                ? u.cause()
                : response instanceof Unknown u ? u.cause() : response.toString();
    }

    /** GOAWAY after GOAWAY under load: nothing twice, nothing said to be unsent that arrived, no connection per request. */
    @ParameterizedTest
    @MethodSource("goAways")
    void underGoAways(boolean processed) {
        int pushes = 4_000;
        try (Rig rig = Rig.start(
                s -> s.goAwayAfter(200, processed).latency(Duration.ofMillis(1), Duration.ofMillis(5)), b -> b)) {
            List<CompletableFuture<PushResponse>> futures = new ArrayList<>();
            List<String> ids = new ArrayList<>();
            List<CompletableFuture<PushResponse>> window = new ArrayList<>();
            for (int i = 0; i < pushes; i++) {
                var request = Rig.request("token-" + i);
                ids.add(request.id().toString());
                CompletableFuture<PushResponse> future = rig.service.push(request);
                futures.add(future);
                window.add(future);
                if (window.size() == 300) {
                    Rig.await(window.remove(0));
                }
            }
            Map<String, Integer> kinds = new HashMap<>();
            for (int i = 0; i < pushes; i++) {
                PushResponse response = Rig.await(futures.get(i));
                kinds.merge(response.getClass().getSimpleName(), 1, Integer::sum);
                int count = rig.fcm.journal().count(ids.get(i));
                if (response instanceof Accepted) {
                    assertThat(count).isEqualTo(1);
                } else if (response instanceof Unavailable) {
                    assertThat(count).isZero();
                } else {
                    assertThat(count).isLessThanOrEqualTo(1);
                }
            }
            assertThat(rig.fcm.journal().summary().duplicates()).isZero();
            assertThat(kinds.keySet()).isSubsetOf("Accepted", "Unavailable", "Unknown");
            assertThat(kinds.get("Accepted")).isGreaterThan(pushes / 2);
            // 20 GOAWAYs at least; a herd would have opened hundreds.
            assertThat(rig.fcm.traffic().connections()).isLessThan(80);
        }
    }

    static Stream<Boolean> goAways() {
        return Stream.of(true, false);
    }
}
