package dev.notifykit.internal.limit;

import java.util.List;

/** One permit of each of several rates. Thread-safe. */
final class AllPermits implements Permits {

    private final List<Permits> rates;

    AllPermits(List<Permits> rates) {
        this.rates = List.copyOf(rates);
    }

    @Override
    public long take(long now, int wanted) {
        for (int i = 0; i < rates.size(); i++) {
            long wait = rates.get(i).take(now, wanted);
            if (wait > 0) {
                rates.subList(0, i).forEach(taken -> taken.giveBack(now));
                return wait;
            }
        }
        return 0;
    }

    @Override
    public void giveBack(long now) {
        rates.forEach(rate -> rate.giveBack(now));
    }

    @Override
    public void onChange(Runnable listener) {
        rates.forEach(rate -> rate.onChange(listener));
    }

    @Override
    public double perSecond() {
        return rates.stream().mapToDouble(Permits::perSecond).min().orElse(Double.POSITIVE_INFINITY);
    }
}
