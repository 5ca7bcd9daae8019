package dev.notifykit;

import dev.notifykit.dedup.DedupSettings;
import dev.notifykit.fanout.FanOutHandler;
import dev.notifykit.internal.fanout.FanOutSettings;
import dev.notifykit.internal.fanout.TopicFanOuts;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.lane.LaneLimits;
import dev.notifykit.lane.SenderRate;
import dev.notifykit.limit.RateStore;
import dev.notifykit.push.AppId;
import dev.notifykit.push.Problems;
import dev.notifykit.push.PushService;
import dev.notifykit.retry.RetryPolicy;
import java.time.Duration;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks at what a client is to be built with, each part by itself and what must fit together, and names everything that is wrong. */
final class ClientChecks {

    private static final int MAX_PAGE_SIZE = 100_000;

    /** A provider of an app. */
    record Registration(String app, PushService service) {}

    private final Problems problems = new Problems("PushClient");

    /** The lanes that come of the registrations; only what shares its store may have none. */
    Map<LaneKey, PushService> lanes(List<Registration> services, boolean mayLack) {
        Map<LaneKey, PushService> lanes = new LinkedHashMap<>();
        problems.require(
                mayLack || !services.isEmpty(), "app", "no app has a provider", "call app(\"com.acme.app\", service)");
        for (Registration each : services) {
            problems.require(
                    each.service().maxInFlight() >= 1,
                    "app",
                    "the " + each.service().provider() + " service of " + each.app() + " allows "
                            + each.service().maxInFlight() + " in flight",
                    "maxInFlight() must be at least 1");
            try {
                LaneKey key = new LaneKey(
                        AppId.of(each.app()),
                        each.service().provider(),
                        each.service().environment());
                problems.require(
                        lanes.put(key, each.service()) == null,
                        "app",
                        "lane " + key + " is registered twice",
                        "drop one");
            } catch (IllegalArgumentException e) {
                problems.add("app", String.valueOf(e.getMessage()), "use the bundle id or package name");
            }
        }
        return lanes;
    }

    /** The handlers by name; only what shares its store may lack their lanes. */
    Map<String, FanOutHandler> handlers(
            List<FanOutHandler> handlers, Map<LaneKey, PushService> lanes, boolean mayLackLanes) {
        Map<String, FanOutHandler> byName = new LinkedHashMap<>();
        for (FanOutHandler handler : handlers) {
            problems.require(
                    byName.put(handler.name(), handler) == null,
                    "handler",
                    "'" + handler.name() + "' is registered twice",
                    "give each its own name");
            problems.require(
                    !handler.name().startsWith(TopicFanOuts.OWN_NAMES),
                    "handler",
                    "'" + handler.name() + "' begins as the client's own names do",
                    "give it another name");
            for (LaneKey key : handler.lanes()) {
                problems.require(
                        mayLackLanes || lanes.containsKey(key),
                        "handler",
                        "'" + handler.name() + "' needs lane " + key + ", which was not registered",
                        "call app() for it, or drop it from the handler");
            }
        }
        return byName;
    }

    void limited(Collection<LaneKey> keys, Map<LaneKey, PushService> lanes) {
        for (LaneKey key : keys) {
            problems.require(
                    lanes.containsKey(key), "limits", "lane " + key + " was not registered", "call app() for it");
        }
    }

    void rates(
            Map<LaneKey, PushService> lanes,
            Collection<LaneLimits> limits,
            IdentityHashMap<PushService, SenderRate> senderRates,
            int fleetSize,
            @Nullable RateStore rateStore) {
        problems.require(fleetSize >= 1, "fleetSize", "must be at least 1, is " + fleetSize, "10 is usual");
        IdentityHashMap<PushService, Boolean> registered = new IdentityHashMap<>();
        lanes.values().forEach(service -> registered.put(service, true));
        for (PushService sender : senderRates.keySet()) {
            problems.require(
                    registered.containsKey(sender),
                    "senderRate",
                    "a " + sender.provider() + " service that no app has",
                    "give app() the same one");
        }
        boolean ofFleet = limits.stream().anyMatch(lane -> lane.fleetRatePerSecond() > 0)
                || senderRates.values().stream().anyMatch(rate -> rate.fleetName() != null);
        problems.require(
                rateStore != null || !ofFleet,
                "rateStore",
                "a rate of all instances needs a place where they share it",
                "set stores() or rateStore(), or ratePerSecond for each instance alone");
    }

    void fanOuts(FanOutSettings settings) {
        problems.require(
                settings.pageSize() >= 1 && settings.pageSize() <= MAX_PAGE_SIZE,
                "pageSize",
                "must be from 1 to " + MAX_PAGE_SIZE + ", is " + settings.pageSize(),
                "1,000 is usual");
        atLeastOne("openPages", settings.openPages(), "2 is usual");
        atLeastOne("maxShards", settings.maxShards(), "4 is usual");
        atLeastOne("parkedLimit", settings.parkedLimit(), "50,000 is usual");
        problems.require(
                settings.lease().compareTo(Duration.ofSeconds(1)) >= 0,
                "lease",
                "must be at least 1 s, is " + settings.lease(),
                "30 s is usual");
    }

    private void atLeastOne(String field, int value, String usual) {
        problems.require(value >= 1, field, "must be at least 1, is " + value, usual);
    }

    void dedup(DedupSettings dedup, RetryPolicy retryPolicy) {
        problems.require(
                retryPolicy.totalDeadline().compareTo(dedup.ttl()) < 0,
                "dedup",
                "its time to live of " + dedup.ttl() + " is not longer than the retry policy's total deadline of "
                        + retryPolicy.totalDeadline(),
                "or a late retry is a duplicate that nobody sees; 6 h and 1 h are usual");
    }

    /**
     * Ends it.
     *
     * @throws dev.notifykit.push.InvalidConfigurationException naming every problem
     */
    void end() {
        problems.throwIfAny();
    }
}
