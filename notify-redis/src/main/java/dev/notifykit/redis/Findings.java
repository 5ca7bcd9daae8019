package dev.notifykit.redis;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a look at Redis has found. Immutable.
 *
 * @param fleet the name of the fleet whose keys these are; {@link #NO_FLEET} when there are none, null when nobody could say
 * @param refusals for which nothing is to be stored here until somebody puts them right
 * @param outages that may pass by themselves
 * @param outage the first of those, as the stores say it; null for none
 * @param warnings that hinder nothing
 */
record Findings(
        @Nullable String fleet,
        List<String> refusals,
        List<String> outages,
        @Nullable RedisFailure outage,
        List<String> warnings) {

    /** Nothing is there. */
    static final String NO_FLEET = "";

    /** Copies the lists. */
    Findings {
        refusals = List.copyOf(refusals);
        outages = List.copyOf(outages);
        warnings = List.copyOf(warnings);
    }

    /** Whether the stores may be used. A node that is away does not matter to those who need another. */
    boolean admits() {
        return fleet != null && !fleet.equals(NO_FLEET) && refusals.isEmpty();
    }

    /** The same, with one more that may pass: first, since it is the worst. */
    Findings with(String further) {
        List<String> all = new ArrayList<>(List.of(further));
        all.addAll(outages);
        return new Findings(fleet, refusals, all, outage, warnings);
    }

    List<String> faults() {
        List<String> faults = new ArrayList<>(refusals);
        faults.addAll(outages);
        return faults;
    }
}
