package dev.notifykit.testing;

import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link FakePushService} does with its next request: what is queued for the address, then what is always done for the
 * address, then what is queued for anybody, then the default. Guarded by the service's lock.
 */
final class Script {

    /** What happens to one request. */
    sealed interface Step {

        /** It is answered. */
        record Answer(Function<PushRequest, PushResponse> response) implements Step {}

        /** It is never answered. */
        record Silence() implements Step {}

        /** Its future fails. */
        record Fail(Throwable failure) implements Step {}

        /** There is no future: the call throws. */
        record Throw(RuntimeException failure) implements Step {}
    }

    private final Map<String, Deque<Step>> queuedByAddress = new HashMap<>();
    private final Map<String, Step> alwaysByAddress = new HashMap<>();
    private final Deque<Step> queued = new ArrayDeque<>();
    private Step otherwise;

    Script(Step otherwise) {
        this.otherwise = otherwise;
    }

    static Step answer(PushResponse response) {
        return new Step.Answer(request -> response);
    }

    void queue(Step step) {
        queued.add(step);
    }

    void queue(String address, Step step) {
        queuedByAddress.computeIfAbsent(address, a -> new ArrayDeque<>()).add(step);
    }

    void always(String address, Step step) {
        alwaysByAddress.put(address, step);
    }

    void otherwise(Step step) {
        otherwise = step;
    }

    Step next(String address) {
        Deque<Step> own = queuedByAddress.get(address);
        @Nullable Step step = own == null ? null : own.poll();
        if (step == null) {
            step = alwaysByAddress.get(address);
        }
        if (step == null) {
            step = queued.poll();
        }
        return step == null ? otherwise : step;
    }
}
