package dev.notifykit.redis;

import dev.notifykit.queue.QueueState;
import dev.notifykit.result.SendResult.Kind;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How much there is, of what the partitions say. */
final class QueueCounts {

    private static final int FIRST_COUNT = 6;

    private QueueCounts() {}

    static QueueState sum(List<ScriptAnswer> partitions) {
        long[] places = new long[FIRST_COUNT];
        Map<String, Long> counts = new HashMap<>();
        for (ScriptAnswer answer : partitions) {
            for (int i = 1; i < FIRST_COUNT; i++) {
                places[i] += answer.number(i);
            }
            for (int i = FIRST_COUNT; i < answer.size(); i += 2) {
                counts.merge(answer.text(i), answer.number(i + 1), Long::sum);
            }
        }
        long started = places[4];
        return new QueueState(
                places[1],
                counts.getOrDefault("made", 0L),
                places[2] - started, // what is started lies in its lane, too
                places[3],
                started,
                places[5],
                counts.getOrDefault("bur", 0L),
                kinds(counts, 'r'),
                kinds(counts, 'e'),
                counts.getOrDefault("d", 0L),
                counts.getOrDefault("b", 0L));
    }

    /** By the code behind a letter; other names belong to other counts. */
    private static Map<Kind, Long> kinds(Map<String, Long> counts, char letter) {
        Map<Kind, Long> kinds = new EnumMap<>(Kind.class);
        counts.forEach((name, count) -> {
            if (count > 0 && name.charAt(0) == letter && name.substring(1).matches("\\d{1,2}")) {
                kinds.put(PageMarks.kind(Integer.parseInt(name.substring(1))), count);
            }
        });
        return kinds;
    }
}
