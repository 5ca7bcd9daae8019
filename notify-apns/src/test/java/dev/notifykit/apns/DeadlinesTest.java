package dev.notifykit.apns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DeadlinesTest {

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // nanoTime may overflow
    private final Deadlines deadlines = new Deadlines(10, now::get);
    private final List<Integer> timedOut = new ArrayList<>();

    private final class Entry extends Deadlines.Entry {
        private final int number;

        Entry(int number) {
            this.number = number;
        }

        @Override
        void timedOut() {
            timedOut.add(number);
        }
    }

    @Test
    void entriesEndInOrderAndOnlyWhenTheirTimeIsOver() {
        deadlines.add(new Entry(1));
        now.addAndGet(4);
        deadlines.add(new Entry(2));
        now.addAndGet(5);
        deadlines.expire();
        assertThat(timedOut).isEmpty();
        now.addAndGet(1);
        deadlines.expire();
        assertThat(timedOut).containsExactly(1);
        now.addAndGet(4);
        deadlines.expire();
        deadlines.expire();
        assertThat(timedOut).containsExactly(1, 2);
        assertThat(deadlines.size()).isZero();
    }

    @Test
    void whatWasRemovedDoesNotEndAgain() {
        Random random = new Random(3);
        List<Entry> entries = new ArrayList<>();
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            entries.add(new Entry(i));
            deadlines.add(entries.get(i));
        }
        for (Entry entry : entries) {
            if (random.nextBoolean()) {
                deadlines.remove(entry);
                deadlines.remove(entry);
            } else {
                expected.add(entry.number);
            }
        }
        assertThat(deadlines.size()).isEqualTo(expected.size());
        now.addAndGet(10);
        deadlines.expire();
        assertThat(timedOut).isEqualTo(expected);
    }

    @Test
    void isSealedOnlyWhenEmpty() {
        Entry entry = new Entry(1);
        assertThat(deadlines.add(entry)).isTrue();
        assertThat(deadlines.sealIfEmpty()).isFalse();
        assertThat(deadlines.add(new Entry(2))).isTrue();
        now.addAndGet(10);
        deadlines.expire();
        assertThat(deadlines.sealIfEmpty()).isTrue();
        assertThat(deadlines.add(new Entry(3))).isFalse();
        assertThat(deadlines.size()).isZero();
    }
}
