package dev.notifykit.redis;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.RedisSentinelClient;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisNoScriptException;
import redis.clients.jedis.exceptions.JedisRedirectionException;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * The way to a Redis, over a Jedis client: runs scripts, and says in one way what went wrong. Scripts are called by their hash, and
 * sent whole where Redis does not know them (any more). A broken connection is no failure yet: a pool may hold several that a
 * restart or a firewall has ended, and <em>every script may be run again</em>; so does the cluster client by itself. A timeout
 * is a failure.
 *
 * <p>Thread-safe; calls block, at most as long as the client's own timeouts say. It never closes the client.
 */
final class RedisLink implements ScriptRunner, AutoCloseable {

    /** As many as Jedis keeps in a pool: each attempt takes one that was broken out of it. */
    private static final int MAX_BROKEN_CONNECTIONS = 8;

    /** Nodes of a cluster that are spoken to at one time; further pipelines run on their callers. */
    private static final int MAX_PIPELINE_THREADS = 16;

    private final UnifiedJedis client;
    private final @Nullable RedisClusterClient cluster;
    private final ExecutorService pipelines;
    private final Runnable gate;

    /**
     * A link over a host's client, which is open to everybody.
     *
     * @throws IllegalArgumentException when it is none of the three kinds
     */
    RedisLink(UnifiedJedis client) {
        if (!(client instanceof RedisClient
                || client instanceof RedisSentinelClient
                || client instanceof RedisClusterClient)) {
            throw new IllegalArgumentException(
                    "the client must be a RedisClient, RedisSentinelClient or RedisClusterClient, is a "
                            + client.getClass().getSimpleName());
        }
        this.client = client;
        cluster = client instanceof RedisClusterClient c ? c : null;
        pipelines = new ThreadPoolExecutor(
                0,
                MAX_PIPELINE_THREADS,
                10,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                Threads.named("notify-redis-pipeline"),
                new ThreadPoolExecutor.CallerRunsPolicy());
        gate = () -> {};
    }

    private RedisLink(RedisLink open, Runnable gate) {
        client = open.client;
        cluster = open.cluster;
        pipelines = open.pipelines;
        this.gate = gate;
    }

    /**
     * The same link, through a gate; it is closed with this one.
     *
     * @param gate is asked before every call, and throws a {@link RedisFailure} to whoever must not pass
     */
    RedisLink behind(Runnable gate) {
        return new RedisLink(this, gate);
    }

    /** For what blocks on this link and must not block its caller; when all its threads are taken, the caller does it. */
    Executor executor() {
        return pipelines;
    }

    /** Whether keys with different tags may lie on different nodes, and never meet in a script. */
    boolean isCluster() {
        return cluster != null;
    }

    @Override
    public Object run(ScriptCall call) {
        return call(jedis -> {
            Script script = call.script();
            try {
                return jedis.evalsha(script.sha(), call.keys(), call.args());
            } catch (JedisNoScriptException unknown) {
                return jedis.eval(script.source(), call.keys(), call.args());
            }
        });
    }

    @Override
    public List<Object> runAll(List<ScriptCall> calls) {
        try {
            gate.run();
        } catch (RedisFailure refusal) {
            return Collections.nCopies(calls.size(), refusal);
        }
        List<Object> answers = pipeline(calls, false);
        again(calls, answers, JedisNoScriptException.class::isInstance);
        again(calls, answers, RedisLink::isLost); // once: the cluster's own attempts would be made for each call
        for (int i = 0; i < answers.size(); i++) {
            if (answers.get(i) instanceof RuntimeException thrown) {
                answers.set(
                        i,
                        thrown instanceof JedisRedirectionException ? follow(calls.get(i)) : RedisFailure.of(thrown));
            }
        }
        return answers;
    }

