package dev.notifykit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.message.Message;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.Target;
import dev.notifykit.queue.QueueState;
import dev.notifykit.result.SendResult.Kind;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The books of a {@link QueueFleet}: to whom each message that was handed in has to go, what its workers were told, what the queue has counted,
 * and what the vendors have accepted. Not thread-safe.
 */
final class QueueBooks {

    private final Set<String> due = new HashSet<>();

    static String key(MessageId message, Target target) {
        return message + "/" + target.address();
    }

    /** It is about to be handed in. */
    void note(Message message, Target target) {
        assertThat(due.add(key(message.id(), target))).isTrue();
    }

    int size() {
        return due.size();
    }

    /**
     * The law, id by id: everybody to whom something was due has one result, and the queue has counted these and no others; what is accepted
     * stands in a journal, what is unknown may, and nothing else does; duplicates are no more than reported; nothing is left.
     *
     * @param end after the workers have ended
     * @return how everybody's delivery ended
     */
    Map<String, Kind> close(QueueFleet fleet, QueueState end) throws Exception {
        ToldResults told = new ToldResults();
        ResultFile.readAll(fleet.plan().results(), QueueWorker.QUEUE, told::told);
        JournalTotals journals =
                JournalTotals.read(fleet.vendors(), (provider, entry) -> told.journaled(entry.id(), entry.count()));
        Map<String, Kind> results = new HashMap<>();
        told.sendTo(
                rows -> rows.forEach(row -> results.put(row.key(), row.result().kind())));
        Map<Kind, Long> kinds = new EnumMap<>(Kind.class);
        results.values().forEach(kind -> kinds.merge(kind, 1L, Long::sum));

        assertThat(results.keySet()).isEqualTo(due);
        assertThat(end.pending()).isZero();
        assertThat(end.made()).isEqualTo(due.size());
        assertThat(counted(end)).isEqualTo(kinds);
        assertThat(end.ended()).isEmpty();
        assertThat(told.changed()).as("of which different things were told").isZero();
        assertThat(told.acceptedUnseen()).as("accepted, and in no journal").isZero();
        assertThat(told.acceptedAllTheSame())
                .as("ended otherwise, and in a journal")
                .isZero();
        assertThat(told.foreignIds()).as("in a journal, and nobody's").isZero();
        assertThat(journals.withoutId()).as("accepted without an id").isZero();
        assertThat(journals.duplicates()).as("duplicates").isLessThanOrEqualTo(end.possibleDuplicates());
        return results;
    }

    /** Letters are dead-lettered, too, but are counted as results only when they are purged. */
    private static Map<Kind, Long> counted(QueueState end) {
        Map<Kind, Long> counted = new EnumMap<>(Kind.class);
        counted.putAll(end.results());
        counted.merge(Kind.DEAD_LETTERED, end.deadLetters(), Long::sum);
        counted.values().removeIf(count -> count == 0);
        return counted;
    }
}
