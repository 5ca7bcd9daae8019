package dev.notifykit.internal.limit;

import java.time.Duration;
import java.util.List;

/** The permits of a rate. One that is taken is for an attempt that begins now. Thread-safe. */
public interface Permits {

    /**
     * How long a permit is good after it was taken from the store, or by an attempt that has to wait for something else: an attempt that begins later than that
     * needs another one. Together with {@link dev.notifykit.limit.Gcra#BURST} it is what a rate may be exceeded by, over any time: 3 % over ten seconds.
     */
    Duration LIFE = Duration.ofMillis(200);

    /** For a lane without a rate. */
    Permits UNLIMITED = new Permits() {
        @Override
        public long take(long now, int wanted) {
            return 0;
        }

        @Override
        public void giveBack(long now) {
            // There are always more.
        }

        @Override
        public void onChange(Runnable listener) {
            // Nothing ever changes.
        }

        @Override
        public double perSecond() {
            return Double.POSITIVE_INFINITY;
        }
    };

    /**
     * Takes one.
     *
     * @param now a monotonic reading
     * @param wanted how many could be used now, this one included
     * @return 0: it is taken; otherwise when to ask again, in nanoseconds; {@link Long#MAX_VALUE}: when told
     */
    long take(long now, int wanted);

    /**
     * Gives one back that was taken not longer ago than {@link #LIFE}, and not used.
     *
     * @param now a monotonic reading
     */
    void giveBack(long now);

    /**
     * Asks to be told when it is worth asking again.
     *
     * @param listener quick
     */
    void onChange(Runnable listener);

    /**
     * How many there are, for whomever they are.
     *
     * @return the rate; infinite: there is no limit
     */
    double perSecond();

    /**
     * Permits that are one of each rate.
     *
     * @param rates in the order in which they are asked
     * @return all of them, or none, are taken
     */
    static Permits of(List<Permits> rates) {
        return switch (rates.size()) {
            case 0 -> UNLIMITED;
            case 1 -> rates.get(0);
            default -> new AllPermits(rates);
        };
    }
}
