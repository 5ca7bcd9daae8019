package dev.notifykit.queue;

import dev.notifykit.dedup.TargetDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The letters of a queue in memory, in the order in which they came. Guarded by the queue's lock. */
final class MemoryLetters {

    /**
     * A letter and where it came from.
     *
     * @param message the message it belongs to; null for what was buried, or has no claim
     * @param partition where it becomes a delivery again
     * @param buried whether it never was one
     */
    record Kept(DeadLetter letter, @Nullable MemoryMessage message, MemoryPartition partition, boolean buried) {}

    private final int most;
    private final NavigableMap<Long, Kept> byNumber = new TreeMap<>();
    private final Map<DeadLetter.Id, Long> numbers = new HashMap<>();
    private long numbered;
    private long buried;

    MemoryLetters(int most) {
        this.most = most;
    }

    boolean contains(DeadLetter.Id id) {
        return numbers.containsKey(id);
    }

    boolean hasRoom() {
        return byNumber.size() < most;
    }

    void add(Kept kept) {
        long number = ++numbered;
        byNumber.put(number, kept);
        numbers.put(kept.letter().id(), number);
        buried += kept.buried() ? 1 : 0;
    }

    @Nullable
    Kept find(DeadLetter.Id id) {
        Long number = numbers.get(id);
        return number == null ? null : byNumber.get(number);
    }

    void remove(Kept kept) {
        Long number = numbers.remove(kept.letter().id());
        if (number != null) {
            byNumber.remove(number);
            buried -= kept.buried() ? 1 : 0;
        }
    }

    /** Takes letters of what never was a delivery; how many found no room. */
    int bury(List<DeadLetter> letters, Function<DeadLetter, MemoryPartition> place) {
        int refused = 0;
        for (DeadLetter letter : letters) {
            if (contains(letter.id())) {
                continue;
            }
            if (hasRoom()) {
                add(new Kept(letter, null, place.apply(letter), true));
            } else {
                refused++;
            }
        }
        return refused;
    }

    /** Makes a letter a delivery again. */
    DeadLetters.Replayed replay(DeadLetter.Id id) {
        Kept kept = find(id);
        if (kept == null) {
            return DeadLetters.Replayed.GONE;
        }
        Delivery delivery = kept.letter().delivery();
        if (delivery == null) {
            return DeadLetters.Replayed.UNREADABLE;
        }
        MemoryMessage message = kept.message();
        if (message != null && !message.replayed(targetOf(delivery))) {
            return DeadLetters.Replayed.STALE;
        }
        remove(kept);
        kept.partition().replay(message, delivery, kept.buried());
        return DeadLetters.Replayed.QUEUED;
    }

    /** Drops a letter for good; false: it was gone. */
    boolean purge(DeadLetter.Id id) {
        Kept kept = find(id);
        if (kept == null) {
            return false;
        }
        remove(kept);
        Delivery delivery = kept.letter().delivery();
        MemoryMessage message = kept.message();
        if (message != null && delivery != null) {
            message.purged(targetOf(delivery));
        }
        if (!kept.buried()) {
            kept.partition().purged(message);
        }
        return true;
    }

    private static TargetDigest targetOf(Delivery delivery) {
        return TargetDigest.of(delivery.request().target());
    }

    DeadLetters.Page page(DeadLetters.@Nullable Cursor cursor, int limit) {
        List<DeadLetter> letters = new ArrayList<>();
        long last = cursor == null ? 0 : Long.parseLong(cursor.value());
        for (Map.Entry<Long, Kept> entry : byNumber.tailMap(last, false).entrySet()) {
            if (letters.size() == limit) {
                return new DeadLetters.Page(letters, new DeadLetters.Cursor(Long.toString(last)));
            }
            letters.add(entry.getValue().letter());
            last = entry.getKey();
        }
        return new DeadLetters.Page(letters, null);
    }

    long size() {
        return byNumber.size();
    }

    long buried() {
        return buried;
    }
}
