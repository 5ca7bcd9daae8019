package dev.notifykit.redis;

import dev.notifykit.push.TopicName;
import dev.notifykit.topic.TopicCodec;
import dev.notifykit.topic.TopicMember;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The single questions of which the calls of a {@link RedisTopicStore} are made, each one of its scripts. Immutable, thread-safe. */
final class TopicQuestions {

    private static final Script LOOK = Script.named("topic_look");
    private static final Script CREATE = Script.named("topic_create");
    private static final Script EXPIRE = Script.named("topic_expire");
    private static final Script DELETE = Script.named("topic_delete");
    private static final Script FORGET = Script.named("topic_forget");
    private static final Script PAGE = Script.named("lexical_page");
    private static final Script DUE = Script.named("due");
    private static final Script DUE_PUT = Script.named("due_put");
    private static final Script DUE_DROP = Script.named("due_drop");
    private static final Script ADD = Script.named("members_add");
    private static final Script REMOVE = Script.named("members_remove");
    private static final Script HAVE = Script.named("members_have");
    private static final Script SUBSCRIPTIONS = Script.named("subscriptions_look");
    private static final Script SUBSCRIPTIONS_ADD = Script.named("subscriptions_add");
    private static final Script SUBSCRIPTIONS_FREE = Script.named("subscriptions_free");

    private static final byte[] NONE = {};
    private static final byte[] FIRST = {'-'};
    private static final byte[] END = {'+'};
    private static final long SETTLED = DeviceQuestions.SETTLED.toMillis();

    private final RedisKeys keys;
    private final Clock clock;

