package dev.notifykit.redis;

import dev.notifykit.device.StaleSweep;
import dev.notifykit.device.SweepReport;
import dev.notifykit.redis.DeviceQuestions.Change;
import dev.notifykit.redis.DeviceQuestions.Look;
import dev.notifykit.redis.DeviceQuestions.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * One step of a sweep. Devices are visited bucket by bucket, in the order of their list, so that a cursor is the last place on it:
 * it stays good over restarts, and whatever comes or goes. Used once, by one thread at a time.
 */
final class DeviceSweep {

    private static final Pattern CURSOR = Pattern.compile("(\\d{1,2}):([0-9a-f]{48})");
    private static final String END_OF_BUCKET = "f".repeat(48);

    private final DeviceQuestions ask;
    private final DeviceLookups lookups;
    private final DeviceRemovals removals;
    private final StaleSweep sweep;
    private final int firstBucket;
    private final String after;

    /**
     * A step.
     *
     * @throws IllegalArgumentException when the cursor is none
     */
    DeviceSweep(DeviceQuestions ask, DeviceLookups lookups, DeviceRemovals removals, StaleSweep sweep) {
        this.ask = ask;
        this.lookups = lookups;
        this.removals = removals;
        this.sweep = sweep;
        Matcher cursor = CURSOR.matcher(sweep.cursor() == null ? "0:" + "0".repeat(48) : sweep.cursor());
        if (!cursor.matches() || Integer.parseInt(cursor.group(1)) >= RedisKeys.TOKEN_BUCKETS) {
            throw new IllegalArgumentException("the cursor of a sweep is one that a report has named");
        }
        firstBucket = Integer.parseInt(cursor.group(1));
        after = sweep.cursor() == null ? "" : cursor.group(2);
    }

    private record Outcome(int examined, int stale) {}

    Talk<SweepReport> start() {
        List<Talk<Page>> pages = new ArrayList<>();
        pages.add(ask.page(firstBucket, "", after, sweep.limit() + 1L));
        IntStream.range(firstBucket + 1, RedisKeys.TOKEN_BUCKETS)
                .forEach(bucket -> pages.add(ask.page(bucket, "", "", 0)));
        return Talk.all(pages).then(this::more);
    }

    /** Goes on to as many buckets as it takes to fill the step, and one more token, to know whether there is more. */
    private Talk<SweepReport> more(List<Page> sizes) {
        List<Talk<Page>> pages = new ArrayList<>();
        pages.add(Talk.say(sizes.get(0)));
        long missing = sweep.limit() + 1L - sizes.get(0).listed().size();
        int last = firstBucket;
        for (Page next : sizes.subList(1, sizes.size())) {
            if (missing > 0 && next.size() > 0) {
                pages.add(ask.page(next.bucket(), "", "", missing));
                missing -= next.size();
                last = next.bucket();
            }
        }
        int end = last;
        boolean beyond = sizes.stream().anyMatch(page -> page.bucket() > end && page.size() > 0);
        return Talk.all(pages).then(all -> visit(all, beyond));
    }

    private Talk<SweepReport> visit(List<Page> pages, boolean beyond) {
        List<String> listed = new ArrayList<>();
        for (Page page : pages) {
            listed.addAll(page.listed());
        }
        String next = null;
        if (listed.size() > sweep.limit()) {
            listed = listed.subList(0, sweep.limit());
            String last = listed.get(listed.size() - 1);
            next = RedisKeys.bucket(RedisKeys.tokenOf(last)) + ":" + last;
        } else if (beyond) {
            next = pages.get(pages.size() - 1).bucket() + ":" + END_OF_BUCKET;
        }
        String cursor = next;
        return Talk.all(listed.stream()
                        .map(place -> ask.look(RedisKeys.tokenOf(place)).then(this::visit))
                        .toList())
                .map(outcomes -> new SweepReport(
                        outcomes.stream().mapToInt(Outcome::examined).sum(),
                        outcomes.stream().mapToInt(Outcome::stale).sum(),
                        cursor));
    }

    private Talk<Outcome> visit(Look look) {
        TokenEntry known = look.known();
        return known == null
                ? Talk.say(new Outcome(0, 0))
                : lookups.confirm(known).then(found -> judge(known, found, look.now()));
    }

    private Talk<Outcome> judge(TokenEntry looked, Optional<TokenEntry> found, long now) {
        if (found.isEmpty()) {
            Outcome none = new Outcome(0, 0);
            // What a registration has left that went no further.
            return sweep.dryRun() || !DeviceLookups.isSettled(looked.wrote(), now)
                    ? Talk.say(none)
                    : removals.remove(looked, null).map(removed -> none);
        }
        TokenEntry entry = found.get();
        if (!entry.device().lastSeen().isBefore(sweep.lastSeenBefore())) {
            return Talk.say(new Outcome(1, 0));
        }
        return sweep.dryRun()
                ? Talk.say(new Outcome(1, 1))
                : removals.remove(entry, sweep.lastSeenBefore())
                        .map(change -> new Outcome(1, change == Change.DONE ? 1 : 0));
    }
}
