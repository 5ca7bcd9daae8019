package dev.notifykit.lane;

import dev.notifykit.limit.RateAsk;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How many attempts of all lanes of one sender (an APNs key, a Firebase project) begin per second, together. At the limit requests wait; each lane's own
 * limits hold besides. Immutable.
 */
public final class SenderRate {

    /** Together with what the client puts before it, still a name for a rate. */
    public static final int MAX_NAME_LENGTH = 256;

    private final double perSecond;
    private final @Nullable String fleetName;

    private SenderRate(double perSecond, @Nullable String fleetName) {
        if (!(perSecond > 0 && perSecond <= RateAsk.MAX_PER_SECOND)) {
            throw new IllegalArgumentException(
                    "perSecond must be more than 0 and at most " + RateAsk.MAX_PER_SECOND + ", is " + perSecond);
        }
        this.perSecond = perSecond;
        this.fleetName = fleetName;
    }

    /**
     * A rate of this client alone: ten instances send ten times as much.
     *
     * @param perSecond more than 0
     * @return the rate
     */
    public static SenderRate perInstance(double perSecond) {
        return new SenderRate(perSecond, null);
    }

    /**
     * A rate of all instances together, kept by the client's {@code rateStore}.
     *
     * @param name of the credential, the same in every instance: a key id, or the Firebase project's id. No secret
     * @param perSecond more than 0, the same in every instance
     * @return the rate
     */
    public static SenderRate ofFleet(String name, double perSecond) {
        Objects.requireNonNull(name, "name");
        if (name.isEmpty() || name.length() > MAX_NAME_LENGTH) {
            throw new IllegalArgumentException("name must have 1 to " + MAX_NAME_LENGTH + " characters");
        }
        return new SenderRate(perSecond, name);
    }

    /**
     * How many attempts begin per second.
     *
     * @return the rate
     */
    public double perSecond() {
        return perSecond;
    }

    /**
     * Under which name instances share it.
     *
     * @return the name; null: it is this client's alone
     */
    public @Nullable String fleetName() {
        return fleetName;
    }

    @Override
    public String toString() {
        return "SenderRate[" + perSecond + " a second, "
                + (fleetName == null ? "this instance" : "all instances of " + fleetName) + "]";
    }
}
