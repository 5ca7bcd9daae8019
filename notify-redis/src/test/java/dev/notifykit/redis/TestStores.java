package dev.notifykit.redis;

import dev.notifykit.redis.server.Await;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.store.StoresUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Stores for the tests of a contract: each knows nothing. Not thread-safe. */
final class TestStores extends TestRedis {

    private final List<RedisStores> made = new ArrayList<>();
    private final List<RedisLink> links = new ArrayList<>();

    TestStores(RedisTopology redis) {
        super(redis);
    }

    /** Stores that nobody shares. */
    RedisStores create() {
        return create("-" + made.size());
    }

    /** Stores that share all with those of the same name. */
    RedisStores create(String name) {
        return create(name, UnaryOperator.identity());
    }

    /** The same, with other settings. */
    RedisStores create(String name, UnaryOperator<RedisSettings.Builder> change) {
        RedisStores stores = RedisStores.of(
                limited,
                change.apply(RedisSettings.builder().prefix(prefix(name)).timeout(Duration.ofSeconds(30)))
                        .build(),
                clock);
        made.add(stores);
        return stores;
    }

    /** A queue over a way to Redis that may do as it likes; closed by whoever made it. */
    RedisWorkQueue createQueue(
            String name, UnaryOperator<RedisSettings.Builder> change, UnaryOperator<ScriptRunner> way) {
        RedisSettings settings = change.apply(
                        RedisSettings.builder().prefix(prefix(name)).timeout(Duration.ofSeconds(30)))
                .build();
        RedisLink link = new RedisLink(limited);
        links.add(link);
        return new RedisWorkQueue(
                way.apply(link), new Replicas(link, settings.queue().durability()), link.isCluster(), settings, clock);
    }

    /** Returns when these have been let in: with a short timeout a slow machine may need several looks. */
    static void awaitCheck(RedisStores stores) {
        Await.until(
                Duration.ofMinutes(1),
                () -> {
                    try {
                        stores.check();
                        return true;
                    } catch (StoresUnavailableException e) {
                        return false;
                    }
                },
                () -> "not let in: " + stores.state());
    }

    /** From now on the clock of scripts that count microseconds moves by {@link #passTime} only. */
    void standStill() {
        clock.standStill(Duration.ofDays(20_000));
    }

    @Override
    public void close() {
        made.forEach(RedisStores::close);
        links.forEach(RedisLink::close);
        super.close();
    }
}
