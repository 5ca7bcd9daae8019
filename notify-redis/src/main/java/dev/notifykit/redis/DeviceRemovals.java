package dev.notifykit.redis;

import dev.notifykit.device.TokenVerdict;
import dev.notifykit.device.TokenVerdict.Effect;
import dev.notifykit.redis.DeviceLookups.LeftOver;
import dev.notifykit.redis.DeviceQuestions.Change;
import dev.notifykit.redis.UserPlaces.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How devices go: first the token, which is the truth, then what has pointed to it. A token that is gone when we remove what we have seen
 * counts as removed: it may have been ourselves, whose answer was lost. Thread-safe.
 */
final class DeviceRemovals {

    private final DeviceQuestions ask;
    private final DeviceLookups lookups;

    DeviceRemovals(DeviceQuestions ask, DeviceLookups lookups) {
        this.ask = ask;
        this.lookups = lookups;
    }

    /** Removes an entry, if it is what it was, and was last seen before a time, if there is one. */
    Talk<Change> remove(TokenEntry entry, @Nullable Instant seenBefore) {
        return ask.remove(entry, seenBefore)
                .then(change -> change == Change.DONE ? forget(entry).map(freed -> change) : Talk.say(change));
    }

    /** Frees what has pointed to a token that is gone. */
    Talk<Change> forget(TokenEntry entry) {
        return Talk.both(
                ask.freeInstallation(entry.installation(), entry.token(), entry.mark()),
                ask.freePlace(entry.user(), entry.token(), entry.mark()),
                (installation, place) -> Change.DONE);
    }

    Talk<Boolean> unregister(String user, String token) {
        return lookups.find(token).then(found -> unregister(user, token, found));
    }

    private Talk<Boolean> unregister(String user, String token, Optional<TokenEntry> found) {
        Optional<TokenEntry> own = found.filter(entry -> entry.user().equals(user));
        return own.isEmpty()
                ? Talk.say(false)
                : remove(own.get(), null)
                        .then(change -> change == Change.DONE ? Talk.say(true) : unregister(user, token));
    }

    Talk<Boolean> unregisterInstallation(String user, String installation) {
        return ask.installation(installation)
                .then(has -> has.isEmpty()
                        ? Talk.say(false)
                        : lookups.find(has.get().token())
                                .then(found -> unregister(
                                        user,
                                        has.get().token(),
                                        found.filter(
                                                entry -> entry.installation().equals(installation)))));
    }

    /** A registration under way ends as if it had been before: it finds its place gone. */
    Talk<Integer> erase(String user) {
        return lookups.of(user)
                .then(found -> Talk.both(
                                removeAll(found.devices()),
                                Talk.both(
                                        free(user, found.leftOver()),
                                        free(user, found.underWay()),
                                        (one, other) -> one),
                                (changes, freed) -> changes)
                        .then(changes -> {
                            int removed = (int) changes.stream()
                                    .filter(change -> change == Change.DONE)
                                    .count();
                            return removed == changes.size()
                                    ? Talk.say(removed)
                                    : erase(user).map(more -> removed + more);
                        }));
    }

    /** Frees places that are for nothing. */
    Talk<Boolean> free(String user, List<LeftOver> places) {
        List<Talk<Change>> all = new ArrayList<>();
        for (LeftOver left : places) {
            if (left.entry() != null) {
                all.add(remove(left.entry(), null));
            }
            Place place = left.place();
            all.add(ask.freeInstallation(place));
            all.add(ask.freePlace(user, place.token(), place.mark()));
        }
        return Talk.all(all).map(done -> true);
    }

    private Talk<List<Change>> removeAll(List<TokenEntry> entries) {
        return Talk.all(entries.stream().map(entry -> remove(entry, null)).toList());
    }

    Talk<Effect> verdict(String token, TokenVerdict verdict, Duration ttl) {
        return ask.look(token).then(look -> {
            TokenEntry known = look.known();
            return ask.bury(token, known, verdict.deadSince(), ttl).then(change -> switch (change) {
                case KEPT -> Talk.say(Effect.KEPT);
                case DONE ->
                    known == null ? Talk.say(Effect.DEAD) : forget(known).map(freed -> Effect.REMOVED);
                default -> verdict(token, verdict, ttl);
            });
        });
    }
}
