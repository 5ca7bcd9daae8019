package dev.notifykit.internal.queue;

import dev.notifykit.lane.LaneKey;
import dev.notifykit.push.Urgency;
import dev.notifykit.queue.Demand;
import dev.notifykit.queue.Fetched;
import dev.notifykit.queue.Started;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Works out what a partition fetches next. Urgent work comes first, bulk gets a tenth at least; whichever had nothing left at the last look is asked for
 * a tenth, and the other one for the rest. A new owner begins with a few and takes more with every end: should one of those be what has
 * killed the owner before, it drags few others into suspicion. Belongs to its partition's actor.
 */
final class Demands {

    private static final int FIRST = 10;
    private static final int GROWTH = 2;
    private static final int BULK_PART = 10;

    /** Less room than this part of a lane's is not worth a call, while there is work. */
    private static final int WORTH = 4;

    /** What is known of a lane. */
    private static final class Need {
        private final WorkLane lane;
        private int mine;
        private int allowance = FIRST;
        private boolean urgentDry;
        private boolean bulkDry;
        private double bulkDue;

        Need(WorkLane lane) {
            this.lane = lane;
        }
    }

    private final Map<LaneKey, Need> needs = new LinkedHashMap<>();
    private boolean intakeDry;

    Demands(Map<LaneKey, WorkLane> lanes) {
        lanes.forEach((key, lane) -> needs.put(key, new Need(lane)));
    }

    void taken(LaneKey lane) {
        Need need = of(lane);
        need.mine++;
        need.lane.taken();
    }

    /** It is settled, as far as this instance goes. */
    void gone(LaneKey lane) {
        Need need = of(lane);
        need.mine--;
        need.lane.gone();
        need.allowance = Math.min(need.lane.most(), need.allowance + GROWTH);
    }

    private Need of(LaneKey lane) {
        Need need = needs.get(lane);
        if (need == null) {
            throw new IllegalArgumentException("lane " + lane + " was not asked for");
        }
        return need;
    }

    /** Time has passed, or something was submitted: there may be work where there was none. */
    void lookAgain() {
        intakeDry = false;
        for (Need need : needs.values()) {
            need.urgentDry = false;
            need.bulkDry = false;
        }
    }

    /** Whether there may be messages to expand. */
    boolean wantsMessages() {
        return !intakeDry;
    }

    /**
     * What to ask for.
     *
     * @param stopped lanes that get nothing
     * @param owned partitions of this instance
     */
    List<Demand.Want> next(Set<LaneKey> stopped, int owned, long now) {
        List<Demand.Want> wants = new ArrayList<>();
        needs.forEach((key, need) -> {
            if (!stopped.contains(key) && !(need.urgentDry && need.bulkDry)) {
                int room = Math.min(need.lane.room(need.mine, owned, now), need.allowance - need.mine);
                int worth = Math.min(need.lane.most(), need.allowance) / WORTH;
                if (room > 0 && (room >= worth || need.mine == 0)) {
                    add(wants, key, need, room);
                }
            }
        });
        return wants;
    }

    private static void add(List<Demand.Want> wants, LaneKey key, Need need, int room) {
        need.bulkDue = Math.min(BULK_PART, need.bulkDue + (double) room / BULK_PART);
        int bulk;
        if (need.urgentDry) {
            bulk = room - room / BULK_PART;
        } else {
            bulk = Math.min(room, (int) need.bulkDue);
            need.bulkDue -= bulk;
        }
        // Whatever is asked for least is looked at all the same: nobody else says that there is work again.
        int urgent = Math.max(room - bulk, need.urgentDry ? 1 : 0);
        if (urgent > 0) {
            wants.add(new Demand.Want(key, Urgency.URGENT, urgent));
        }
        if (bulk > 0) {
            wants.add(new Demand.Want(key, Urgency.BULK, bulk));
        }
    }

    /** Learns from the answer what has nothing left. */
    void answered(Demand demand, Fetched fetched) {
        intakeDry = fetched.messages().size() < demand.messages();
        Map<LaneKey, Map<Urgency, Integer>> got = new LinkedHashMap<>();
        for (Started each : fetched.deliveries()) {
            got.computeIfAbsent(each.delivery().lane(), key -> new EnumMap<>(Urgency.class))
                    .merge(each.delivery().request().urgency(), 1, Integer::sum);
        }
        for (Demand.Want want : demand.deliveries()) {
            int count = got.getOrDefault(want.lane(), Map.of()).getOrDefault(want.urgency(), 0);
            boolean dry = count < want.max();
            Need need = of(want.lane());
            if (want.urgency() == Urgency.URGENT) {
                need.urgentDry = dry;
            } else {
                need.bulkDry = dry;
            }
        }
    }
}
