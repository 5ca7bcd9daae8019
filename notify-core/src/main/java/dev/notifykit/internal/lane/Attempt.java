package dev.notifykit.internal.lane;

import dev.notifykit.internal.work.Traces;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt: the provider's callback, the message it leaves, and the entry in the list of time-outs, in one object. */
final class Attempt implements BiConsumer<@Nullable PushResponse, @Nullable Throwable>, Runnable {

    private static final Logger log = LoggerFactory.getLogger(Attempt.class);

    final Journey journey;
    final PushRequest request;
    final long begunNanos;

    /** Whether the sender is paused and this asks whether it still must be. */
    final boolean probe;

    /** For {@link Attempts}. */
    boolean done;

    private final Lane lane;
    private volatile @Nullable PushResponse response;

    Attempt(Lane lane, Journey journey, PushRequest request, long begunNanos, boolean probe) {
        this.lane = lane;
        this.journey = journey;
        this.request = request;
        this.begunNanos = begunNanos;
        this.probe = probe;
    }

    @Override
    public void accept(@Nullable PushResponse answer, @Nullable Throwable failure) {
        if (answer == null) {
            String what = failure == null ? "null" : failure.getClass().getName();
            log.error(
                    "{}: the provider's own code failed: {}", lane.key(), failure == null ? what : Traces.of(failure));
            answer = new PushResponse.Unknown(
                    PushResponse.Unknown.Cause.SERVICE_FAILED, "the provider's future failed: " + what);
        }
        response = answer;
        lane.tell(this);
    }

    /** In the lane's turn: its time is over. */
    void timeOut() {
        response = new PushResponse.Unknown(PushResponse.Unknown.Cause.TIMEOUT, "no answer within the attempt timeout");
        run();
    }

    @Override
    public void run() {
        PushResponse known = response;
        if (known == null) {
            throw new AssertionError("an attempt is told once it has a response");
        }
        lane.answered(this, known);
    }
}
