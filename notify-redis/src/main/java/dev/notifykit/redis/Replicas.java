package dev.notifykit.redis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisNoScriptException;
import redis.clients.jedis.exceptions.JedisRedirectionException;

/**
 * Runs scripts so that replicas have what they have written. WAIT speaks of the connection it is on, and of nothing else: on another one it answers well
 * of what no replica has. So scripts and WAIT go through one connection of the scripts' node; a cluster's nodes are asked one after the other. Thread-safe; calls block.
 */
final class Replicas {

    /** As many as Jedis keeps in a pool, each of which may be broken, and some for a slot that moves. */
    private static final int MAX_ROUNDS = 10;

    private final RedisLink link;
    private final Durability durability;

    Replicas(RedisLink link, Durability durability) {
        this.link = link;
        this.durability = durability;
    }

    /**
     * What became of a script.
     *
     * @param answer as of {@link RedisLink#runAll}
     * @param replicas how many have what it has written
     */
    record Kept(Object answer, int replicas) {}

    List<Kept> runAll(List<ScriptCall> calls) {
        Kept[] kept = new Kept[calls.size()];
        onTheirNodes(calls).forEach(places -> run(calls, places, kept));
        return List.of(kept);
    }

    /** The places of those that may share a connection. */
    private List<List<Integer>> onTheirNodes(List<ScriptCall> calls) {
        List<Integer> all = IntStream.range(0, calls.size()).boxed().toList();
        if (!link.isCluster()) {
            return List.of(all);
        }
        Map<Integer, List<Integer>> bySlot = new LinkedHashMap<>();
        all.forEach(place -> bySlot.computeIfAbsent(RedisLink.slotOf(calls.get(place)), slot -> new ArrayList<>())
                .add(place));
        return List.copyOf(bySlot.values());
    }

    private void run(List<ScriptCall> calls, List<Integer> places, Kept[] kept) {
        List<Integer> open = places;
        boolean whole = false;
        for (int round = 1; !open.isEmpty(); round++) {
            List<Kept> answers = once(open.stream().map(calls::get).toList(), whole);
            List<Integer> again = new ArrayList<>();
            for (int i = 0; i < open.size(); i++) {
                int place = open.get(i);
                kept[place] = known(answers.get(i));
                if (round < MAX_ROUNDS
                        && goesOn(calls.get(place), answers.get(i).answer())) {
                    whole |= answers.get(i).answer() instanceof JedisNoScriptException;
                    again.add(place);
                }
            }
            open = again;
        }
    }

    private static Kept known(Kept one) {
        return one.answer() instanceof RuntimeException thrown ? new Kept(RedisFailure.of(thrown), 0) : one;
    }

    /** Whether it is worth another round; every script may be run again. */
    private boolean goesOn(ScriptCall call, Object answer) {
        if (answer instanceof JedisRedirectionException) {
            link.run(call); // which follows, and learns where the slot is
            return true;
        }
        return answer instanceof JedisNoScriptException
                || (answer instanceof RuntimeException thrown
                        && RedisFailure.of(thrown).kind() == RedisFailure.Kind.LOST);
    }

    private List<Kept> once(List<ScriptCall> calls, boolean whole) {
        try {
            return link.onOneConnection(calls.get(0), pipeline -> {
                List<Response<Object>> answers = calls.stream()
                        .map(call -> RedisLink.send(pipeline, call, whole))
                        .toList();
                Response<Object> replicas = waitFor(pipeline);
                pipeline.sync();
                int acknowledged = Math.toIntExact((Long) replicas.get());
                return answers.stream()
                        .map(answer -> new Kept(RedisLink.answerOf(answer), acknowledged))
                        .toList();
            });
        } catch (RuntimeException e) {
            return calls.stream().map(call -> new Kept(e, 0)).toList();
        }
    }

    private Response<Object> waitFor(AbstractPipeline pipeline) {
        return pipeline.sendCommand(
                Protocol.Command.WAIT,
                Integer.toString(durability.replicas()),
                Long.toString(durability.patience().toMillis()));
    }
}
