package dev.notifykit.redis;

import dev.notifykit.redis.RedisNodes.Answer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;

/**
 * One look at everything about a Redis that the stores depend on and cannot change. It goes on after each thing that it finds, so that its reader
 * learns of all of them at once. What it finds is told without passwords, keys and values. Not to be used twice.
 */
final class Inspection {

    /**
     * How far a host's clock may be away from that of Redis. Hosts say when a device was registered and when something is due; to such
     * times some seconds do nothing.
     */
    static final Duration MOST_SKEW = Duration.ofSeconds(5);

    private static final Script JOIN = Script.named("fleet_join");
    private static final String NO_EVICTION = "noeviction";
    private static final int SLOTS = 16_384;

    private final RedisLink link;
    private final RedisNodes.Kind kind;
    private final Supplier<List<Answer<NodeInfo>>> nodes;
    private final RedisSettings settings;
    private final Clock clock;
    private final Set<HostAndPort> plain;

    private final Remarks refusals = new Remarks();
    private final Remarks outages = new Remarks();
    private final Remarks warnings = new Remarks();
    private @Nullable RedisFailure outage;
    private @Nullable String fleet;

    /**
     * A look.
     *
     * @param link open to everybody
     * @param nodes asks them
     * @param plain to whom it is known to talk without encryption
     */
    Inspection(
            RedisLink link,
            RedisNodes.Kind kind,
            Supplier<List<Answer<NodeInfo>>> nodes,
            RedisSettings settings,
            Clock clock,
            Set<HostAndPort> plain) {
        this.link = link;
        this.kind = kind;
        this.nodes = nodes;
        this.settings = settings;
        this.clock = clock;
        this.plain = plain;
    }

    /**
     * Looks.
     *
     * @param join whether the fleet begins with this, if there is none
     */
    Findings look(boolean join) {
        List<Answer<NodeInfo>> answers = nodes.get();
        Map<HostAndPort, RedisFailure> silent = new HashMap<>();
        for (Answer<NodeInfo> answer : answers) {
            HostAndPort address = answer.address();
            NodeInfo info = answer.value();
            RedisFailure failure = answer.failure();
            if (info != null) {
                version(info, address);
                eviction(info, address);
                role(info, address);
            } else if (failure != null && address != null && kind == RedisNodes.Kind.CLUSTER && isOutage(failure)) {
                silent.put(address, failure);
            } else if (failure != null) {
                failed("the state of the node", address, failure);
            }
            if (address != null && !plain.isEmpty()) {
                encryption(address);
            }
        }
        plain.forEach(this::encryption);
        if (kind == RedisNodes.Kind.CLUSTER) {
            slots(answers, silent);
        }
        fleet(join);
        return new Findings(fleet, refusals.lines(), outages.lines(), outage, warnings.lines());
    }

    private void version(NodeInfo info, @Nullable HostAndPort node) {
        RedisVersion version = info.version().orElse(null);
        if (version == null) {
            warnings.add("it does not say its version, which must be at least " + RedisVersion.OLDEST, node);
        } else if (version.isTooOld()) {
            refusals.add("it is " + version + ", older than " + RedisVersion.OLDEST + " (update it)", node);
        } else if (version.isOpenToScripts()) {
            warnings.add(
                    "it is " + version
                            + ", out of which a script can break (CVE-2025-49844; update it, unless your distribution"
                            + " has mended it under that number)",
                    node);
        }
    }

    private void eviction(NodeInfo info, @Nullable HostAndPort node) {
        String policy = info.evictionPolicy();
        if (policy.isEmpty()) {
            warnings.add("it does not say its maxmemory-policy, which must be " + NO_EVICTION, node);
        } else if (!policy.equals(NO_EVICTION)) {
            (settings.allowsEviction() ? warnings : refusals)
                    .add(
                            "maxmemory-policy is " + policy + ": short of memory it drops messages without a word (set "
                                    + NO_EVICTION + ", or allow it by RedisSettings.Builder.allowEviction)",
                            node);
        }
    }

    private void role(NodeInfo info, @Nullable HostAndPort node) {
        if (info.isLoading()) {
            outages.add("it is loading its data", node);
        }
        if (kind == RedisNodes.Kind.CLUSTER) {
            return;
        }
        if (info.isOfCluster()) {
            refusals.add("it is a node of a cluster (use RedisConfig.cluster, or a RedisClusterClient)", node);
        } else if (info.isReplica()) {
            // Behind sentinels it was the primary a moment ago.
            (kind == RedisNodes.Kind.SENTINEL ? outages : refusals)
                    .add("it is a replica and takes no writes (use its primary)", node);
        }
    }

