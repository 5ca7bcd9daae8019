package dev.notifykit.redis;

import dev.notifykit.device.Device;
import dev.notifykit.device.Registration;
import dev.notifykit.device.Registration.Kind;
import dev.notifykit.redis.DeviceQuestions.Change;
import dev.notifykit.redis.DeviceQuestions.Look;
import dev.notifykit.redis.DeviceQuestions.Names;
import dev.notifykit.redis.DeviceQuestions.Taken;
import dev.notifykit.redis.UserPlaces.Place;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One registration, in rounds; {@link RedisDeviceStore} says why in this order. Used once, by one thread at a time.
 *
 * <ol>
 *   <li>The token and the installation are looked at.
 *   <li>The user gives the token a place, if need be another's; a free token is written, and not registered yet.
 *   <li>The installation takes the token. If that was free, it is registered now.
 *   <li>A token that was registered is written anew: it changes hands now.
 *   <li>What has pointed to what is no more is freed.
 * </ol>
 */
final class DeviceRegistration {

    private final DeviceQuestions ask;
    private final DeviceRemovals removals;
    private final Names names;
    private final Device device;
    private final int limit;

    /** What the token was when this registration took it; null: free. */
    private @Nullable TokenEntry known;

    private boolean reserved;
    private Optional<InstallationEntry> before = Optional.empty();
    private List<Candidate> candidates = List.of();
    private List<String> gone = List.of();

    DeviceRegistration(DeviceQuestions ask, DeviceRemovals removals, Names names, Device device, int limit) {
        this.ask = ask;
        this.removals = removals;
        this.names = names;
        this.device = device;
        this.limit = limit;
    }

    /** One that may have to make place, and what is registered for the user under its token, if anything. */
    private record Candidate(Place place, @Nullable TokenEntry entry, boolean isLeftOver) {}

    Talk<Registration> start() {
        return Talk.both(ask.look(names.token()), ask.installation(names.installation()), this::looked)
                .then(Function.identity());
    }

    private Talk<Registration> looked(Look look, Optional<InstallationEntry> installation) {
        long registeredAt = Math.min(device.registeredAt().toEpochMilli(), look.now());
        if (look.deadSince() != null && registeredAt <= look.deadSince()) {
            return dead(installation, 0);
        }
        known = look.known();
        return Talk.both(reserve(), takePlace(List.of()), (change, place) -> change)
                .then(change -> change == Change.DEAD
                        ? settle().then(evicted -> dead(installation, evicted))
                        : takeInstallation(installation));
    }

    /** Writes a free token: nobody sees it before its installation has it. */
    private Talk<Change> reserve() {
        if (known != null) {
            return Talk.say(Change.DONE);
        }
        return ask.put(names, null, device).then(change -> {
            if (change == Change.CHANGED) {
                return ask.look(names.token()).map(look -> {
                    known = look.known();
                    return Change.DONE;
                });
            }
            reserved = change == Change.DONE;
            return Talk.say(change);
        });
    }

    private Talk<Taken> takePlace(List<Candidate> makePlace) {
        candidates = makePlace;
        return ask.takePlace(
                        names, limit, makePlace.stream().map(Candidate::place).toList())
                .then(taken -> {
                    UserPlaces full = taken.full();
                    gone = taken.gone();
                    return full == null ? Talk.say(taken) : inOrder(full).then(this::takePlace);
                });
    }

    /** Who makes place first: what is left over, then who was seen longest ago, and registrations under way in the end. */
    private Talk<List<Candidate>> inOrder(UserPlaces places) {
        List<Talk<Candidate>> looks = new ArrayList<>();
        for (Place place : places.all()) {
            if (!place.token().equals(names.token()) && !place.installation().equals(names.installation())) {
                looks.add(ask.look(place.token()).map(look -> {
                    TokenEntry entry =
                            look.known() != null && look.known().user().equals(names.user()) ? look.known() : null;
                    return new Candidate(
                            place, entry, entry == null && DeviceLookups.isSettled(place.wrote(), places.now()));
                }));
            }
        }
        return Talk.all(looks)
                .map(all -> all.stream()
                        .sorted(Comparator.comparing((Candidate c) -> !c.isLeftOver())
                                .thenComparing(c -> c.entry() == null)
                                .thenComparing(DeviceRegistration::byAge))
                        .toList());
    }

    private static int byAge(Candidate one, Candidate other) {
        TokenEntry a = one.entry();
        TokenEntry b = other.entry();
        return a == null || b == null
                ? Long.compare(one.place().wrote(), other.place().wrote())
                : Device.MOST_RECENT_FIRST.compare(b.device(), a.device());
    }

