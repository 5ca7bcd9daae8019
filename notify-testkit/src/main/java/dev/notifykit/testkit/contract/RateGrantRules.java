package dev.notifykit.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.limit.RateAsk;
import dev.notifykit.limit.RateGrant;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The part of {@link RateStoreContract} that says how many permits there are. */
public abstract class RateGrantRules extends RateFixture {

    RateGrantRules() {}

    @Test
    public void aRateThatNobodyAskedForIsFull() {
        assertEquals(new RateGrant(BURST, Duration.ofMillis(10), 1), take(ANNA, 100));
    }

    @Test
    public void nobodyGetsMoreThanWanted() {
        assertEquals(new RateGrant(3, Duration.ZERO, 1), take(ANNA, 3));
        assertTakes(BURST - 3, ANNA, 100);
    }

    @Test
    public void whoWantsNothingTakesNothing() {
        assertEquals(new RateGrant(0, Duration.ZERO, 1), take(ANNA, 0));
        assertTakes(BURST, ANNA, 100);
        assertEquals(new RateGrant(0, Duration.ofMillis(10), 1), take(ANNA, 0));
    }

    @Test
    public void permitsComeEvenly() {
        take(ANNA, 100);
        passTime(Duration.ofMillis(9));
        assertEquals(new RateGrant(0, Duration.ofMillis(1), 1), take(ANNA, 100));
        passTime(Duration.ofMillis(1));
        assertEquals(new RateGrant(1, Duration.ofMillis(10), 1), take(ANNA, 100));
        passTime(Duration.ofMillis(35));
        assertEquals(new RateGrant(3, Duration.ofMillis(5), 1), take(ANNA, 100));
    }

    @Test
    public void permitsDoNotPileUp() {
        take(ANNA, 100);
        passTime(Duration.ofSeconds(10));

        assertTakes(BURST, ANNA, 100);
    }

    @Test
    public void aSlowRateGivesOneAtATime() {
        RateAsk slow = new RateAsk("slow", 0.5, ANNA, 1, 100);
        assertEquals(new RateGrant(1, Duration.ofMillis(1_900), 1), take(slow));
        passTime(Duration.ofMillis(1_900));

        assertEquals(1, take(new RateAsk("slow", 0.5, ANNA, 2, 100)).permits());
    }

    @Test
    public void aRateThatChangesHoldsForWhatComes() {
        take(new RateAsk(RATE, 0.5, BERT, 1, 1));
        assertEquals(new RateGrant(0, Duration.ofMillis(10), 2), take(ANNA, 1));
        passTime(Duration.ofMillis(50));

        assertTakes(5, ANNA, 100);
    }

    @Test
    public void allAskersShareOneRate() {
        assertTakes(6, ANNA, 6);
        assertTakes(BURST - 6, BERT, 100);
        assertTakes(0, CARL, 100);
        passTime(Duration.ofMillis(20));
        assertTakes(2, CARL, 100);
        assertTakes(0, ANNA, 1);
    }

    @Test
    public void ratesHaveNothingToDoWithOneAnother() {
        List<String> names = List.of(
                "lane",
                "Lane",
                "lane ",
                "lane:a",
                "lane/a",
                "{lane}",
                "länе",
                "\u0000",
                "l\nane",
                "*",
                "\uD83D\uDE00",
                "x".repeat(RateAsk.MAX_NAME_LENGTH),
                "x".repeat(RateAsk.MAX_NAME_LENGTH - 1) + "y");
        for (String name : names) {
            RateGrant grant = take(new RateAsk(name, PER_SECOND, ANNA, 1 + names.indexOf(name), 100));
            assertEquals(BURST, grant.permits(), "permits of a fresh rate");
        }
    }

    @Test
    public void overTenSecondsTheRateHolds() {
        Random random = new Random(7);
        List<String> askers = List.of(ANNA, BERT, CARL);
        int taken = 0;
        long micros = 0;
        while (micros < 10_000_000) {
            taken += take(askers.get(random.nextInt(3)), 1 + random.nextInt(20)).permits();
            int step = 1_000 + random.nextInt(60_000);
            passTime(Duration.ofNanos(step * 1_000L));
            micros += step;
        }

        int all = taken;
        assertTrue(all <= 10 * PER_SECOND + BURST, () -> "took " + all);
        assertTrue(all >= 9 * PER_SECOND, () -> "took only " + all);
    }
}
