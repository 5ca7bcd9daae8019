package dev.notifykit.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Sends calls together that come at the same time: standalone in one script, in a cluster in one for each partition. The script takes the clock's shift
 * and then a text for each key, and answers a text for each.
 *
 * <p>Thread-safe. Stages end on its own threads, which go on sending only when what hangs on the stages has run.
 */
final class Batches implements AutoCloseable {

    /** Half a second's calls of a busy instance, some 10 MB; a longer queue would only be a longer wait for the timeout. */
    static final int MAX_WAITING = 20_000;

    /** Larger ones cost no less per call, and Redis does nothing else meanwhile: about 2 ms. */
    static final int MAX_TOGETHER = 250;

    /** One reads answers while Redis works for the other, when there is that much to do. */
    private static final int MAX_SINGLE_THREADS = 2;

    /** In a cluster: a node that does not answer holds up no partition but its own, as long as there are not more than that. */
    private static final int MAX_CLUSTER_THREADS = RedisSettings.DEFAULT_PARTITIONS;

    private final RedisLink link;
    private final Script script;
    private final Clock clock;
    private final Duration timeout;
    private final Function<RedisFailure, ? extends RuntimeException> failures;
    private final List<Riders<BatchCall<?>>> riders;

    /**
     * Starts the threads.
     *
     * @param name of the threads, which are numbered
     * @param mostThreads of them
     * @param failures what a call ends with when it fails
     */
    Batches(
            String name,
            int mostThreads,
            RedisLink link,
            Script script,
            RedisSettings settings,
            Clock clock,
            Function<RedisFailure, ? extends RuntimeException> failures) {
        this.link = link;
        this.script = script;
        this.clock = clock;
        this.failures = failures;
        timeout = settings.timeout();
        int useful = Math.min(settings.partitions(), link.isCluster() ? MAX_CLUSTER_THREADS : MAX_SINGLE_THREADS);
        int threads = Math.min(mostThreads, useful);
        riders = link.isCluster()
                ? IntStream.rangeClosed(1, threads)
                        .mapToObj(i -> riders(name + "-" + i, 1, threads))
                        .toList()
                : List.of(riders(name + "-1", threads, threads));
    }

    private Riders<BatchCall<?>> riders(String name, int groups, int threads) {
        return new Riders<>(name, groups, MAX_WAITING / threads, MAX_TOGETHER, this::send, failures);
    }

    /** By when a call that is made now must have its answer. */
    long deadline() {
        return System.nanoTime() + timeout.toNanos();
    }

    <T> CompletionStage<T> add(BatchCall<T> call) {
        Riders<BatchCall<?>> those = riders.get(call.partition() % riders.size());
        those.add(call.partition() % those.groups(), call);
        return call.answer();
    }

    /** Ends what has waited for too long. To be called every now and then. */
    void endOverdue() {
        long now = System.nanoTime();
        riders.forEach(r -> r.endOverdue(now, timeout));
    }

    /** Ends all calls, and the threads. Idempotent. */
    @Override
    public void close() {
        riders.forEach(Riders::close);
    }

    private void send(List<BatchCall<?>> together) {
        if (!link.isCluster()) {
            run(together);
            return;
        }
        Map<Integer, List<BatchCall<?>>> byPartition = new TreeMap<>();
        together.forEach(call -> byPartition
                .computeIfAbsent(call.partition(), p -> new ArrayList<>())
                .add(call));
        byPartition.values().forEach(this::runOrFail);
    }

    private void run(List<BatchCall<?>> calls) {
        List<byte[]> slots = new ArrayList<>(calls.size());
        List<byte[]> args = new ArrayList<>(calls.size() + 1);
        args.add(clock.shift());
        for (BatchCall<?> call : calls) {
            slots.add(call.key());
            args.add(call.text());
        }
        List<?> verdicts = (List<?>) link.run(new ScriptCall(script, slots, args));
        for (int i = 0; i < calls.size(); i++) {
            end(calls.get(i), new String((byte[]) verdicts.get(i), StandardCharsets.US_ASCII));
        }
    }

    /**
     * One partition's failure is not another's. While its slot moves from node to node, with some keys here and some there, only
     * scripts of one key can be run.
     */
    private void runOrFail(List<BatchCall<?>> calls) {
        try {
            run(calls);
        } catch (RedisFailure failure) {
            if (failure.kind() == RedisFailure.Kind.CLUSTER && calls.size() > 1) {
                calls.forEach(call -> runOrFail(List.of(call)));
            } else {
                calls.forEach(call -> call.answer().completeExceptionally(failures.apply(failure)));
            }
        }
    }

    private <T> void end(BatchCall<T> call, String verdict) {
        try {
            call.answer().complete(call.read(verdict));
        } catch (RedisFailure failure) {
            call.answer().completeExceptionally(failures.apply(failure));
        }
    }
}
