package dev.notifykit.benchmarks.peers;

import dev.notifykit.benchmarks.harness.Batch;
import dev.notifykit.benchmarks.harness.Endpoint;
import dev.notifykit.benchmarks.harness.PacedPeer;
import dev.notifykit.benchmarks.harness.Timetable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Jedis by hand, as many have it: a script that notes an event when nobody knows it, called once for each event by threads that wait for the answer,
 * each on one of the pool's connections. Nothing is confirmed, so a crash after the call loses the event: half of what our store does.
 */
public final class PooledJedis implements PacedPeer {

    private static final String SCRIPT = """
            if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then
              return 1
            end
            return 0
            """;

    private static final String TTL_MILLIS = "21600000";
    private static final String OWNER = "bench-1";
    private static final Long NEW = 1L;

    private final RedisClient client;
    private final ExecutorService threads;
    private final int threadCount;
    private final String sha;

    /**
     * Connects, and loads the script.
     *
     * @param endpoint where to
     */
    public PooledJedis(Endpoint endpoint) {
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setMaxTotal(endpoint.connections());
        pool.setMaxIdle(endpoint.connections());
        client = RedisClient.builder()
                .hostAndPort("127.0.0.1", endpoint.redisPort())
                .poolConfig(pool)
                .build();
        sha = client.scriptLoad(SCRIPT);
        threadCount = endpoint.inFlight();
        threads = Executors.newFixedThreadPool(threadCount);
    }

    @Override
    public void send(Batch batch) throws Exception {
        AtomicInteger next = new AtomicInteger();
        List<Future<?>> working = new ArrayList<>();
        for (int i = 0; i < threadCount; i++) {
            working.add(threads.submit(() -> {
                for (int n = next.getAndIncrement(); n < batch.size(); n = next.getAndIncrement()) {
                    end(batch, ask(batch, n));
                }
            }));
        }
        for (Future<?> thread : working) {
            thread.get();
        }
    }

    @Override
    public void offer(Batch batch, int number, Timetable timetable) {
        Object answer = ask(batch, number);
        timetable.answered(number);
        timetable.ended(number);
        end(batch, answer);
    }

    /** The answer, or why there is none. */
    private Object ask(Batch batch, int number) {
        try {
            return client.evalsha(sha, 1, "d:" + batch.id(number), OWNER, TTL_MILLIS);
        } catch (JedisException e) {
            return e;
        }
    }

    private static void end(Batch batch, Object answer) {
        if (NEW.equals(answer)) {
            batch.accepted();
        } else {
            batch.failed("a new event was answered " + answer);
        }
    }

    @Override
    public String about() {
        return Libraries.redis();
    }

    @Override
    public void close() {
        threads.shutdown();
        client.close();
    }
}
