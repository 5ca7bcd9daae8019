package dev.notifykit.redis;

import dev.notifykit.device.Device;
import dev.notifykit.device.DeviceCodec;
import dev.notifykit.redis.UserPlaces.Place;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The single questions of which the calls of a {@link RedisDeviceStore} are made, each one of its scripts. Immutable, thread-safe. */
final class DeviceQuestions {

    /**
     * After that long no registration is under way any more: a call sends nothing after its timeout, which is a minute at most. What it has left
     * behind is taken for left over from then on.
     */
    static final Duration SETTLED = Duration.ofMinutes(3);

    private static final Script LOOK = Script.named("token_look");
    private static final Script PUT = Script.named("token_put");
    private static final Script SEEN = Script.named("token_seen");
    private static final Script BURY = Script.named("token_bury");
    private static final Script REMOVE = Script.named("token_remove");
    private static final Script PAGE = Script.named("lexical_page");
    private static final Script LISTED_FREE = Script.named("listed_free");
    private static final Script DEAD = Script.named("token_dead");
    private static final Script INSTALLATION_LOOK = Script.named("installation_look");
    private static final Script INSTALLATION_TAKE = Script.named("installation_take");
    private static final Script INSTALLATION_FREE = Script.named("installation_free");
    private static final Script PLACES_LOOK = Script.named("places_look");
    private static final Script PLACES_TAKE = Script.named("places_take");
    private static final Script PLACES_FREE = Script.named("places_free");

    private static final byte[] NONE = {};
    private static final byte[] END = {'+'};
    private static final int TOKEN_BYTES = 16;
    private static final long LATEST = 1L << 46;

    private final RedisKeys keys;
    private final Clock clock;

