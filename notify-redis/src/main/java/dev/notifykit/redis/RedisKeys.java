package dev.notifykit.redis;

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.device.InstallationId;
import dev.notifykit.push.AppId;
import dev.notifykit.push.Digest;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.Target;
import dev.notifykit.push.UserId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What is where: the one place that knows the form of a key. Every key is {@code <prefix>:{<tag>}:<kind>…}; the keys of one script share their
 * tag, so that a cluster has them in one slot. What a host has named (users, events, tokens) is hashed, so that no name can be
 * mistaken for another key, and none can be read from one. Immutable.
 *
 * <table>
 *   <caption>Keys</caption>
 *   <tr><td>{@code fleet}</td><td>what was frozen when the prefix was first used; a hash, see {@code fleet_join.lua}</td></tr>
 *   <tr><td>{@code {p}:d:<hash>}</td><td>what is known of a dedup key; a string, see {@code dedup_rules.lua}</td></tr>
 *   <tr><td>{@code {p}:o}, {@code k l in y w q:… s z m g dlq dlo}</td><td>a partition of the queue, see {@code queue_rules.lua}</td></tr>
 *   <tr><td>{@code workers}</td><td>the instances that work on the queue; a sorted set, see {@code queue_attend.lua}</td></tr>
 *   <tr><td>{@code {p}:c:<token>}</td><td>what a device got lately; a string, see {@code cap.lua}</td></tr>
 *   <tr><td>{@code {rate}:r}</td><td>a rate that instances share; a hash, see {@code rate.lua}</td></tr>
 *   <tr><td>{@code fanouts}</td><td>the fan-outs that have not ended; a sorted set, see {@code fanouts_add.lua}</td></tr>
 *   <tr><td>{@code {f}:c}</td><td>a fan-out as a whole; a hash, see {@code fanout_rules.lua}</td></tr>
 *   <tr><td>{@code {f.n}:s}</td><td>its shard n; a hash, see {@code shard_rules.lua}</td></tr>
 *   <tr><td>{@code {f.n}:z}, {@code {f.n}:m}</td><td>the shard's parked rows: a sorted set of ids by due time, a hash</td></tr>
 *   <tr><td>{@code {f.n}:man:<p>}, {@code {f.n}:b:<p>}, {@code {f.n}:i:<p>}</td><td>rows, marks and intents of its open page p;
 *       strings</td></tr>
 *   <tr><td>{@code {tb}:t:<token>}</td><td>a registered token, its owner and its device: the truth; a string, see {@code device_rules.lua}</td></tr>
 *   <tr><td>{@code {tb}:x:<token>}</td><td>a dead token; a string with a time to live</td></tr>
 *   <tr><td>{@code {tb}:a}</td><td>the list of all registered tokens of a bucket, by apps; a sorted set, all with score 0, of
 *       8 bytes of the digest of the app and the digest of the token</td></tr>
 *   <tr><td>{@code {installation}:i}</td><td>the token of an installation; a string</td></tr>
 *   <tr><td>{@code {user}:u}</td><td>the tokens of a user; a hash of digests</td></tr>
 *   <tr><td>{@code {gh}:g:<topic>}</td><td>a topic; a string, see {@code topic_rules.lua}</td></tr>
 *   <tr><td>{@code {gh}:n}, {@code {gh}:e}</td><td>the topics whose digests begin with h, in the order of these; what of them has ended or will, by
 *       time; sorted sets</td></tr>
 *   <tr><td>{@code {topic/h}:g:<generation>}</td><td>the members of a topic whose positions begin with h; a sorted set, all with score 0</td></tr>
 *   <tr><td>{@code {user}:s}</td><td>what a user is in; a sorted set</td></tr>
 *   <tr><td>{@code {gh}:l}</td><td>erased users of whom something may be left over, by time; a sorted set</td></tr>
 * </table>
 *
 * <p>{@code p} is the partition of a dedup key or of a message id, {@code f} the hash of a fan-out's id, {@code b} the bucket of a
 * token, {@code h} a hexadecimal digit; tokens, installations (with their apps), users, topics and the names of rates are digests.
 */
final class RedisKeys {

    /** Of the digest, which is hexadecimal: more than any number of partitions needs. */
    private static final int PARTITION_DIGITS = 8;

    /** In how many parts the tokens are divided; it cannot be changed without moving them. Each lies in one slot of a cluster. */
    static final int TOKEN_BUCKETS = 64;

    private static final int LISTED_APP_DIGITS = 16;

    /**
     * The version of everything that is kept here: how keys are named, and what their values are. A build of another version must not
     * touch them; what grew within a version is told by the values themselves.
     */
    static final int SCHEMA = 1;

    private final String prefix;
    private final int partitions;

    RedisKeys(RedisSettings settings) {
        prefix = settings.prefix() + ":";
        partitions = settings.partitions();
    }

    /** What was frozen when the prefix was first used, in a slot of its own. */
    byte[] fleet() {
        return bytes(prefix + "fleet");
    }

    /** What is known of an event. */
    PartitionedKey dedup(DedupKey key) {
        String digest = Digest.of(key.id());
        int partition = partition(digest);
        return new PartitionedKey(partition, bytes(prefix + "{" + partition + "}:d:" + digest));
    }

