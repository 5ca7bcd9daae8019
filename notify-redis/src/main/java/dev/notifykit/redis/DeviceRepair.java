package dev.notifykit.redis;

import dev.notifykit.device.Repair;
import dev.notifykit.device.RepairReport;
import dev.notifykit.redis.DeviceQuestions.Look;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One step of the first part of a repair: finds tokens on the list that are not there, and tokens that were written for a registration which went no further. What points to tokens comes then: {@link DevicePointers}. Used once, by
 * one thread at a time.
 */
final class DeviceRepair {

    /** What a cursor begins with when all tokens were looked at. */
    static final String POINTERS = "p/";

    private static final Pattern PLACE = Pattern.compile("[0-9a-f]{48}");

    private final DeviceQuestions ask;
    private final DeviceLookups lookups;
    private final DeviceRemovals removals;
    private final Repair repair;
    private final String after;
    private final List<String> places = new ArrayList<>();

    /**
     * A step.
     *
     * @throws IllegalArgumentException when the cursor is none
     */
    DeviceRepair(DeviceQuestions ask, DeviceLookups lookups, DeviceRemovals removals, Repair repair) {
        this.ask = ask;
        this.lookups = lookups;
        this.removals = removals;
        this.repair = repair;
        after = repair.cursor() == null ? "" : repair.cursor();
        if (!after.isEmpty() && !PLACE.matcher(after).matches()) {
            throw new IllegalArgumentException("the cursor of a repair is one that a report has named");
        }
    }

    Talk<RepairReport> start() {
        return after.isEmpty() ? read(0, "") : read(RedisKeys.bucket(RedisKeys.tokenOf(after)), after);
    }

    private Talk<RepairReport> read(int bucket, String from) {
        if (bucket == RedisKeys.TOKEN_BUCKETS || places.size() == repair.limit()) {
            return visit(bucket < RedisKeys.TOKEN_BUCKETS);
        }
        return ask.page(bucket, "", from, (long) repair.limit() - places.size()).then(page -> {
            places.addAll(page.listed());
            return read(places.size() == repair.limit() ? bucket : bucket + 1, "");
        });
    }

    private Talk<RepairReport> visit(boolean more) {
        return Talk.all(places.stream()
                        .map(place -> ask.look(RedisKeys.tokenOf(place)).then(look -> visit(place, look)))
                        .toList())
                .map(dangling -> new RepairReport(
                        dangling.size(),
                        (int) dangling.stream().filter(is -> is).count(),
                        more ? places.get(places.size() - 1) : POINTERS));
    }

    private Talk<Boolean> visit(String place, Look look) {
        TokenEntry known = look.known();
        if (known == null) {
            return repair.dryRun() ? Talk.say(true) : ask.freeListed(place).map(freed -> true);
        }
        return lookups.confirm(known).then(found -> {
            if (found.isPresent() || !DeviceLookups.isSettled(known.wrote(), look.now())) {
                return Talk.say(false);
            }
            return repair.dryRun()
                    ? Talk.say(true)
                    : removals.remove(known, null).map(removed -> true);
        });
    }
}
