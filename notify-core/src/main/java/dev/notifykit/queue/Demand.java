package dev.notifykit.queue;

import dev.notifykit.lane.LaneKey;
import dev.notifykit.push.Urgency;
import java.util.List;

/**
 * How much work an owner can take. Immutable.
 *
 * @param messages how many messages of the intake at most
 * @param deliveries how many deliveries at most, for each lane and urgency that is wanted; nothing is fetched of others
 */
public record Demand(int messages, List<Want> deliveries) {

    /** Copies the list. */
    public Demand {
        deliveries = List.copyOf(deliveries);
    }

    /**
     * So many of one kind.
     *
     * @param lane the lane
     * @param urgency the urgency
     * @param max how many at most, at least 1
     */
    public record Want(LaneKey lane, Urgency urgency, int max) {}
}
