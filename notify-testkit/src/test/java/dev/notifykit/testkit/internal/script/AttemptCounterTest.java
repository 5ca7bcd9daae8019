package dev.notifykit.testkit.internal.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AttemptCounterTest {
    @Test
    void agreesWithAPlainMap() {
        AttemptCounter counter = new AttemptCounter();
        Map<Long, Integer> model = new HashMap<>();
        Random random = new Random(5);
        for (int i = 0; i < 50_000; i++) {
            long key = random.nextInt(8_000) * 1024L; // collide in the low bits; 0 is a key like any other
            int expected = model.merge(key, 1, Integer::sum) - 1;

            assertThat(counter.next(key)).isEqualTo(expected);
        }
    }
}
