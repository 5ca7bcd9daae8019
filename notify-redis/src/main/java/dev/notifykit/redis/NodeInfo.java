package dev.notifykit.redis;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import redis.clients.jedis.BuilderFactory;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol;

/**
 * What a node says of itself, in {@code INFO} and, in a cluster, {@code CLUSTER SLOTS}: nothing that a user with few rights may not ask. Immutable.
 *
 * @param slots which slots are whose, as this node sees it; empty where there is no cluster
 */
record NodeInfo(Map<String, String> fields, List<Slots> slots) {

    /**
     * A range of slots.
     *
     * @param primary its node
     */
    record Slots(long first, long last, HostAndPort primary) {}

    static NodeInfo of(Connection node) {
        Map<String, String> fields = new HashMap<>();
        String info = BuilderFactory.STRING.build(node.executeCommand(Protocol.Command.INFO));
        info.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).trim());
            }
        });
        NodeInfo found = new NodeInfo(Map.copyOf(fields), List.of());
        return found.isOfCluster() ? new NodeInfo(found.fields, slots(node)) : found;
    }

    /** Empty when it does not say, or nothing that reads like a version. */
    Optional<RedisVersion> version() {
        String valkey = fields.get("valkey_version");
        return valkey != null
                ? RedisVersion.of(RedisVersion.Product.VALKEY, valkey)
                : RedisVersion.of(RedisVersion.Product.REDIS, fields.getOrDefault("redis_version", ""));
    }

    /** What it does when its memory is full. */
    String evictionPolicy() {
        return fields.getOrDefault("maxmemory_policy", "");
    }

    boolean isReplica() {
        return "slave".equals(fields.get("role"));
    }

    boolean isLoading() {
        return "1".equals(fields.get("loading"));
    }

    boolean isOfCluster() {
        return "1".equals(fields.get("cluster_enabled"));
    }

    private static List<Slots> slots(Connection node) {
        List<Slots> slots = new ArrayList<>();
        node.sendCommand(Protocol.Command.CLUSTER, "SLOTS");
        for (Object each : (List<?>) node.getOne()) {
            List<?> range = (List<?>) each;
            List<?> primary = (List<?>) range.get(2);
            String host = BuilderFactory.STRING.build(primary.get(0));
            // A node that was told of no address of its own gives none: it is the one that was asked.
            slots.add(new Slots(
                    (Long) range.get(0),
                    (Long) range.get(1),
                    new HostAndPort(
                            host == null || host.isEmpty()
                                    ? node.getHostAndPort().getHost()
                                    : host,
                            ((Long) primary.get(1)).intValue())));
        }
        return slots;
    }
}
