package dev.notifykit.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.testkit.junit.Leaks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RidersTest {

    private static final int CAPACITY = 10;
    private static final int MAX_TOGETHER = 4;
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private final Leaks leaks = Leaks.watch();
    private final BlockingQueue<List<Call>> sent = new LinkedBlockingQueue<>();
    private final Semaphore roundTrips = new Semaphore(0);
    private final Riders<Call> riders = new Riders<>("riders-test", CAPACITY, MAX_TOGETHER, this::send, f -> f);

    @AfterEach
    void close() {
        riders.close();
        leaks.check();
    }

    @Test
    void whatComesDuringARoundTripRidesTogetherAndInOrder() throws Exception {
        Call first = add(0);
        assertThat(nextSent()).containsExactly(first);
        List<Call> others = IntStream.rangeClosed(1, 6).mapToObj(this::add).toList();
        roundTrips.release(3);

        assertThat(nextSent()).containsExactlyElementsOf(others.subList(0, MAX_TOGETHER));
        assertThat(nextSent()).containsExactlyElementsOf(others.subList(MAX_TOGETHER, 6));
        assertThat(others.get(5).answer().get(1, TimeUnit.MINUTES)).isEqualTo(6);
    }

    @Test
    void aRoundTripThatFailsFailsItsOwnCalls() throws Exception {
        Call broken = add(-1);
        nextSent();
        Call fine = add(1);
        roundTrips.release(2);

        assertThat(failure(broken).kind()).isEqualTo(RedisFailure.Kind.ERROR);
        assertThat(fine.answer().get(1, TimeUnit.MINUTES)).isEqualTo(1);
    }

    @Test
    void whoFindsNoRoomIsTold() throws Exception {
        add(0);
        nextSent();
        IntStream.rangeClosed(1, CAPACITY).forEach(this::add);

        assertThat(failure(add(11)).kind()).isEqualTo(RedisFailure.Kind.OVERLOADED);
    }

    @Test
    void whatIsOverdueEndsAlsoWhileTheThreadHangs() throws Exception {
        Call underWay = add(0, Duration.ZERO);
        nextSent();
        Call overdue = add(1, Duration.ZERO);
        Call inTime = add(2, TIMEOUT);
        riders.endOverdue(System.nanoTime(), TIMEOUT);

        assertThat(failure(underWay).kind()).isEqualTo(RedisFailure.Kind.TIMED_OUT);
        assertThat(failure(overdue).kind()).isEqualTo(RedisFailure.Kind.TIMED_OUT);
        assertThat(inTime.hasEnded()).isFalse();
        roundTrips.release(2);
        assertThat(nextSent()).as("nobody waits for the other one").containsExactly(inTime);
    }

    @Test
    void whatWasCancelledIsNotSent() throws Exception {
        add(0);
        nextSent();
        Call cancelled = add(1);
        Call wanted = add(2);
        cancelled.answer().cancel(false);
        roundTrips.release(2);

        assertThat(nextSent()).containsExactly(wanted);
    }

    @Test
    void closedAllCallsEnd() throws Exception {
        List<Call> calls = new ArrayList<>(List.of(add(0)));
        nextSent();
        IntStream.rangeClosed(1, CAPACITY).mapToObj(this::add).forEach(calls::add);
        riders.close();
        riders.close();
        calls.add(add(12));

        for (Call call : calls) {
            assertThat(failure(call).kind()).isEqualTo(RedisFailure.Kind.CLOSED);
        }
    }

    @Test
    void whatIsLittleWaitsForTheRideUnderWayWhateverItsGroup() throws Exception {
        try (Riders<Call> two = twoGroups()) {
            Call first = add(two, 0, 0);
            assertThat(nextSent()).containsExactly(first);
            List<Call> others = IntStream.rangeClosed(1, 6)
                    .mapToObj(i -> add(two, i % 2, i))
                    .toList();
            roundTrips.release(2);

            assertThat(nextSent()).containsExactlyInAnyOrderElementsOf(others);
            others.get(5).answer().get(1, TimeUnit.MINUTES);
        }
    }

    @Test
    void aSecondRideSetsOutWhenEnoughHaveComeForIt() throws Exception {
        try (Riders<Call> two = twoGroups()) {
            List<Call> second = new ArrayList<>();
            second.add(rideOfTheFirstGroupAlone(two));
            IntStream.range(1, Riders.ENOUGH).forEach(i -> second.add(add(two, 1, i)));
            assertThat(nextSent()).as("while the first is under way").containsExactlyElementsOf(second);

            List<Call> third = IntStream.range(0, 2 * Riders.ENOUGH)
                    .mapToObj(i -> add(two, 1, i))
                    .toList();
            roundTrips.release(3);
            assertThat(nextSent()).as("after those before of its group").containsExactlyElementsOf(third);
            third.get(0).answer().get(1, TimeUnit.MINUTES);
        }
    }

    @Test
    void nobodyWaitsForARideThatIsLate() throws Exception {
        try (Riders<Call> two = twoGroups()) {
            Call other = rideOfTheFirstGroupAlone(two);
            two.endOverdue(System.nanoTime(), TIMEOUT);

            assertThat(nextSent()).containsExactly(other);
            roundTrips.release(2);
            other.answer().get(1, TimeUnit.MINUTES);
        }
    }

    /** Answers a call of the second group that came before the ride set out, and waits. */
    private Call rideOfTheFirstGroupAlone(Riders<Call> two) throws InterruptedException {
        add(two, 0, 0);
        nextSent();
        List<Call> enough =
                IntStream.range(0, Riders.ENOUGH).mapToObj(i -> add(two, 0, i)).toList();
        Call other = add(two, 1, 0);
        roundTrips.release();
        assertThat(nextSent()).containsExactlyElementsOf(enough);
        return other;
    }

    private Riders<Call> twoGroups() {
        return new Riders<>("riders-test-two", 2, 4 * Riders.ENOUGH, 4 * Riders.ENOUGH, this::send, f -> f);
    }

    private static Call add(Riders<Call> to, int group, int number) {
        Call call = new Call(number, TIMEOUT);
        to.add(group, call);
        return call;
    }

    private Call add(int number) {
        return add(number, TIMEOUT);
    }

    private Call add(int number, Duration timeout) {
        Call call = new Call(number, timeout);
        riders.add(call);
        return call;
    }

    private List<Call> nextSent() throws InterruptedException {
        List<Call> calls = sent.poll(1, TimeUnit.MINUTES);
        assertThat(calls).isNotNull();
        return calls;
    }

    private void send(List<Call> calls) {
        sent.add(calls);
        try {
            roundTrips.acquire();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (calls.get(0).number < 0) {
            throw new StackOverflowError();
        }
        calls.forEach(call -> call.answer().complete(call.number));
    }

    private static RedisFailure failure(Call call) throws Exception {
        try {
            throw new AssertionError("it answered " + call.answer().get(1, TimeUnit.MINUTES));
        } catch (ExecutionException e) {
            return (RedisFailure) e.getCause();
        }
    }

    private static final class Call extends PendingCall<Integer> {

        private final int number;

        Call(int number, Duration timeout) {
            super(System.nanoTime() + timeout.toNanos());
            this.number = number;
        }
    }
}