    DeviceQuestions(RedisKeys keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /** What a token was when it was looked at. */
    record Look(@Nullable TokenEntry known, @Nullable Long deadSince, long now) {}

    /** Whom a registration is about: hexadecimal digests, and its mark. */
    record Names(String token, String user, String installation, String mark) {

        @Override
        public String toString() {
            return "Names";
        }
    }

    /** What became of a change that hangs on nobody else having changed anything. */
    enum Change {
        DONE,
        CHANGED,
        DEAD,
        KEPT,
        SEEN
    }

    /**
     * What became of a registration that asked for a place.
     *
     * @param gone the tokens that made place
     * @param full what is there, when there was no place
     */
    record Taken(List<String> gone, @Nullable UserPlaces full) {}

    /** Some of a bucket's list: how many are on it, and where those stand. */
    record Page(int bucket, long size, List<String> listed) {}

    Talk<Look> look(String token) {
        return Talk.ask(
                new ScriptCall(LOOK, List.of(keys.token(token), keys.deadToken(token)), List.of(clock.shift())),
                answer -> new Look(
                        TokenEntry.read(token, answer.bytes(0)),
                        answer.bytes(1).length == 0 ? null : answer.number(1),
                        answer.number(2)));
    }

    Talk<Change> put(Names names, @Nullable TokenEntry known, Device device) {
        return Talk.ask(
                new ScriptCall(
                        PUT,
                        tokenKeys(names.token()),
                        List.of(
                                clock.shift(),
                                known == null ? NONE : raw(known.mark()),
                                raw(names.mark()),
                                raw(RedisKeys.listed(device.target().app(), names.token())),
                                millis(device.registeredAt()),
                                millis(device.lastSeen()),
                                packed(device))),
                DeviceQuestions::change);
    }

    Talk<Optional<TokenEntry>> seen(String token, Instant at) {
        return Talk.ask(
                new ScriptCall(SEEN, List.of(keys.token(token)), List.of(clock.shift(), millis(at))),
                answer -> Optional.ofNullable(TokenEntry.read(token, answer.bytes(0))));
    }

    Talk<Change> bury(String token, @Nullable TokenEntry known, Instant since, Duration ttl) {
        return Talk.ask(
                new ScriptCall(
                        BURY,
                        tokenKeys(token),
                        List.of(
                                clock.shift(),
                                known == null ? NONE : raw(known.mark()),
                                known == null ? NONE : raw(known.listed()),
                                millis(since),
                                number(ttl.toMillis()))),
                DeviceQuestions::change);
    }

    /**
     * Removes a token, if it is what it was.
     *
     * @param seenBefore only if it was last seen before that; null: in any case
     */
    Talk<Change> remove(TokenEntry known, @Nullable Instant seenBefore) {
        return Talk.ask(
                new ScriptCall(
                        REMOVE,
                        List.of(keys.token(known.token()), keys.tokens(RedisKeys.bucket(known.token()))),
                        List.of(
                                raw(known.mark()),
                                raw(known.listed()),
                                seenBefore == null ? NONE : millis(seenBefore))),
                DeviceQuestions::change);
    }

    /**
     * Some tokens of a bucket's list.
     *
     * @param app only of that one, as it is listed; empty: of all
     * @param after the place on the list after which to begin, empty at the start
     */
    Talk<Page> page(int bucket, String app, String after, long count) {
        byte[] from = after.isEmpty() ? bound(app, "") : bound(after, "00");
        byte[] to = app.isEmpty() ? END : bound(app, "ff".repeat(TOKEN_BYTES + 1));
        return Talk.ask(
                new ScriptCall(PAGE, List.of(keys.tokens(bucket)), List.of(from, to, number(count))), answer -> {
                    List<String> listed = new ArrayList<>();
                    for (int i = 1; i < answer.size(); i++) {
                        listed.add(HexFormat.of().formatHex(answer.bytes(i)));
                    }
                    return new Page(bucket, answer.number(0), listed);
                });
    }

    private static byte[] bound(String listed, String more) {
        return raw("5b" + listed + more); // the bracket of ZRANGEBYLEX: from here on
    }

    /** Takes a token off the list that is not registered. */
    Talk<Change> freeListed(String place) {
        String token = RedisKeys.tokenOf(place);
        return Talk.ask(
                new ScriptCall(
                        LISTED_FREE,
                        List.of(keys.token(token), keys.tokens(RedisKeys.bucket(token))),
                        List.of(raw(place))),
                DeviceQuestions::change);
    }

    /** Which of some tokens are dead; all of one bucket. */
    Talk<List<String>> dead(List<String> tokens) {
        return Talk.ask(
                new ScriptCall(DEAD, tokens.stream().map(keys::deadToken).toList(), List.of()), answer -> {
                    List<String> dead = new ArrayList<>();
                    for (int i = 0; i < tokens.size(); i++) {
                        if (answer.number(i) == 1) {
                            dead.add(tokens.get(i));
                        }
                    }
                    return dead;
                });
    }

    Talk<Optional<InstallationEntry>> installation(String installation) {
        return Talk.ask(
                new ScriptCall(INSTALLATION_LOOK, List.of(keys.installation(installation)), List.of()),
                answer -> Optional.ofNullable(InstallationEntry.read(answer.bytes(0))));
    }

    /** Takes the installation from whoever has it by then, and says who that was. */
    Talk<Optional<InstallationEntry>> takeInstallation(Names names, Optional<InstallationEntry> before) {
        ScriptCall take = new ScriptCall(
                INSTALLATION_TAKE,
                List.of(keys.installation(names.installation())),
                List.of(
                        clock.shift(),
                        before.map(entry -> raw(entry.mark())).orElse(NONE),
                        raw(names.mark()),
                        raw(names.token()),
                        raw(names.user())));
        return Talk.ask(take, answer -> answer)
                .then(answer -> change(answer) == Change.DONE
                        ? Talk.say(before)
                        : takeInstallation(names, Optional.ofNullable(InstallationEntry.read(answer.bytes(1)))));
    }

    /** For when the token is not this installation's any more: then only a registration under way may have given it that. */
    Talk<Change> freeInstallation(String installation, String token, String mark) {
        return freeInstallation(installation, free(token, mark));
    }

    /** For when the token may be this installation's all the same, under another mark. */
    Talk<Change> freeInstallation(Place place) {
        return freeInstallation(
                place.installation(), List.of(clock.shift(), raw(place.token()), raw(place.mark()), number(LATEST)));
    }

    private Talk<Change> freeInstallation(String installation, List<byte[]> args) {
        return Talk.ask(
                new ScriptCall(INSTALLATION_FREE, List.of(keys.installation(installation)), args),
                DeviceQuestions::change);
    }

    Talk<UserPlaces> places(String user) {
        return Talk.ask(
                new ScriptCall(PLACES_LOOK, List.of(keys.places(user)), List.of(clock.shift())),
                answer -> UserPlaces.read(answer, 0));
    }

    Talk<Taken> takePlace(Names names, int limit, List<Place> makePlace) {
        List<byte[]> args = new ArrayList<>(List.of(
                clock.shift(), number(limit), raw(names.token()), raw(names.installation()), raw(names.mark())));
        makePlace.forEach(place -> {
            args.add(raw(place.token()));
            args.add(raw(place.mark()));
        });
        return Talk.ask(
                new ScriptCall(PLACES_TAKE, List.of(keys.places(names.user())), args), answer -> switch (answer.text(
                        0)) {
                    case "DONE" -> {
                        List<String> gone = new ArrayList<>();
                        for (int i = 1; i < answer.size(); i++) {
                            gone.add(HexFormat.of().formatHex(answer.bytes(i)));
                        }
                        yield new Taken(gone, null);
                    }
                    case "FULL" -> new Taken(List.of(), UserPlaces.read(answer, 1));
                    default -> throw unknown();
                });
    }

    Talk<Change> freePlace(String user, String token, String mark) {
        return Talk.ask(
                new ScriptCall(PLACES_FREE, List.of(keys.places(user)), free(token, mark)), DeviceQuestions::change);
    }

    private List<byte[]> tokenKeys(String token) {
        return List.of(keys.token(token), keys.deadToken(token), keys.tokens(RedisKeys.bucket(token)));
    }

    private List<byte[]> free(String token, String mark) {
        return List.of(clock.shift(), raw(token), raw(mark), number(SETTLED.toMillis()));
    }

    /** The times stand before it, where scripts can change them. */
    private static byte[] packed(Device device) {
        return DeviceCodec.pack(device.toBuilder()
                .registeredAt(Instant.EPOCH)
                .lastSeen(Instant.EPOCH)
                .build());
    }

    private static Change change(Talk.Answer answer) {
        return switch (answer.text(0)) {
            case "DONE" -> Change.DONE;
            case "CHANGED" -> Change.CHANGED;
            case "DEAD" -> Change.DEAD;
            case "KEPT" -> Change.KEPT;
            case "SEEN" -> Change.SEEN;
            default -> throw unknown();
        };
    }

    private static RedisFailure unknown() {
        return new RedisFailure(RedisFailure.Kind.ERROR, "an answer that the script does not give");
    }

    private static byte[] raw(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    /** Whatever is before 1970 was before every registration; 46 bits are far in the future. */
    private static byte[] millis(Instant time) {
        if (time.isBefore(Instant.EPOCH)) {
            return number(-1);
        }
        return number(time.isAfter(Instant.ofEpochMilli(LATEST)) ? LATEST : time.toEpochMilli());
    }

    private static byte[] number(long number) {
        return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
    }
}