    private Talk<Registration> takeInstallation(Optional<InstallationEntry> installation) {
        return ask.takeInstallation(names, installation).then(from -> {
            before = from;
            return (reserved ? Talk.say(Change.DONE) : write())
                    .then(change -> settle())
                    .map(this::registration);
        });
    }

    /** Takes the token from whoever has it now. It may be dead meanwhile: then it was ours before. */
    private Talk<Change> write() {
        return ask.put(names, known, device)
                .then(change -> change != Change.CHANGED
                        ? Talk.say(change)
                        : ask.look(names.token()).then(look -> {
                            known = look.known();
                            return write();
                        }));
    }

    private Registration registration(int evicted) {
        boolean replaced = before.filter(this::isOtherToken).isPresent();
        boolean moved = (known != null && !known.user().equals(names.user()))
                || before.filter(this::isOtherToken)
                        .filter(entry -> !entry.user().equals(names.user()))
                        .isPresent();
        return new Registration(known == null ? Kind.NEW : Kind.REFRESHED, replaced, moved, evicted);
    }

    private boolean isOtherToken(InstallationEntry entry) {
        return !entry.token().equals(names.token());
    }

    /** Only who had the installation before loses it. */
    private Talk<Registration> dead(Optional<InstallationEntry> installation, int evicted) {
        Registration unchanged = new Registration(Kind.DEAD, false, false, evicted);
        if (installation.isEmpty()) {
            return Talk.say(unchanged);
        }
        return ask.look(installation.get().token()).then(look -> {
            TokenEntry other = look.known();
            return other == null
                            || !other.installation().equals(names.installation())
                            || other.user().equals(names.user())
                    ? Talk.say(unchanged)
                    : removals.remove(other, null).map(removed -> new Registration(Kind.DEAD, true, true, evicted));
        });
    }

    /** Frees what is not needed any more, and says how many devices have made place. */
    private Talk<Integer> settle() {
        List<Talk<Change>> freed = new ArrayList<>();
        TokenEntry was = known;
        if (was != null && !was.user().equals(names.user())) {
            freed.add(ask.freePlace(was.user(), was.token(), was.mark()));
        }
        if (was != null && !was.installation().equals(names.installation())) {
            freed.add(ask.freeInstallation(was.installation(), was.token(), was.mark()));
        }
        before.filter(this::isOtherToken).ifPresent(entry -> freed.add(removeReplaced(entry.token())));
        return Talk.both(
                        Talk.all(freed),
                        Talk.both(
                                ask.look(names.token()),
                                Talk.both(
                                        ask.installation(names.installation()), ask.places(names.user()), Settled::new),
                                this::settled),
                        (done, own) -> own)
                .then(Function.identity());
    }

    private record Settled(Optional<InstallationEntry> installation, UserPlaces places) {}

    private Talk<Change> removeReplaced(String token) {
        return ask.look(token).then(look -> {
            TokenEntry entry = look.known();
            return entry == null || !entry.installation().equals(names.installation())
                    ? Talk.say(Change.CHANGED)
                    : removals.remove(entry, null);
        });
    }

    /** Others may have come meanwhile, and may have freed nothing of ours, since we had not written it yet. */
    private Talk<Integer> settled(Look look, Settled others) {
        List<Talk<Change>> freed = new ArrayList<>();
        TokenEntry now = look.known();
        boolean own = now != null && now.mark().equals(names.mark());
        boolean hasInstallation = others.installation()
                .filter(entry -> entry.token().equals(names.token()))
                .isPresent();
        if (now != null && own && !(hasInstallation && others.places().has(names.token()))) {
            freed.add(removals.remove(now, null));
        }
        if (now == null || !now.user().equals(names.user())) {
            freed.add(ask.freePlace(names.user(), names.token(), names.mark()));
        }
        if (now == null || !now.installation().equals(names.installation())) {
            freed.add(ask.freeInstallation(names.installation(), names.token(), names.mark()));
        }
        Map<String, Candidate> byToken =
                candidates.stream().collect(Collectors.toMap(c -> c.place().token(), Function.identity()));
        int evicted = 0;
        for (String token : gone) {
            Candidate candidate = byToken.get(token);
            if (candidate != null) {
                evicted += candidate.isLeftOver() ? 0 : 1;
                if (candidate.entry() != null) {
                    freed.add(removals.remove(candidate.entry(), null));
                }
            }
        }
        int count = evicted;
        return Talk.all(freed).map(done -> count);
    }
}