    /** The partition of the queue for what has this digest: of a dedup key's id, that of its messages. */
    int queuePartitionOf(String digest) {
        return partition(digest);
    }

    /** A partition of the queue: its lease. The names of all its other keys are made of this one, by the scripts. */
    byte[] queue(int partition) {
        return bytes(prefix + "{" + partition + "}:o");
    }

    /** The instances that work on the queue. */
    byte[] queueInstances() {
        return bytes(prefix + "workers");
    }

    /** What a device got lately. */
    PartitionedKey cap(Target device) {
        String digest = device.digest();
        int partition = partition(digest);
        return new PartitionedKey(partition, bytes(prefix + "{" + partition + "}:c:" + digest));
    }

    /** A rate that instances share, by its name. */
    byte[] rate(String name) {
        return bytes(prefix + "{" + Digest.of(name) + "}:r");
    }

    /** The list of fan-outs, in a slot of its own. */
    byte[] fanOuts() {
        return bytes(prefix + "fanouts");
    }

    /** A fan-out as a whole. */
    byte[] fanOut(FanOutId id) {
        return bytes(prefix + "{" + Digest.of(id.value()) + "}:c");
    }

    ShardKeys shard(FanOutId id, int shard) {
        return new ShardKeys(prefix + "{" + Digest.of(id.value()) + "." + shard + "}:");
    }

    /** A user in keys and entries. */
    static String digest(UserId user) {
        return Digest.of(user.value());
    }

    /** An installation in keys and entries. NUL cannot occur in the name of an app. */
    static String digest(AppId app, InstallationId installation) {
        return Digest.of(app + "\0" + installation.value());
    }

    /** The bucket of a token: by its digest, so that the order of the buckets is that of the digests. */
    static int bucket(String token) {
        return Integer.parseInt(token, 0, 2, 16) / (256 / TOKEN_BUCKETS);
    }

    /** The buckets of a part of all tokens, in order. */
    static List<Integer> buckets(String part) {
        int each = TOKEN_BUCKETS / 16;
        return part.isEmpty()
                ? IntStream.range(0, TOKEN_BUCKETS).boxed().toList()
                : IntStream.range(0, each)
                        .mapToObj(i -> Integer.parseInt(part, 16) * each + i)
                        .toList();
    }

    /** An app on the list of tokens. Two apps may share it, which costs a look at the wrong tokens. */
    static String listed(AppId app) {
        return Digest.of(app.value()).substring(0, LISTED_APP_DIGITS);
    }

    /** The place of a token on its bucket's list. */
    static String listed(AppId app, String token) {
        return listed(app) + token;
    }

    /** The token at a place of the list. */
    static String tokenOf(String listed) {
        return listed.substring(LISTED_APP_DIGITS);
    }

    /** A registered token. */
    byte[] token(String token) {
        return bytes(prefix + "{t" + bucket(token) + "}:t:" + token);
    }

    /** A dead token. */
    byte[] deadToken(String token) {
        return bytes(prefix + "{t" + bucket(token) + "}:x:" + token);
    }

    /** All registered tokens of a bucket. */
    byte[] tokens(int bucket) {
        return bytes(prefix + "{t" + bucket + "}:a");
    }

    /** The token of an installation. */
    byte[] installation(String installation) {
        return bytes(prefix + "{" + installation + "}:i");
    }

    /** The form of the keys of users' tokens and of installations, as SCAN has it; a prefix has no glob characters. */
    static String pointers(RedisSettings settings) {
        return settings.prefix() + ":{*}:[iu]";
    }

    /** The tokens of a user. */
    byte[] places(String user) {
        return bytes(prefix + "{" + user + "}:u");
    }

    /** A topic. */
    byte[] topic(String topic) {
        return bytes(topics(topic) + "g:" + topic);
    }

    /** The list of topics among which one is, or that begin with a digit. */
    byte[] topicList(String topic) {
        return bytes(topics(topic) + "n");
    }

    /** What has ended of the topics among which one is, or that begin with a digit. */
    byte[] topicEnds(String topic) {
        return bytes(topics(topic) + "e");
    }

    /** The erased users among whom one is, or that begin with a digit. */
    byte[] leftUsers(String user) {
        return bytes(topics(user) + "l");
    }

    private String topics(String digest) {
        return prefix + "{g" + digest.charAt(0) + "}:";
    }

    /** The members of one part of a topic. */
    byte[] members(String topic, String generation, char part) {
        return bytes(prefix + "{" + topic + "/" + part + "}:g:" + generation);
    }

    /** What a user is in. */
    byte[] subscriptions(String user) {
        return bytes(prefix + "{" + user + "}:s");
    }

    /** The partition of what has this digest; the same in every instance and every build. */
    private int partition(String digest) {
        return (int) (Long.parseLong(digest, 0, PARTITION_DIGITS, 16) % partitions);
    }

    private static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.US_ASCII);
    }

    /** A key and the partition in which it lies. Immutable, if nobody changes the bytes. */
    static final class PartitionedKey {

        private final int partition;
        private final byte[] key;

        PartitionedKey(int partition, byte[] key) {
            this.partition = partition;
            this.key = key;
        }

        int partition() {
            return partition;
        }

        byte[] key() {
            return key;
        }

        @Override
        public String toString() {
            return "a key of partition " + partition;
        }
    }
}
