package dev.notifykit.redis;

import dev.notifykit.redis.DeviceQuestions.Look;
import dev.notifykit.redis.UserPlaces.Place;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who has what: finds devices, and tells those that are there from what is left over. Thread-safe. */
final class DeviceLookups {

    private final DeviceQuestions ask;

    DeviceLookups(DeviceQuestions ask) {
        this.ask = ask;
    }

    /**
     * What was found at a user's places.
     *
     * @param devices those that are registered
     * @param leftOver places for nothing, which no registration under way can mean
     * @param underWay places for nothing yet, or left over a moment ago
     */
    record Found(List<TokenEntry> devices, List<LeftOver> leftOver, List<LeftOver> underWay) {}

    /** A place, and what is kept under its token for this user without being registered, if anything. */
    record LeftOver(Place place, @Nullable TokenEntry entry) {}

    /** A place, what was found under its token, and what of that is registered. */
    private record Candidate(
            Place place,
            @Nullable TokenEntry known,
            @Nullable TokenEntry device) {}

    /** The device that is registered under a token. */
    Talk<Optional<TokenEntry>> find(String token) {
        return ask.look(token).then(look -> look.known() == null ? Talk.say(Optional.empty()) : confirm(look.known()));
    }

    /** The device that an installation has. Between two looks it may have been given another token: then it is looked at again. */
    Talk<Optional<TokenEntry>> findInstallation(String installation) {
        return ask.installation(installation)
                .then(has -> has.isEmpty() ? Talk.say(Optional.empty()) : findInstallation(installation, has.get()));
    }

    private Talk<Optional<TokenEntry>> findInstallation(String installation, InstallationEntry has) {
        return find(has.token()).then(found -> {
            Optional<TokenEntry> own =
                    found.filter(entry -> entry.installation().equals(installation));
            return own.isPresent()
                    ? Talk.say(own)
                    : ask.installation(installation)
                            .then(again -> again.isEmpty() || again.get().mark().equals(has.mark())
                                    ? Talk.say(Optional.empty())
                                    : findInstallation(installation, again.get()));
        });
    }

    /**
     * Whether a token is registered: its installation must have it, and its user a place for it. They are not read in one moment. So
     * when they disagree, the token is read again: had it not changed between, it was not registered when they were read.
     *
     * @return the entry, or what it has become meanwhile; empty when it is not registered
     */
    Talk<Optional<TokenEntry>> confirm(TokenEntry entry) {
        return Talk.both(
                        ask.installation(entry.installation()),
                        ask.places(entry.user()),
                        (installation, places) -> has(installation, entry.token()) && places.has(entry.token()))
                .then(agreed -> agreed
                        ? Talk.say(Optional.of(entry))
                        : ask.look(entry.token()).then(again -> confirmAgain(entry, again)));
    }

    private Talk<Optional<TokenEntry>> confirmAgain(TokenEntry before, Look again) {
        TokenEntry known = again.known();
        return known == null || known.isSameAs(before) ? Talk.say(Optional.empty()) : confirm(known);
    }

    /** What a user has. */
    Talk<Found> of(String user) {
        return ask.places(user)
                .then(places -> places.all().isEmpty()
                        ? Talk.say(new Found(List.of(), List.of(), List.of()))
                        : Talk.all(places.all().stream()
                                        .map(place -> candidate(user, place))
                                        .toList())
                                .then(candidates -> found(user, places, candidates)));
    }

    private Talk<Candidate> candidate(String user, Place place) {
        return Talk.both(
                        ask.look(place.token()),
                        ask.installation(place.installation()),
                        (look, installation) -> candidate(user, place, look.known(), installation))
                .then(talk -> talk);
    }

    private Talk<Candidate> candidate(
            String user, Place place, @Nullable TokenEntry known, Optional<InstallationEntry> installation) {
        if (known == null || !known.user().equals(user)) {
            return Talk.say(new Candidate(place, null, null));
        }
        if (known.installation().equals(place.installation()) && has(installation, known.token())) {
            return Talk.say(new Candidate(place, known, known));
        }
        return confirm(known)
                .map(device -> new Candidate(
                        place, known, device.filter(d -> d.user().equals(user)).orElse(null)));
    }

    private Talk<Found> found(String user, UserPlaces places, List<Candidate> candidates) {
        List<TokenEntry> devices = new ArrayList<>();
        List<LeftOver> leftOver = new ArrayList<>();
        List<LeftOver> underWay = new ArrayList<>();
        Set<String> installations = new HashSet<>();
        for (Candidate candidate : candidates) {
            TokenEntry device = candidate.device();
            if (device != null) {
                devices.add(device);
                if (!installations.add(device.installation())) {
                    return of(user); // it was given another token while we read
                }
            } else {
                boolean settled = isSettled(candidate.place().wrote(), places.now());
                (settled ? leftOver : underWay).add(new LeftOver(candidate.place(), candidate.known()));
            }
        }
        return Talk.say(new Found(devices, leftOver, underWay));
    }

    /** Whether what was written then cannot be part of a registration under way. */
    static boolean isSettled(long wrote, long now) {
        return wrote + DeviceQuestions.SETTLED.toMillis() < now;
    }

    private static boolean has(Optional<InstallationEntry> installation, String token) {
        return installation
                .filter(entry -> Objects.equals(entry.token(), token))
                .isPresent();
    }
}
