package dev.notifykit.fanout;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads an iterable; the cursor is the index of the next row. A reader that comes page after page goes on with its open iterator; any
 * other cursor is reached from the start. A few iterators are kept, since several fan-outs may read the same audience.
 */
final class IterableAudience implements Audience {

    private static final String SHARD = "iterable";
    private static final int OPEN_ITERATORS = 8;

    private final Iterable<AudienceRow> rows;

    /** The longest untouched first. Two fan-outs in step have two iterators at the same index. Guarded by itself. */
    private final List<Open> open = new ArrayList<>();

    IterableAudience(Iterable<AudienceRow> rows) {
        this.rows = rows;
    }

    @Override
    public List<String> shards() {
        return List.of(SHARD);
    }

    @Override
    public AudiencePage read(String shard, @Nullable String cursor, int limit) {
        if (!shard.equals(SHARD)) {
            throw new AudienceException(AudienceException.Kind.UNREADABLE, "not a shard of an iterable");
        }
        long index = cursor == null ? 0 : index(cursor);
        Iterator<AudienceRow> iterator = take(index);
        if (iterator == null) {
            iterator = skip(index);
        }
        List<AudienceRow> page = new ArrayList<>();
        while (page.size() < limit && iterator.hasNext()) {
            @Nullable AudienceRow row = iterator.next();
            if (row == null) {
                throw new AudienceException(
                        AudienceException.Kind.UNREADABLE, "row " + (index + page.size()) + " is null");
            }
            page.add(row);
        }
        long next = index + page.size();
        if (!iterator.hasNext()) {
            return new AudiencePage(page, null);
        }
        keep(next, iterator);
        return new AudiencePage(page, Long.toString(next));
    }

    private static long index(String cursor) {
        try {
            long index = Long.parseLong(cursor);
            if (index >= 0) {
                return index;
            }
        } catch (NumberFormatException e) {
            // Falls through to the one message that both have.
        }
        throw new AudienceException(AudienceException.Kind.UNREADABLE, "the cursor is not the index of a row");
    }

    private @Nullable Iterator<AudienceRow> take(long index) {
        synchronized (open) {
            for (int i = 0; i < open.size(); i++) {
                if (open.get(i).next == index) {
                    return open.remove(i).iterator;
                }
            }
            return null;
        }
    }

    private void keep(long next, Iterator<AudienceRow> iterator) {
        synchronized (open) {
            open.add(new Open(next, iterator));
            if (open.size() > OPEN_ITERATORS) {
                open.remove(0);
            }
        }
    }

    private Iterator<AudienceRow> skip(long index) {
        Iterator<AudienceRow> iterator = rows.iterator();
        for (long i = 0; i < index; i++) {
            if (!iterator.hasNext()) {
                throw new AudienceException(
                        AudienceException.Kind.CHANGED, "only " + i + " rows are left, " + index + " were read before");
            }
            iterator.next();
        }
        return iterator;
    }

    @Override
    public OptionalLong estimatedTotal() {
        return rows instanceof Collection<?> collection ? OptionalLong.of(collection.size()) : OptionalLong.empty();
    }

    private record Open(long next, Iterator<AudienceRow> iterator) {}
}