    private void encryption(HostAndPort node) {
        if (!isLoopback(node)) {
            warnings.add("what is said to this other host is not encrypted (RedisConfig.Builder.tls)", node);
        }
    }

    /** As the first node sees them that answers: they agree soon. */
    private void slots(List<Answer<NodeInfo>> answers, Map<HostAndPort, RedisFailure> silent) {
        for (Answer<NodeInfo> answer : answers) {
            NodeInfo info = answer.value();
            if (info == null || !info.isOfCluster()) {
                continue;
            }
            long covered = info.slots().stream()
                    .mapToLong(range -> range.last() - range.first() + 1)
                    .sum();
            if (covered < SLOTS) {
                refusals.add((SLOTS - covered) + " of the " + SLOTS + " slots have no node (assign them)");
            }
            info.slots().stream().map(NodeInfo.Slots::primary).distinct().forEach(primary -> {
                RedisFailure failure = silent.get(primary);
                if (failure != null) {
                    failed("a primary", primary, failure);
                }
            });
            return; // of others that are silent nobody needs anything: they are replicas, or have left
        }
        silent.forEach((node, failure) -> failed("a node", node, failure));
    }

    private void fleet(boolean join) {
        Map<String, Integer> mine = new LinkedHashMap<>();
        mine.put("schema", RedisKeys.SCHEMA);
        mine.put("partitions", settings.partitions());
        ScriptArgs args = new ScriptArgs().add(clock.shift()).add(join ? ScriptArgs.nonce() : "");
        mine.forEach((setting, value) -> args.add(setting).add(value));
        ScriptCall call = new ScriptCall(JOIN, List.of(new RedisKeys(settings).fleet()), args.list());
        try {
            long before = System.currentTimeMillis();
            ScriptAnswer answer = ScriptAnswer.of(link.run(call));
            long after = System.currentTimeMillis();
            switch (answer.word()) {
                case "OK" -> {
                    skew(answer.number(1), before, after);
                    fleet = answer.text(2);
                    int at = 3;
                    for (Map.Entry<String, Integer> setting : mine.entrySet()) {
                        frozen(setting.getKey(), setting.getValue(), answer.text(at++));
                    }
                }
                case "NONE" -> {
                    skew(answer.number(1), before, after);
                    fleet = Findings.NO_FLEET;
                }
                default ->
                    throw new RedisFailure(
                            RedisFailure.Kind.DAMAGED,
                            "'" + settings.prefix()
                                    + ":fleet' is nothing that this library wrote (use another prefix)");
            }
        } catch (RedisFailure failure) {
            failed("the script that looks for the fleet", null, failure);
        }
    }

    private void frozen(String setting, int mine, String fleets) {
        if (fleets.equals(Integer.toString(mine))) {
            return;
        }
        String whose = "the fleet under the prefix '" + settings.prefix() + "' has ";
        refusals.add(
                setting.equals("schema")
                        ? whose + "stored version " + fleets + ", this build stores version " + mine
                                + " (use a build for that one, or another prefix)"
                        : whose + fleets + " " + setting + ", this instance has " + mine + " (use " + fleets
                                + ", or another prefix)");
    }

    private void skew(long redis, long before, long after) {
        long away = redis < before ? before - redis : Math.max(0, redis - after);
        if (away > MOST_SKEW.toMillis()) {
            warnings.add("this host's clock is " + away / 1_000 + " s " + (redis < before ? "ahead of" : "behind")
                    + " that of Redis (set both by NTP)");
        }
    }

    private void failed(String what, @Nullable HostAndPort node, RedisFailure failure) {
        boolean passes = isOutage(failure);
        (passes ? outages : refusals).add(what + ": " + failure.getMessage(), node);
        if (passes && outage == null) {
            outage = failure;
        }
    }

    /** Whether it may pass by itself. A replica becomes a primary, or its client finds another. */
    private boolean isOutage(RedisFailure failure) {
        return switch (failure.kind()) {
            case DENIED, DAMAGED, ERROR, UNFIT -> false;
            case READ_ONLY -> kind != RedisNodes.Kind.SINGLE;
            case UNREACHABLE, TIMED_OUT, LOST, GAVE_UP, LOADING, OUT_OF_MEMORY, CLUSTER, BUSY, OVERLOADED, CLOSED ->
                true;
        };
    }

    private static boolean isLoopback(HostAndPort node) {
        try {
            return InetAddress.getByName(node.getHost()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false; // every host knows itself
        }
    }
}
