package dev.notifykit.benchmarks.peers;

import dev.notifykit.fanout.Audience;
import dev.notifykit.fanout.AudiencePage;
import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.push.Target;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An audience as a table with a numeric key is, in shards by ranges of the key, without the table: a row costs nothing but itself. Immutable.
 *
 * @param rows how many
 * @param shardCount in how many shards
 * @param devices whom a row is for
 */
record NumberedRows(int rows, int shardCount, IntFunction<Target> devices) implements Audience {

    @Override
    public List<String> shards() {
        return IntStream.range(0, shardCount)
                .mapToObj(i -> first(i) + "-" + first(i + 1))
                .toList();
    }

    private long first(int shard) {
        return (long) rows * shard / shardCount;
    }

    @Override
    public AudiencePage read(String shard, @Nullable String cursor, int limit) {
        int dash = shard.indexOf('-');
        int first = Integer.parseInt(cursor == null ? shard.substring(0, dash) : cursor);
        int end = Integer.parseInt(shard.substring(dash + 1));
        int next = Math.min(end, first + limit);
        List<AudienceRow> page =
                IntStream.range(first, next).mapToObj(this::row).toList();
        return new AudiencePage(page, next == end ? null : Integer.toString(next));
    }

    private AudienceRow row(int number) {
        return new AudienceRow(Integer.toString(number), devices.apply(number));
    }
}
