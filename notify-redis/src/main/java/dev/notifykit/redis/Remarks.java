package dev.notifykit.redis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;

/** What is to be said about nodes: the same about many of them is one line. Not thread-safe. */
final class Remarks {

    private static final int NODES_NAMED = 3;

    private final Map<String, Set<String>> nodes = new LinkedHashMap<>();

    /** About them all, or about none that has an address. */
    void add(String text) {
        add(text, null);
    }

    void add(String text, @Nullable HostAndPort node) {
        Set<String> about = nodes.computeIfAbsent(text, t -> new TreeSet<>());
        if (node != null) {
            about.add(node.toString());
        }
    }

    /** In the order in which they were found. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        nodes.forEach((text, about) -> {
            String some = String.join(", ", about.stream().limit(NODES_NAMED).toList());
            String more = about.size() > NODES_NAMED ? " and " + (about.size() - NODES_NAMED) + " more" : "";
            lines.add(about.isEmpty() ? text : some + more + ": " + text);
        });
        return lines;
    }
}
