package dev.notifykit.redis;

import dev.notifykit.codec.PackFormat;
import dev.notifykit.codec.PackReader;
import dev.notifykit.fanout.FanOutCodec;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.fanout.ProgressStore.Command;
import dev.notifykit.fanout.ProgressStore.Launch;
import dev.notifykit.push.FanOutId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Fan-outs as wholes, and the list of those that have not ended. Thread-safe. */
final class FanOutTable {

    private static final Script CREATE = Script.named("fanout_create");
    private static final Script LOOK = Script.named("fanout_look");
    private static final Script NOTE = Script.named("fanout_note");
    private static final Script END = Script.named("fanout_end");
    private static final Script ADD = Script.named("fanouts_add");
    private static final Script REMOVE = Script.named("fanouts_remove");

    private static final PackFormat SHARDS = new PackFormat("list of shards", 'H', 1, 16 << 20);

    private final RedisLink redis;
    private final ProgressLink link;
    private final RedisKeys keys;
    private final Clock clock;
    private final FanOutCodec codec;

    FanOutTable(RedisLink redis, RedisKeys keys, Clock clock, FanOutCodec codec) {
        this.redis = redis;
        this.link = new ProgressLink(redis);
        this.keys = keys;
        this.clock = clock;
        this.codec = codec;
    }

    /** Three steps, as the list lies in another slot than the fan-out; {@code fanouts_add.lua} says why in this order. */
    Launch create(FanOutSpec spec, List<String> shards, OptionalLong estimatedTotal) {
        ScriptArgs args = new ScriptArgs()
                .add(clock.shift())
                .add(ScriptArgs.nonce())
                .add(codec.pack(spec))
                .add(SHARDS.pack(out -> out.texts(shards)))
                .add(shards.size())
                .add(estimatedTotal.isPresent() ? Long.toString(estimatedTotal.getAsLong()) : "");
        list(spec.id(), true);
        Launch launch = link.ask(where(spec.id()), CREATE, key(spec.id()), args, answer -> {
            if (answer.is("CREATED")) {
                return Launch.CREATED;
            }
            // Equal specs may have other bytes.
            return codec.unpackSpec(answer.bytes(1)).equals(spec) ? Launch.JOINED : Launch.CONFLICT;
        });
        if (launch == Launch.CREATED) {
            list(spec.id(), false);
        }
        return launch;
    }

    private void list(FanOutId id, boolean move) {
        ScriptArgs args = new ScriptArgs().add(clock.shift()).add(id.value()).add(move);
        link.tell("the list of fan-outs", ADD, List.of(keys.fanOuts()), args);
    }

    Optional<FanOutHead> look(FanOutId id) {
        return link.ask(where(id), LOOK, key(id), new ScriptArgs(), FanOutTable::head);
    }

    Optional<FanOutSpec> spec(FanOutId id) {
        return link.ask(
                where(id),
                LOOK,
                key(id),
                new ScriptArgs().add("spec"),
                answer -> head(answer).map(head -> codec.unpackSpec(answer.bytes(FanOutHead.PARTS))));
    }

    /** A fan-out, and how its audience has described its shards. */
    record Described(FanOutHead head, List<String> shards) {}

    Optional<Described> described(FanOutId id) {
        return link.ask(
                where(id),
                LOOK,
                key(id),
                new ScriptArgs().add("sh"),
                answer -> head(answer)
                        .map(head ->
                                new Described(head, SHARDS.unpack(answer.bytes(FanOutHead.PARTS), PackReader::texts))));
    }

    void command(FanOutId id, Command command) {
        note(id, new ScriptArgs().add("cmd").add(command.name()));
    }

    void waiting(FanOutId id, @Nullable String reason) {
        note(id, new ScriptArgs().add("wait").addOptional(reason));
    }

    private void note(FanOutId id, ScriptArgs args) {
        link.tell(where(id), NOTE, key(id), args);
    }

    /** Notes that all shards have ended. */
    void end(FanOutId id, FanOutHead head) {
        link.tell(
                where(id),
                END,
                key(id),
                new ScriptArgs().add(clock.shift()).add(head.generation()).add(ProgressStore.KEPT_AFTER_END));
    }

    /**
     * Who is on the list, and what is known of each: empty when there is no such fan-out.
     *
     * @throws ProgressUnavailableException for the list; else each has its own failure
     */
    Map<Listed, ProgressLink.Reply<Optional<FanOutHead>>> listed() {
        List<Listed> listed = ProgressLink.translated(
                "the list of fan-outs",
                () -> redis.call(jedis -> jedis.zrangeWithScores(keys.fanOuts(), 0, -1)).stream()
                        .flatMap(entry -> Listed.of(entry.getElement(), (long) entry.getScore()))
                        .toList());
        List<ProgressLink.Reply<Optional<FanOutHead>>> replies = link.askAll(
                listed.stream()
                        .map(entry -> new ProgressLink.Question(
                                where(entry.id()), new ScriptCall(LOOK, key(entry.id()), List.of())))
                        .toList(),
                FanOutTable::head);
        Map<Listed, ProgressLink.Reply<Optional<FanOutHead>>> all = new LinkedHashMap<>();
        for (int i = 0; i < listed.size(); i++) {
            all.put(listed.get(i), replies.get(i));
        }
        return all;
    }

    /** Takes a fan-out that has ended off the list. */
    void unlist(FanOutId id) {
        unlist(id, "", Duration.ZERO);
    }

    /**
     * Takes an entry off the list, unless the fan-out came there again.
     *
     * @param age how long ago it must have come
     */
    void unlist(Listed entry, Duration age) {
        unlist(entry.id(), Long.toString(entry.micros()), age);
    }

    private void unlist(FanOutId id, String micros, Duration age) {
        ScriptArgs args =
                new ScriptArgs().add(clock.shift()).add(id.value()).add(micros).add(age.toNanos() / 1_000);
        link.tell("the list of fan-outs", REMOVE, List.of(keys.fanOuts()), args);
    }

    /**
     * An entry of the list.
     *
     * @param micros when it came
     */
    record Listed(FanOutId id, long micros) {

        /** None when it is no id: somebody else's. */
        static Stream<Listed> of(String id, long micros) {
            try {
                return Stream.of(new Listed(FanOutId.of(id), micros));
            } catch (IllegalArgumentException foreign) {
                return Stream.empty();
            }
        }
    }

    private List<byte[]> key(FanOutId id) {
        return List.of(keys.fanOut(id));
    }

    private static String where(FanOutId id) {
        return "fan-out " + id;
    }

    private static Optional<FanOutHead> head(ScriptAnswer answer) {
        return answer.is("NONE") ? Optional.empty() : Optional.of(FanOutHead.of(answer));
    }
}