    private void again(List<ScriptCall> calls, List<Object> answers, Predicate<Object> which) {
        int[] those = IntStream.range(0, answers.size())
                .filter(i -> which.test(answers.get(i)))
                .toArray();
        if (those.length > 0) {
            List<Object> second =
                    pipeline(IntStream.of(those).mapToObj(calls::get).toList(), true);
            IntStream.range(0, those.length).forEach(i -> answers.set(those[i], second.get(i)));
        }
    }

    private static boolean isLost(Object answer) {
        return answer instanceof RuntimeException thrown
                && RedisFailure.of(thrown).kind() == RedisFailure.Kind.LOST;
    }

    /**
     * Runs plain commands.
     *
     * @param commands may be run again when a connection breaks
     * @throws RedisFailure when they failed, or nobody knows
     */
    <T> T call(Function<UnifiedJedis, T> commands) {
        gate.run();
        return overBrokenConnections(() -> commands.apply(client));
    }

    /** Goes on to the next connection of a pool as long as one after the other is broken. */
    static <T> T overBrokenConnections(Supplier<T> commands) {
        for (int broken = 1; ; broken++) {
            try {
                return commands.get();
            } catch (JedisException | IllegalStateException e) {
                RedisFailure failure = RedisFailure.of(e);
                if (failure.kind() != RedisFailure.Kind.LOST || broken == MAX_BROKEN_CONNECTIONS) {
                    throw failure;
                }
            }
        }
    }

    /** Ends its threads; the client lives on. Idempotent. */
    @Override
    public void close() {
        pipelines.shutdown();
    }

    /** Answers and exceptions, as they are. */
    private List<Object> pipeline(List<ScriptCall> calls, boolean whole) {
        List<Response<Object>> responses = new ArrayList<>(calls.size());
        RuntimeException broken = null;
        try (AbstractPipeline pipeline = cluster == null ? client.pipelined() : cluster.pipelined(pipelines)) {
            for (ScriptCall call : calls) {
                responses.add(send(pipeline, call, whole));
            }
            pipeline.sync();
        } catch (JedisException | IllegalStateException e) {
            broken = e;
        }
        List<Object> answers = new ArrayList<>(calls.size());
        for (int i = 0; i < calls.size(); i++) {
            answers.add(answer(i < responses.size() ? responses.get(i) : null, broken));
        }
        return answers;
    }

    /**
     * Runs commands on one connection, that of the node where a script's keys lie.
     *
     * @throws RedisFailure when the gate is closed; everything else is the commands' own, and Jedis's
     */
    <T> T onOneConnection(ScriptCall call, Function<AbstractPipeline, T> commands) {
        gate.run();
        try (AbstractPipeline pipeline = cluster == null
                ? client.pipelined()
                : new Pipeline(cluster.getConnectionFromSlot(slotOf(call)), true)) {
            return commands.apply(pipeline);
        }
    }

    static int slotOf(ScriptCall call) {
        return JedisClusterCRC16.getSlot(call.keys().get(0));
    }

    /** Sends a script, by its hash or whole. */
    static Response<Object> send(AbstractPipeline pipeline, ScriptCall call, boolean whole) {
        return whole
                ? pipeline.eval(call.script().source(), call.keys(), call.args())
                : pipeline.evalsha(call.script().sha(), call.keys(), call.args());
    }

    /** An answer, or the exception that it is. */
    static Object answerOf(Response<Object> response) {
        return answer(response, null);
    }

    /** The cluster's pipeline only logs that a node has died, and leaves its responses unset. */
    private static Object answer(@Nullable Response<Object> response, @Nullable RuntimeException broken) {
        if (response == null) {
            return broken == null ? new IllegalStateException("never sent") : broken;
        }
        try {
            return response.get();
        } catch (IllegalStateException unset) {
            return broken == null ? unset : broken;
        } catch (JedisException e) {
            return e;
        }
    }

    /** A pipeline does not go where its slot has gone. */
    private Object follow(ScriptCall call) {
        try {
            return run(call);
        } catch (RedisFailure failure) {
            return failure;
        }
    }
}
