package dev.notifykit.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/**
 * What entries take in a Redis, as {@code MEMORY USAGE} says of all its keys: before and after some were made, whatever keys they are made of.
 * Used by one thread.
 */
final class RedisMemory {

    private static final int KEYS_AT_ONCE = 1_000;

    /** All elements of what is nested, not a sample. */
    private static final int ALL = 0;

    private final Jedis jedis;
    private final StringBuilder rows = new StringBuilder();

    RedisMemory(Jedis jedis) {
        this.jedis = jedis;
    }

    /** What makes the entries. */
    interface Step {
        void make() throws IOException;
    }

    /** Makes so many of one kind, and notes what one of them takes. */
    void measure(String label, int count, Step step) throws IOException {
        long keys = jedis.dbSize();
        long bytes = bytes();
        step.make();
        rows.append(String.format(
                Locale.ROOT,
                "| %s | %,.1f | %.3f |%n",
                label,
                (double) (bytes() - bytes) / count,
                (double) (jedis.dbSize() - keys) / count));
    }

    /** Notes what is known otherwise. */
    void row(String label, double bytes) {
        rows.append(String.format(Locale.ROOT, "| %s | %,.1f | |%n", label, bytes));
    }

    /** Begins with an empty Redis. */
    void clear() {
        jedis.flushAll();
    }

    private long bytes() {
        long sum = 0;
        ScanParams params = new ScanParams().count(KEYS_AT_ONCE);
        String cursor = ScanParams.SCAN_POINTER_START;
        do {
            ScanResult<String> page = jedis.scan(cursor, params);
            sum += bytes(page.getResult());
            cursor = page.getCursor();
        } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
        return sum;
    }

    private long bytes(List<String> keys) {
        List<Response<Long>> answers = new ArrayList<>(keys.size());
        try (Pipeline pipeline = jedis.pipelined()) {
            keys.forEach(key -> answers.add(pipeline.memoryUsage(key, ALL)));
        }
        return answers.stream()
                .map(Response::get)
                .mapToLong(bytes -> bytes == null ? 0 : bytes)
                .sum();
    }

    String markdown(String title) {
        return "#### " + title + "\n\n| | bytes each | keys each |\n|---|--:|--:|\n" + rows + "\n";
    }
}