    TopicQuestions(RedisKeys keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /** What became of a topic that was to be created, and what is there now. */
    record Created(boolean now, TopicEntry topic) {}

    /** A generation of a topic that has ended. */
    record Ended(String topic, String generation, boolean settled) {}

    /** Some of a sorted set: how many are in it, and those, hexadecimal. */
    record Page(long size, List<String> members) {}

    /** What a user may be in, and of which no call under way can be. */
    record Listed(Subscription subscription, boolean settled) {}

    /** Who is due, and since when. */
    record Due(String who, String since) {

        @Override
        public String toString() {
            return "Due";
        }
    }

    // ---- topics ----

    Talk<Optional<TopicEntry>> look(String topic) {
        return Talk.ask(
                new ScriptCall(LOOK, List.of(keys.topic(topic)), List.of(clock.shift())),
                answer -> Optional.ofNullable(TopicEntry.read(answer.bytes(0))));
    }

    Talk<Created> create(TopicName name, String generation, @Nullable Duration timeToLive) {
        String topic = name.digest();
        return Talk.ask(
                new ScriptCall(
                        CREATE,
                        List.of(keys.topic(topic), keys.topicList(topic), keys.topicEnds(topic)),
                        List.of(clock.shift(), raw(generation), raw(topic), ascii(name.value()), millis(timeToLive))),
                answer -> {
                    TopicEntry known = TopicEntry.read(answer.bytes(1));
                    if (known == null) {
                        throw unknown();
                    }
                    return new Created(answer.text(0).equals("CREATED"), known);
                });
    }

    Talk<Boolean> expire(String topic, @Nullable Duration timeToLive) {
        return Talk.ask(
                new ScriptCall(
                        EXPIRE,
                        List.of(keys.topic(topic), keys.topicEnds(topic)),
                        List.of(clock.shift(), raw(topic), millis(timeToLive))),
                answer -> answer.text(0).equals("DONE"));
    }

    Talk<Boolean> delete(TopicEntry topic) {
        return Talk.ask(
                new ScriptCall(
                        DELETE,
                        List.of(
                                keys.topic(topic.digest()),
                                keys.topicList(topic.digest()),
                                keys.topicEnds(topic.digest())),
                        List.of(clock.shift(), raw(topic.generation()), raw(topic.digest()))),
                answer -> true);
    }

    /** Whether nothing of an ended topic is left. */
    Talk<Boolean> forget(Ended ended) {
        return Talk.ask(
                new ScriptCall(
                        FORGET,
                        List.of(
                                keys.topic(ended.topic()),
                                keys.topicList(ended.topic()),
                                keys.topicEnds(ended.topic())),
                        List.of(clock.shift(), raw(ended.generation()), raw(ended.topic()), number(SETTLED))),
                answer -> answer.text(0).equals("DONE"));
    }

    /** Some topics of a part, after a digest or from the start: digests and names, hexadecimal. */
    Talk<Page> topics(String part, String after, int count) {
        byte[] from = after.isEmpty() ? FIRST : bound(after + "ff");
        return page(keys.topicList(part), from, count);
    }

    Talk<List<Ended>> ended(String part, int count) {
        return Talk.ask(
                new ScriptCall(DUE, List.of(keys.topicEnds(part)), List.of(clock.shift(), number(count))), answer -> {
                    List<Ended> ended = new ArrayList<>();
                    for (int i = 1; i + 1 < answer.size(); i += 2) {
                        String entry = HexFormat.of().formatHex(answer.bytes(i));
                        boolean settled = answer.number(i + 1) + SETTLED < answer.number(0);
                        ended.add(new Ended(entry.substring(0, 32), entry.substring(32), settled));
                    }
                    return ended;
                });
    }

    // ---- members ----

    /**
     * Some members of one part of a topic.
     *
     * @param after the digest of a user, to begin with that user's first, or a position, as listings name them; empty at the start
     */
    Talk<Page> members(String topic, String generation, char part, String after, int count) {
        return page(keys.members(topic, generation, part), from(after), count);
    }

    private static byte[] from(String after) {
        int dot = after.indexOf('.');
        if (dot < 0) {
            return after.isEmpty() ? FIRST : bound(after);
        }
        return bound(Subscription.at("", "", after).position() + "ff");
    }

    private Talk<Page> page(byte[] key, byte[] from, int count) {
        return Talk.ask(new ScriptCall(PAGE, List.of(key), List.of(from, END, number(count))), answer -> {
            List<String> members = new ArrayList<>();
            for (int i = 1; i < answer.size(); i++) {
                members.add(HexFormat.of().formatHex(answer.bytes(i)));
            }
            return new Page(answer.number(0), members);
        });
    }

    Talk<Boolean> add(TopicEntry topic, Collection<TopicMember> members) {
        Map<Character, List<byte[]>> byPart = new LinkedHashMap<>();
        for (TopicMember member : members) {
            Subscription subscription = Subscription.at("", "", member.position());
            List<byte[]> args = byPart.computeIfAbsent(subscription.part(), part -> new ArrayList<>());
            args.add(raw(subscription.position()));
            args.add(TopicCodec.pack(member));
        }
        return Talk.all(byPart.entrySet().stream()
                        .map(part -> Talk.ask(
                                new ScriptCall(
                                        ADD,
                                        List.of(keys.members(topic.digest(), topic.generation(), part.getKey())),
                                        part.getValue()),
                                answer -> true))
                        .toList())
                .map(done -> true);
    }

    /** Removes members, of whichever topics. */
    Talk<Boolean> remove(Collection<Subscription> subscriptions) {
        return Talk.all(byKey(subscriptions).values().stream()
                        .map(some -> Talk.ask(new ScriptCall(REMOVE, List.of(key(some)), positions(some)), a -> true))
                        .toList())
                .map(done -> true);
    }

    /** Which of some are members, of whichever topics. */
    Talk<Set<Subscription>> have(Collection<Subscription> subscriptions) {
        return Talk.all(byKey(subscriptions).values().stream()
                        .map(some -> Talk.ask(new ScriptCall(HAVE, List.of(key(some)), positions(some)), answer -> {
                            Set<Subscription> have = new HashSet<>();
                            for (int i = 0; i < some.size(); i++) {
                                if (answer.number(i) == 1) {
                                    have.add(some.get(i));
                                }
                            }
                            return have;
                        }))
                        .toList())
                .map(all -> all.stream().flatMap(Set::stream).collect(Collectors.toSet()));
    }

    private static Map<List<Object>, List<Subscription>> byKey(Collection<Subscription> subscriptions) {
        return grouped(subscriptions, s -> List.of(s.topic(), s.generation(), s.part()));
    }

    private static <K> Map<K, List<Subscription>> grouped(
            Collection<Subscription> subscriptions, Function<Subscription, K> key) {
        return subscriptions.stream().collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()));
    }

    private byte[] key(List<Subscription> some) {
        Subscription first = some.get(0);
        return keys.members(first.topic(), first.generation(), first.part());
    }

    private static List<byte[]> positions(List<Subscription> some) {
        return some.stream().map(subscription -> raw(subscription.position())).toList();
    }

    // ---- users ----

    Talk<List<Listed>> subscriptions(String user) {
        return Talk.ask(
                new ScriptCall(SUBSCRIPTIONS, List.of(keys.subscriptions(user)), List.of(clock.shift())), answer -> {
                    List<Listed> listed = new ArrayList<>();
                    for (int i = 1; i + 1 < answer.size(); i += 2) {
                        Subscription subscription =
                                Subscription.listed(user, HexFormat.of().formatHex(answer.bytes(i)));
                        listed.add(new Listed(subscription, answer.number(i + 1) + SETTLED < answer.number(0)));
                    }
                    return listed;
                });
    }

    /** Those for which there was no room. */
    Talk<Set<Subscription>> note(Collection<Subscription> subscriptions, int limit) {
        return Talk.all(grouped(subscriptions, Subscription::user).entrySet().stream()
                        .map(user -> note(user.getKey(), user.getValue(), limit))
                        .toList())
                .map(all -> all.stream().flatMap(Set::stream).collect(Collectors.toSet()));
    }

    private Talk<Set<Subscription>> note(String user, List<Subscription> some, int limit) {
        List<byte[]> args = new ArrayList<>(List.of(clock.shift(), number(limit)));
        some.forEach(subscription -> args.add(raw(subscription.entry())));
        return Talk.ask(new ScriptCall(SUBSCRIPTIONS_ADD, List.of(keys.subscriptions(user)), args), answer -> {
            Set<Subscription> refused = new HashSet<>();
            for (int i = 0; i < some.size(); i++) {
                if (answer.number(i) == 0) {
                    refused.add(some.get(i));
                }
            }
            return refused;
        });
    }

    /**
     * Takes them off their users' lists, but for those which a call under way may just make true.
     *
     * @param ended whether no call can make them true any more, as their topics have ended
     * @return how many are left
     */
    Talk<Long> free(Collection<Subscription> subscriptions, boolean ended) {
        return Talk.all(grouped(subscriptions, Subscription::user).entrySet().stream()
                        .map(user -> free(user.getKey(), user.getValue(), ended))
                        .toList())
                .map(left -> left.stream().mapToLong(Long::longValue).sum());
    }

    private Talk<Long> free(String user, List<Subscription> some, boolean ended) {
        List<byte[]> args = new ArrayList<>(List.of(clock.shift(), number(ended ? -1 : SETTLED)));
        some.forEach(subscription -> args.add(raw(subscription.entry())));
        return Talk.ask(
                new ScriptCall(SUBSCRIPTIONS_FREE, List.of(keys.subscriptions(user)), args),
                answer -> answer.number(0));
    }

    /** Something may be left over of this user, whom nobody will ask for. */
    Talk<Boolean> leave(String user) {
        return Talk.ask(
                new ScriptCall(
                        DUE_PUT, List.of(keys.leftUsers(user)), List.of(clock.shift(), raw(user), number(2 * SETTLED))),
                answer -> true);
    }

    Talk<List<Due>> left(String part, int count) {
        return Talk.ask(
                new ScriptCall(DUE, List.of(keys.leftUsers(part)), List.of(clock.shift(), number(count))), answer -> {
                    List<Due> left = new ArrayList<>();
                    for (int i = 1; i + 1 < answer.size(); i += 2) {
                        left.add(new Due(HexFormat.of().formatHex(answer.bytes(i)), answer.text(i + 1)));
                    }
                    return left;
                });
    }

    Talk<Boolean> forgetLeft(Due left) {
        return Talk.ask(
                new ScriptCall(
                        DUE_DROP, List.of(keys.leftUsers(left.who())), List.of(raw(left.who()), ascii(left.since()))),
                answer -> true);
    }

    private static byte[] bound(String hex) {
        ByteArrayOutputStream bound = new ByteArrayOutputStream();
        bound.write('['); // of ZRANGEBYLEX: from here on
        bound.writeBytes(raw(hex));
        return bound.toByteArray();
    }

    private static RedisFailure unknown() {
        return new RedisFailure(RedisFailure.Kind.ERROR, "an answer that the script does not give");
    }

    private static byte[] raw(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static byte[] millis(@Nullable Duration duration) {
        return duration == null ? NONE : number(duration.plusNanos(999_999).toMillis());
    }

    private static byte[] number(long number) {
        return ascii(Long.toString(number));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
