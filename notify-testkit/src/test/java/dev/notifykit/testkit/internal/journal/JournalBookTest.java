package dev.notifykit.testkit.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.testkit.journal.JournalEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class JournalBookTest {
    private final JournalBook journal = new JournalBook();

    @Test
    void countsByIdAndKeepsTheFirstToken() {
        String id = UUID.randomUUID().toString();
        journal.accept(id, "token-ä");
        journal.accept(id.toUpperCase(Locale.ROOT), "other");
        journal.accept("not-a-uuid:17", "third");
        journal.accept(null, "fourth");

        assertThat(journal.count(id)).isEqualTo(2);
        assertThat(journal.count("not-a-uuid:17")).isEqualTo(1);
        assertThat(journal.count("unknown")).isZero();
        assertThat(journal.accepted()).isEqualTo(4);
        assertThat(journal.distinctIds()).isEqualTo(2);
        assertThat(journal.duplicates()).isEqualTo(1);
        assertThat(journal.summary().withoutId()).isEqualTo(1);
        assertThat(entries())
                .containsExactlyInAnyOrder(
                        new JournalEntry(id, 2, "token-ä"), new JournalEntry("not-a-uuid:17", 1, "third"));
    }

    @Test
    void longTextsAreKept() {
        String token = "x".repeat(200_000);
        journal.accept("a", token);
        journal.accept("b", "short");

        assertThat(entries())
                .containsExactlyInAnyOrder(new JournalEntry("a", 1, token), new JournalEntry("b", 1, "short"));
    }

    @Test
    void agreesWithAPlainMap() {
        Random random = new Random(11);
        Map<String, Integer> model = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            int number = random.nextInt(9_000);
            String id = number % 3 == 0 ? "id-" + number : new UUID(number % 5, number).toString();
            journal.accept(id, "token-" + number);
            model.merge(id, 1, Integer::sum);
        }

        assertThat(journal.distinctIds()).isEqualTo(model.size());
        assertThat(journal.duplicates()).isEqualTo(20_000 - model.size());
        Map<String, Integer> read = new HashMap<>();
        journal.forEach(entry -> read.put(entry.id(), entry.count()));
        assertThat(read).isEqualTo(model);
    }

    @Test
    void losesNothingBetweenThreads() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<?>> writers = new ArrayList<>();
        for (int writer = 0; writer < 4; writer++) {
            writers.add(threads.submit(() -> {
                for (int i = 0; i < 50_000; i++) {
                    journal.accept(new UUID(1, i).toString(), "token");
                }
            }));
        }
        for (Future<?> writer : writers) {
            writer.get(60, TimeUnit.SECONDS);
        }
        threads.shutdown();

        assertThat(journal.distinctIds()).isEqualTo(50_000);
        assertThat(journal.accepted()).isEqualTo(200_000);
        assertThat(journal.duplicates()).isEqualTo(150_000);
        journal.forEach(entry -> assertThat(entry.count()).isEqualTo(4));
    }

    @Test
    void aMillionIdsAreSmall() {
        long before = usedHeap();
        for (int i = 0; i < 1_000_000; i++) {
            journal.accept(new UUID(i * 31L, i).toString(), "%064x".formatted(i));
        }
        long bytes = usedHeap() - before;

        assertThat(journal.distinctIds()).isEqualTo(1_000_000);
        assertThat(bytes).isLessThan(160L << 20); // 68 of token text, up to 84 of table, for each
    }

    private List<JournalEntry> entries() {
        List<JournalEntry> entries = new ArrayList<>();
        journal.forEach(entries::add);
        return entries;
    }

    private static long usedHeap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
