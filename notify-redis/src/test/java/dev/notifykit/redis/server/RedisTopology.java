package dev.notifykit.redis.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.RedisSentinelClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Processes that are one Redis for their clients: a single one, a primary with a replica and a sentinel, or a cluster of three.
 * {@link #nodes()} has the data; in a single Redis and with a sentinel the first of them starts as the primary. Not thread-safe.
 */
public final class RedisTopology implements AutoCloseable {

    public static final String PRIMARY_NAME = "primary";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SLOTS = 16_384;
    private static final int CLUSTER_NODES = 3;

    /** How soon a sentinel notices a dead primary: only one that {@link #killPrimary} has killed, not one that a busy machine leaves waiting. */
    private static final int DOWN_AFTER_MILLIS = 1_000;

    private static final int NEVER_DOWN_MILLIS = 600_000;

    /** When the nodes of a cluster take one of them for dead, and its slots for lost: no sooner than that, if it only stands still. */
    private static final int NODE_TIMEOUT_MILLIS = 30_000;

    /** Long enough for a machine that is ten times slower. */
    private static final JedisClientConfig PATIENT =
            DefaultJedisClientConfig.builder().timeoutMillis(20_000).build();

    /** How clients find it. */
    public enum Kind {
        SINGLE,
        SENTINEL,
        CLUSTER
    }

    private final Kind kind;
    private final List<RedisProcess> nodes;
    private final @Nullable RedisProcess sentinel;

    private RedisTopology(Kind kind, List<RedisProcess> nodes, @Nullable RedisProcess sentinel) {
        this.kind = kind;
        this.nodes = List.copyOf(nodes);
        this.sentinel = sentinel;
    }

    /** Starts one of a kind. */
    public static RedisTopology start(Kind kind, RedisBinary binary, String... options) {
        return switch (kind) {
            case SINGLE -> single(binary, options);
            case SENTINEL -> withSentinel(binary, options);
            case CLUSTER -> cluster(binary, options);
        };
    }

    /** Starts a single Redis. */
    public static RedisTopology single(RedisBinary binary, String... options) {
        return new RedisTopology(Kind.SINGLE, List.of(RedisProcess.start(binary, options)), null);
    }

    /** Starts a primary with a replica that is in step. */
    public static RedisTopology withReplica(RedisBinary binary, String... options) {
        return new RedisTopology(Kind.SINGLE, primaryAndReplica(binary, options), null);
    }

    /** Starts a primary, a replica that is in step, and a sentinel that knows both. */
    public static RedisTopology withSentinel(RedisBinary binary, String... options) {
        List<RedisProcess> nodes = primaryAndReplica(binary, options);
        RedisProcess sentinel = RedisProcess.start(
                binary,
                port -> List.of(
                        "sentinel monitor " + PRIMARY_NAME + " 127.0.0.1 "
                                + nodes.get(0).port() + " 1",
                        "sentinel down-after-milliseconds " + PRIMARY_NAME + " " + NEVER_DOWN_MILLIS,
                        "sentinel failover-timeout " + PRIMARY_NAME + " 5000"),
                "--sentinel");
        RedisTopology topology = new RedisTopology(Kind.SENTINEL, nodes, sentinel);
        try (Jedis jedis = sentinel.connect()) {
            topology.await(() -> jedis.sentinelReplicas(PRIMARY_NAME).size() == 1, "the sentinel finds no replica");
        }
        return topology;
    }

    /** Starts three primaries that share the slots. */
    public static RedisTopology cluster(RedisBinary binary, String... options) {
        List<String> all = new ArrayList<>(
                List.of("--cluster-enabled", "yes", "--cluster-node-timeout", "" + NODE_TIMEOUT_MILLIS));
        all.addAll(List.of(options));
        List<RedisProcess> nodes = new ArrayList<>();
        for (int i = 0; i < CLUSTER_NODES; i++) {
            nodes.add(RedisProcess.start(binary, all.toArray(String[]::new)));
        }
        RedisTopology topology = new RedisTopology(Kind.CLUSTER, nodes, null);
        for (int i = 0; i < CLUSTER_NODES; i++) {
            try (Jedis jedis = nodes.get(i).connect()) {
                jedis.clusterAddSlots(
                        IntStream.range(firstSlot(i), firstSlot(i + 1)).toArray());
                jedis.clusterMeet("127.0.0.1", nodes.get(0).port());
            }
        }
        topology.awaitClusterOk();
        return topology;
    }

    public Kind kind() {
        return kind;
    }

    public List<RedisProcess> nodes() {
        return nodes;
    }

    /** The first node: of a single Redis the only one. */
    public RedisProcess node() {
        return nodes.get(0);
    }

    public RedisProcess sentinel() {
        if (sentinel == null) {
            throw new IllegalStateException("there is no sentinel");
        }
        return sentinel;
    }

    public Set<HostAndPort> addresses() {
        return nodes.stream().map(RedisProcess::address).collect(Collectors.toSet());
    }

    /** A host's client, patient, otherwise as Jedis makes it. */
    public UnifiedJedis newClient() {
        return newClient(PATIENT);
    }

    /** A host's client. */
    public UnifiedJedis newClient(JedisClientConfig config) {
        return switch (kind) {
            case SINGLE ->
                RedisClient.builder()
                        .hostAndPort(node().address())
                        .clientConfig(config)
                        .build();
            case SENTINEL ->
                RedisSentinelClient.builder()
                        .masterName(PRIMARY_NAME)
                        .sentinels(Set.of(sentinel().address()))
                        .clientConfig(config)
                        .build();
            case CLUSTER ->
                RedisClusterClient.builder()
                        .nodes(addresses())
                        .clientConfig(config)
                        .build();
        };
    }

    /** Returns when the replica has said that it has everything, what it was asked for that included. */
    public void awaitReplica() {
        try (Jedis jedis = node().connect()) {
            await(
                    () -> {
                        String info = jedis.info("replication");
                        String replica = RedisProcess.field(info, "slave0");
                        return replica != null
                                && replica.contains(",offset=" + RedisProcess.field(info, "master_repl_offset") + ",");
                    },
                    "the replica does not say that it has everything");
        }
    }

    /** Kills the primary that a sentinel watches, so that its replica takes its place in a second or some more. */
    public void killPrimary() {
        node().killHard();
        try (Jedis jedis = sentinel().connect()) {
            jedis.sentinelSet(PRIMARY_NAME, Map.of("down-after-milliseconds", "" + DOWN_AFTER_MILLIS));
        }
    }

    /** Those that take writes at the moment. */
    public List<RedisProcess> primaries() {
        if (nodes.size() == 1) {
            return nodes;
        }
        return nodes.stream().filter(RedisTopology::isPrimary).toList();
    }

    /** Where a slot of a cluster is now. */
    public RedisProcess ownerOf(int slot) {
        try (UnifiedJedis client = newClient();
                Connection there = ((RedisClusterClient) client).getConnectionFromSlot(slot)) {
            int port = there.getHostAndPort().getPort();
            return nodes.stream()
                    .filter(node -> node.port() == port)
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static int firstSlot(int node) {
        return SLOTS * node / CLUSTER_NODES;
    }

    /** Returns when every node of the cluster believes that all is well. */
    public void awaitClusterOk() {
        for (RedisProcess node : nodes) {
            try (Jedis jedis = node.connect()) {
                await(
                        () -> {
                            String info = jedis.clusterInfo();
                            // Where it need not cover all slots it is ok before all are assigned.
                            return "ok".equals(RedisProcess.field(info, "cluster_state"))
                                    && ("" + SLOTS).equals(RedisProcess.field(info, "cluster_slots_assigned"))
                                    && ("" + CLUSTER_NODES).equals(RedisProcess.field(info, "cluster_known_nodes"));
                        },
                        "the cluster does not come together");
            }
        }
    }

    /** The ends of all logs, for a failed test. */
    public String logTails() {
        Set<RedisProcess> all = new HashSet<>(nodes);
        if (sentinel != null) {
            all.add(sentinel);
        }
        return all.stream()
                .map(process -> "---- " + process + "\n" + process.logTail())
                .collect(Collectors.joining("\n"));
    }

    /** Kills all. Idempotent. */
    @Override
    public void close() {
        if (sentinel != null) {
            sentinel.close();
        }
        nodes.forEach(RedisProcess::close);
    }

    @Override
    public String toString() {
        return kind + " of " + nodes;
    }

    private void await(BooleanSupplier condition, String failure) {
        Await.until(PATIENCE, condition, () -> failure + "\n" + logTails());
    }

    private static List<RedisProcess> primaryAndReplica(RedisBinary binary, String... options) {
        List<String> all = new ArrayList<>(List.of("--repl-diskless-sync-delay", "0"));
        all.addAll(List.of(options));
        RedisProcess primary = RedisProcess.start(binary, all.toArray(String[]::new));
        all.addAll(List.of("--replicaof", "127.0.0.1", "" + primary.port()));
        RedisProcess replica = RedisProcess.start(binary, all.toArray(String[]::new));
        RedisTopology pair = new RedisTopology(Kind.SINGLE, List.of(primary, replica), null);
        try (Jedis jedis = replica.connect()) {
            pair.await(
                    () -> "up".equals(RedisProcess.field(jedis.info("replication"), "master_link_status")),
                    "the replica does not follow");
        }
        return pair.nodes;
    }

    private static boolean isPrimary(RedisProcess node) {
        try (Jedis jedis = node.connect()) {
            return "master".equals(RedisProcess.field(jedis.info("replication"), "role"));
        } catch (JedisException down) {
            return false;
        }
    }
}
