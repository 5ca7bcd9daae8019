package dev.notifykit.internal.limit;

import dev.notifykit.lane.SenderRate;
import dev.notifykit.limit.CapStore;
import dev.notifykit.limit.RateStore;
import dev.notifykit.push.PushService;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The limits that are not one lane's alone, checked.
 *
 * @param rateStore keeps rates of the fleet; null only where there are none
 * @param capStore remembers what devices got; null: in memory
 * @param senderRates by service, which is the sender
 * @param fleetSize how many instances there may be, as long as the rate store has not said
 */
public record LimitConfig(
        @Nullable RateStore rateStore,
        @Nullable CapStore capStore,
        IdentityHashMap<PushService, SenderRate> senderRates,
        int fleetSize) {}
