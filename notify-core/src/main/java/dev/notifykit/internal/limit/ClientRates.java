package dev.notifykit.internal.limit;

import dev.notifykit.lane.LaneKey;
import dev.notifykit.lane.LaneLimits;
import dev.notifykit.lane.SenderRate;
import dev.notifykit.limit.RateStore;
import dev.notifykit.push.PushService;
import dev.notifykit.time.TimeSource;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** All rates of one client, by lane and by sender. Used by one thread while the client is built, then by any. */
public final class ClientRates implements AutoCloseable {

    private final LimitConfig config;
    private final TimeSource time;
    private final String asker = UUID.randomUUID().toString();
    private final IdentityHashMap<PushService, Permits> senders = new IdentityHashMap<>();
    private final List<SharedRate> shared = new ArrayList<>();

    /**
     * None yet.
     *
     * @param config what they are
     * @param time the clock
     */
    public ClientRates(LimitConfig config, TimeSource time) {
        this.config = config;
        this.time = time;
    }

    /**
     * What an attempt of a lane needs a permit of: the instance's own rate first, since it is asked for nothing elsewhere.
     *
     * @param key the lane
     * @param limits its bounds
     * @param service its sender
     * @return the permits
     */
    public Permits of(LaneKey key, LaneLimits limits, PushService service) {
        List<Permits> rates = new ArrayList<>();
        if (limits.ratePerSecond() > 0) {
            rates.add(new LocalRate(limits.ratePerSecond()));
        }
        SenderRate ofSender = config.senderRates().get(service);
        if (ofSender != null) {
            rates.add(senders.computeIfAbsent(service, s -> permits(ofSender)));
        }
        if (limits.fleetRatePerSecond() > 0) {
            rates.add(share("lane " + key, limits.fleetRatePerSecond()));
        }
        return Permits.of(rates);
    }

    private Permits permits(SenderRate rate) {
        String name = rate.fleetName();
        return name == null ? new LocalRate(rate.perSecond()) : share("sender " + name, rate.perSecond());
    }

    private Permits share(String name, double perSecond) {
        @Nullable RateStore store = config.rateStore();
        if (store == null) {
            throw new IllegalStateException("a rate of the fleet needs a rate store");
        }
        SharedRate rate = new SharedRate(name, perSecond, asker, config.fleetSize(), store, time);
        shared.add(rate);
        return rate;
    }

    /** Tells the rate store that this client is there. */
    public void begin() {
        shared.forEach(SharedRate::begin);
    }

    /**
     * What is wrong at the moment.
     *
     * @return lines for health; none when all is well
     */
    public List<String> troubles() {
        return shared.stream().flatMap(rate -> rate.troubles().stream()).toList();
    }

    /** Asks for nothing any more. */
    @Override
    public void close() {
        shared.forEach(SharedRate::close);
    }
}
