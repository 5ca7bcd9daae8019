package dev.notifykit.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol;

/**
 * Walks over the keys of one form, a step at a time, from one primary to the next, in the order of their addresses. For what no list leads to, and where nothing
 * hangs on finding all: a node that is restarted or loses slots between two steps may have keys that are never met. Thread-safe.
 */
final class KeyScan {

    private static final Pattern CURSOR = Pattern.compile("([A-Za-z0-9.:_\\[\\]-]*)\\|(\\d{1,20})");

    private final RedisLink link;
    private final RedisNodes nodes;

    KeyScan(RedisLink link, RedisNodes nodes) {
        this.link = link;
        this.nodes = nodes;
    }

    /**
     * Some keys.
     *
     * @param next where the next step begins; null: that was all
     */
    record Step(List<String> keys, @Nullable String next) {

        @Override
        public String toString() {
            return "Step[" + keys.size() + " keys]";
        }
    }

    /**
     * Makes a step, on a thread of the link's.
     *
     * @param glob the form of the keys
     * @param cursor where the step before ended; empty at the start
     * @param count how many keys of whatever form it looks at, about
     * @throws IllegalArgumentException when the cursor is none
     */
    CompletionStage<Step> step(String glob, String cursor, int count) {
        Matcher place = CURSOR.matcher(cursor.isEmpty() ? "|0" : cursor);
        if (!place.matches()) {
            throw new IllegalArgumentException("the cursor of a repair is one that a report has named");
        }
        String node = place.group(1);
        String at = place.group(2);
        return CompletableFuture.supplyAsync(() -> link.call(client -> step(glob, node, at, count)), link.executor());
    }

    private Step step(String glob, String node, String at, int count) {
        List<String> names = nodes.names();
        String first = names.stream()
                .filter(name -> name.compareTo(node) >= 0)
                .findFirst()
                .orElse(null);
        if (first == null) {
            return new Step(List.of(), null); // the last one has left
        }
        String after = names.stream()
                .filter(name -> name.compareTo(first) > 0)
                .findFirst()
                .map(name -> name + "|0")
                .orElse(null);
        String from = first.equals(node) ? at : "0";
        RedisNodes.Answer<Step> answer = nodes.ask(first, connection -> scan(connection, glob, from, count));
        if (answer.failure() != null) {
            throw answer.failure();
        }
        Step step = Objects.requireNonNull(answer.value());
        return new Step(step.keys(), step.next() == null ? after : first + "|" + step.next());
    }

    /** A replica has what its primary has. */
    private static Step scan(Connection node, String glob, String at, int count) {
        if (NodeInfo.of(node).isReplica()) {
            return new Step(List.of(), null);
        }
        node.sendCommand(Protocol.Command.SCAN, at, "MATCH", glob, "COUNT", Integer.toString(count));
        List<?> answer = (List<?>) node.getOne();
        String next = text(answer.get(0));
        return new Step(((List<?>) answer.get(1)).stream().map(KeyScan::text).toList(), next.equals("0") ? null : next);
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.US_ASCII);
    }
}
