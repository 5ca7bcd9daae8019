package dev.notifykit.limit;

import dev.notifykit.push.RequestId;
import dev.notifykit.push.Target;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One attempt's place among the notifications of a device. Immutable.
 *
 * @param target the device
 * @param request what is to be sent; all of its attempts have one place together
 * @param mark drawn at random: a refund that comes late does not take the place from a later attempt
 */
public record Reservation(Target target, RequestId request, long mark) {

    /** Checks for null. */
    public Reservation {
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(request, "request");
    }

    /**
     * A place for an attempt.
     *
     * @param target the device
     * @param request what is to be sent
     * @return with a mark of its own
     */
    public static Reservation of(Target target, RequestId request) {
        return new Reservation(target, request, ThreadLocalRandom.current().nextLong());
    }

    /** Without the address. */
    @Override
    public String toString() {
        return "Reservation[" + request + "]";
    }
}
