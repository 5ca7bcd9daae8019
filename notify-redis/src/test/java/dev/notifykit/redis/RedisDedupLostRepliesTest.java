package dev.notifykit.redis;

import static dev.notifykit.redis.Dedup.ANNA;
import static dev.notifykit.redis.Dedup.BERT;
import static dev.notifykit.redis.Dedup.DUPLICATE;
import static dev.notifykit.redis.Dedup.NEW;
import static dev.notifykit.redis.Dedup.TERMS;
import static dev.notifykit.redis.Dedup.answer;
import static dev.notifykit.redis.Dedup.claim;
import static dev.notifykit.redis.Dedup.confirm;
import static dev.notifykit.redis.Dedup.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.dedup.Claim;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.DedupStore;
import dev.notifykit.dedup.Standing;
import dev.notifykit.redis.server.Await;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.redis.server.SharedRedis;
import dev.notifykit.testkit.fault.Fault;
import dev.notifykit.testkit.fault.FaultProxy;
import dev.notifykit.testkit.fault.IdleEnd;
import dev.notifykit.testkit.fault.NextRequest;
import dev.notifykit.testkit.fault.PlannedFault;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.RedisClient;

/** Redis did what it was asked, and nobody heard it say so: asked again it says the same, and nothing is done twice. */
class RedisDedupLostRepliesTest {

    private static final DedupKey EVENT = DedupKey.of("match-7").content("2:1").version(3);
    private static final DedupKey CORRECTED = EVENT.content("3:1").version(4);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Longer than it takes to make a new connection and use it. */
    private static final Duration IDLE = Duration.ofMillis(500);

    private final FaultProxy proxy = FaultProxy.to(
                    "127.0.0.1",
                    SharedRedis.of(RedisTopology.Kind.SINGLE).node().port())
            .start();
    private final String prefix = "t" + UUID.randomUUID();
    private final RedisClient client = client(60_000);
    private final RedisStores stores = stores(client);
    private final DedupStore store = stores.dedupStore();

    @AfterEach
    void close() {
        stores.close();
        client.close();
        proxy.close();
    }

    private RedisClient client(int timeoutMillis) {
        return RedisClient.builder()
                .hostAndPort("127.0.0.1", proxy.port())
                .clientConfig(DefaultJedisClientConfig.builder()
                        .timeoutMillis(timeoutMillis)
                        .build())
                .build();
    }

    private RedisStores stores(RedisClient over) {
        return RedisStores.of(
                over, RedisSettings.builder().prefix(prefix).timeout(PATIENCE).build());
    }

    /** The store itself asks again. */
    @Test
    void aBrokenConnectionIsNotNoticed() throws Exception {
        reset(NextRequest::resetAfter);
    }

    @Test
    void aConnectionThatBrokeBeforeIsNotNoticed() throws Exception {
        reset(NextRequest::resetBefore);
    }

    @Test
    void halfAReplyIsNone() throws Exception {
        reset(request -> request.truncateReply(3));
    }

    private void reset(Function<NextRequest, PlannedFault> fault) throws Exception {
        answer(claim(store, DedupKey.of("first"), ANNA));
        assertThat(answer(struck(fault, () -> claim(store, EVENT, ANNA)))).isEqualTo(NEW);
        assertThat(answer(struck(fault, () -> store.renew(EVENT, ANNA, TERMS)))).isEqualTo(Standing.HELD);
        assertThat(answer(struck(fault, () -> confirm(store, EVENT, ANNA)))).isTrue();
        assertThat(answer(struck(fault, () -> claim(store, EVENT, BERT)))).isEqualTo(DUPLICATE);
        assertThat(answer(struck(fault, () -> claim(store, CORRECTED, BERT)))).isInstanceOf(Claim.Correction.class);
        answer(struck(fault, () -> store.release(CORRECTED, BERT)));
        assertThat(answer(claim(store, CORRECTED, ANNA)))
                .as("it was given back, once")
                .isEqualTo(new Claim.Correction(Duration.ZERO));
    }

    /** A timeout is the caller's to decide about: it asks again, as the same owner. */
    @Test
    void afterATimeoutTheSameIsAnswered() throws Exception {
        answer(claim(store, DedupKey.of("first"), ANNA));
        unheard(deaf -> claim(deaf, EVENT, ANNA));
        assertThat(answer(claim(store, EVENT, ANNA))).isEqualTo(NEW);
        unheard(deaf -> deaf.renew(EVENT, ANNA, TERMS));
        assertThat(answer(store.renew(EVENT, ANNA, TERMS))).isEqualTo(Standing.HELD);
        unheard(deaf -> confirm(deaf, EVENT, ANNA));
        assertThat(answer(confirm(store, EVENT, ANNA))).isTrue();
        unheard(deaf -> claim(deaf, CORRECTED, BERT));
        assertThat(answer(claim(store, CORRECTED, BERT))).isEqualTo(new Claim.Correction(Duration.ZERO));
        unheard(deaf -> deaf.release(CORRECTED, BERT));
        assertThat(answer(store.release(CORRECTED, BERT)))
                .as("it has nothing any more")
                .isFalse();
        assertThat(answer(claim(store, EVENT, ANNA))).isEqualTo(DUPLICATE);
    }

    /** Idle for hours, then an event: whoever forgot the connections in between is not noticed. */
    @Test
    void aConnectionThatANetworkForgotIsNotNoticed() throws Exception {
        assertThat(answer(claim(store, EVENT, ANNA))).isEqualTo(NEW);
        long since = System.nanoTime();
        proxy.killIdle(IDLE, IdleEnd.RESET);
        Await.until(PATIENCE, () -> System.nanoTime() - since > 2 * IDLE.toNanos(), () -> "no time passes");

        CompletionStage<Boolean> confirmed = confirm(store, EVENT, ANNA);
        Await.until(PATIENCE, () -> proxy.traffic().count(Fault.IDLE_KILL) > 0, () -> "nobody came by");
        proxy.heal();
        assertThat(answer(confirmed)).isTrue();
    }

    private interface Call<T> {
        CompletionStage<T> make();
    }

    private <T> CompletionStage<T> struck(Function<NextRequest, PlannedFault> fault, Call<T> call)
            throws InterruptedException {
        PlannedFault planned = fault.apply(proxy.nextRequest().containing("EVALSHA"));
        CompletionStage<T> stage = call.make();
        assertThat(planned.await(PATIENCE)).as("the fault happened").isTrue();
        return stage;
    }

    private void unheard(Function<DedupStore, CompletionStage<?>> call) throws Exception {
        try (RedisClient impatient = client(700);
                RedisStores deaf = stores(impatient)) {
            TestStores.awaitCheck(deaf);
            PlannedFault planned = proxy.nextRequest().containing("EVALSHA").dropReply();
            RedisFailure failure = failure(call.apply(deaf.dedupStore()));
            assertThat(planned.await(PATIENCE)).as("it was run").isTrue();
            assertThat(failure.kind()).isEqualTo(RedisFailure.Kind.TIMED_OUT);
            assertThat(failure.mayHaveRun()).isTrue();
        }
    }
}
