package dev.notifykit.internal;

import dev.notifykit.device.DeviceStore;
import dev.notifykit.device.TokenVerdict;
import dev.notifykit.internal.lane.DeadTokenGuard;
import dev.notifykit.internal.work.Traces;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands what providers say of dead tokens to the device store. A verdict that the store does not take is lost, and no harm: whoever sends to the
 * token next is told again. Thread-safe.
 */
final class TokenVerdicts {

    private static final Logger log = LoggerFactory.getLogger(TokenVerdicts.class);

    private final DeviceStore devices;
    private final BooleanSupplier wanted;
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicBoolean failing = new AtomicBoolean();

    /**
     * For one store.
     *
     * @param wanted whether anybody uses that store; memory of tokens that nobody registers is of no use
     */
    TokenVerdicts(DeviceStore devices, BooleanSupplier wanted) {
        this.devices = devices;
        this.wanted = wanted;
    }

    void take(DeadTokenGuard.Verdict verdict) {
        if (!wanted.getAsBoolean()) {
            return;
        }
        underWay.incrementAndGet();
        try {
            devices.verdict(new TokenVerdict(
                            verdict.target(), verdict.response().invalidSince(), verdict.attemptAt()))
                    .whenComplete((effect, failure) -> ended(failure));
        } catch (RuntimeException | Error e) {
            ended(e);
        }
    }

    /** Whether the store has answered for all. */
    boolean idle() {
        return underWay.get() == 0;
    }

    private void ended(@Nullable Throwable failure) {
        underWay.decrementAndGet();
        if (failure == null) {
            failing.set(false);
        } else if (failing.compareAndSet(false, true)) { // the first of a row
            log.warn("dead tokens stay registered until the device store takes them: {}", Traces.of(failure));
        }
    }
}
