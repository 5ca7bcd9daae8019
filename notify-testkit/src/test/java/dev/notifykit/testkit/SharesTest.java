package dev.notifykit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.testkit.client.ApnsRequest;
import dev.notifykit.testkit.client.RawClient;
import dev.notifykit.testkit.reply.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The same seed gives every attempt the same fate, in whatever order and over however many connections the requests come. */
class SharesTest {
    private static final int TOKENS = 300;
    private static final int ATTEMPTS = 3;

    private static Map<String, List<Integer>> reference;

    @BeforeAll
    static void runOnce() throws Exception {
        reference = run(42, 1, null);
    }

    @Test
    void aRunRepeatsWhateverItsTiming() throws Exception {
        Map<String, List<Integer>> shuffled = run(42, 3, new Random(7));

        assertThat(shuffled).isEqualTo(reference);
    }

    @Test
    void anotherSeedGivesAnotherRun() throws Exception {
        assertThat(run(43, 1, null)).isNotEqualTo(reference);
    }

    @Test
    void sharesAreAboutAsLargeAsAskedAndDeadTokensStayDead() {
        Map<Integer, Integer> counts = new TreeMap<>();
        int recovered = 0;
        for (List<Integer> attempts : reference.values()) {
            attempts.forEach(status -> counts.merge(status, 1, Integer::sum));
            assertThat(attempts.contains(410)).isEqualTo(attempts.stream().allMatch(status -> status == 410));
            recovered += attempts.contains(503) && attempts.contains(200) ? 1 : 0;
        }
        double all = TOKENS * ATTEMPTS;
        assertThat(counts.keySet()).containsExactly(200, 410, 429, 503);
        assertThat(counts.get(410) / all).isBetween(0.13, 0.27); // a fifth of the tokens
        assertThat(counts.get(503) / all).isBetween(0.18, 0.30); // 0.3 of what is not dead
        assertThat(counts.get(429) / all).isBetween(0.04, 0.12); // 0.1 of it
        assertThat(recovered).isPositive();
    }

    /** Statuses by token, one per attempt. The attempts of one token are made one after the other. */
    private static Map<String, List<Integer>> run(long seed, int connections, Random order) throws Exception {
        Map<String, List<Integer>> statuses = new HashMap<>();
        List<RawClient> clients = new ArrayList<>();
        try (ApnsSimulator apns = ApnsSimulator.builder()
                .seed(seed)
                .threads(connections > 1 ? 2 : 1)
                .latency(Duration.ZERO, Duration.ofMillis(order == null ? 0 : 5))
                .tokenShare(0.2, Reply.unregistered())
                .share(0.3, Reply.unavailable())
                .share(0.1, Reply.throttled())
                .start()) {
            for (int i = 0; i < connections; i++) {
                clients.add(new RawClient(apns.port(), apns.certificates()));
            }
            String bearer = ApnsRequest.bearer(apns);
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                List<String> tokens = tokens(order);
                List<CompletableFuture<RawClient.Response>> responses = new ArrayList<>();
                for (int i = 0; i < TOKENS; i++) {
                    RawClient client = clients.get(i % connections);
                    responses.add(client.send(ApnsRequest.to(tokens.get(i), bearer), ApnsRequest.PAYLOAD));
                }
                for (int i = 0; i < TOKENS; i++) {
                    int status = responses.get(i).get(60, TimeUnit.SECONDS).status();
                    statuses.computeIfAbsent(tokens.get(i), unused -> new ArrayList<>())
                            .add(status);
                }
            }
        } finally {
            clients.forEach(RawClient::close);
        }
        return statuses;
    }

    private static List<String> tokens(Random order) {
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < TOKENS; i++) {
            tokens.add("%064x".formatted(i));
        }
        if (order != null) {
            Collections.shuffle(tokens, order);
        }
        return tokens;
    }
}
