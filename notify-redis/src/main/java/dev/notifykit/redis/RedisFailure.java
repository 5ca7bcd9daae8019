package dev.notifykit.redis;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisClusterOperationException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Redis did not do what it was asked, or did not say so. The stores turn it into their own exceptions, with this one as the cause.
 * Its message holds neither keys nor values.
 */
final class RedisFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What an error reply may quote of a command. */
    private static final Pattern QUOTED =
            Pattern.compile("[`'\"][^`'\"]*[`'\"]|, with args beginning with.*", Pattern.DOTALL);

    private static final int LONGEST_REPLY = 200;

    /** What went wrong. */
    enum Kind {
        /** Nobody listens, or the pool had no connection to spare: surely nothing was run. */
        UNREACHABLE("Redis cannot be reached"),
        /** No answer in time: it may have run, or may run yet. */
        TIMED_OUT("Redis did not answer in time"),
        /** The connection broke: it may have run. */
        LOST("the connection to Redis was lost"),
        /** Jedis tried several nodes, or one several times: any of them may have run it. */
        GAVE_UP("the cluster did not answer after several attempts"),
        /** A replica, perhaps one that was a primary until a moment ago. */
        READ_ONLY("this Redis is a replica and takes no writes"),
        /** It has just started, or lost its primary. */
        LOADING("Redis is not ready yet"),
        OUT_OF_MEMORY("Redis is out of memory"),
        /** Slots are on their way to another node, or nobody has them. */
        CLUSTER("the cluster cannot answer for this slot now"),
        /** A script runs for too long, or the disk cannot be written, or replicas are missing. */
        BUSY("Redis refuses writes now"),
        DENIED("Redis denies access"),
        /** A value that is not ours, or not whole, or from a newer build. */
        DAMAGED("what is stored there cannot be used"),
        /** Our own bound: more calls wait than may. */
        OVERLOADED("too many calls wait for Redis"),
        CLOSED("this store is closed"),
        /** Found when it was looked at, before anything was stored. */
        UNFIT("this Redis must not be used as it is"),
        /** Anything else that Redis says. */
        ERROR("Redis answered with an error");

        private final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    /** The first word of what Redis says; any other is an {@link Kind#ERROR}. */
    private static final Map<String, Kind> CODES = Map.ofEntries(
            Map.entry("READONLY", Kind.READ_ONLY),
            Map.entry("LOADING", Kind.LOADING),
            Map.entry("MASTERDOWN", Kind.LOADING),
            Map.entry("OOM", Kind.OUT_OF_MEMORY),
            Map.entry("TRYAGAIN", Kind.CLUSTER),
            Map.entry("CLUSTERDOWN", Kind.CLUSTER),
            Map.entry("MOVED", Kind.CLUSTER),
            Map.entry("ASK", Kind.CLUSTER),
            Map.entry("CROSSSLOT", Kind.CLUSTER),
            Map.entry("BUSY", Kind.BUSY),
            Map.entry("MISCONF", Kind.BUSY),
            Map.entry("NOREPLICAS", Kind.BUSY),
            Map.entry("NOAUTH", Kind.DENIED),
            Map.entry("NOPERM", Kind.DENIED),
            Map.entry("WRONGPASS", Kind.DENIED),
            Map.entry("WRONGTYPE", Kind.DAMAGED));

    private final Kind kind;
    private final String detail;

    /**
     * A failure of our own finding.
     *
     * @param detail without keys and values; empty for none
     */
    RedisFailure(Kind kind, String detail) {
        this(kind, detail, null);
    }

    private RedisFailure(Kind kind, String detail, @Nullable Throwable cause) {
        super(detail.isEmpty() ? kind.text : kind.text + ": " + detail, cause);
        this.kind = kind;
        this.detail = detail;
    }

    /** What a Jedis client threw. */
    static RedisFailure of(Throwable thrown) {
        if (thrown instanceof RedisFailure failure) {
            return failure;
        }
        if (thrown instanceof JedisDataException reply) {
            return reply(String.valueOf(reply.getMessage()), reply instanceof JedisAccessControlException);
        }
        Kind kind = kind(thrown);
        // These name hosts, not keys.
        return new RedisFailure(kind, kind == Kind.ERROR ? thrown.getClass().getSimpleName() : "", thrown);
    }

    /** The same, for somebody else whom it also concerns. */
    RedisFailure again() {
        return new RedisFailure(kind, detail, this);
    }

    Kind kind() {
        return kind;
    }

    /** Whether Redis may have done it all the same, or may do it yet. */
    boolean mayHaveRun() {
        return kind == Kind.TIMED_OUT || kind == Kind.LOST || kind == Kind.GAVE_UP;
    }

    /** The cause is left out: an error reply may quote what it is about. */
    private static RedisFailure reply(String message, boolean denied) {
        for (Map.Entry<String, Kind> known : CODES.entrySet()) {
            String code = known.getKey() + " ";
            // Before 7.0 a script's error comes wrapped: "ERR Error running script (…): @user_script:5: -OOM command
            // …".
            if (message.startsWith(code) || message.contains(" -" + code) || message.contains(": " + code)) {
                return new RedisFailure(known.getValue(), known.getKey());
            }
        }
        String text = QUOTED.matcher(message).replaceAll("…");
        text = text.length() > LONGEST_REPLY ? text.substring(0, LONGEST_REPLY) + "…" : text;
        return new RedisFailure(denied ? Kind.DENIED : Kind.ERROR, text);
    }

    private static Kind kind(Throwable thrown) {
        if (thrown instanceof JedisClusterOperationException) {
            return Kind.GAVE_UP;
        }
        if (neverConnected(thrown)) {
            return Kind.UNREACHABLE;
        }
        if (thrown instanceof JedisConnectionException) {
            return causedBy(thrown, SocketTimeoutException.class) ? Kind.TIMED_OUT : Kind.LOST;
        }
        // A pipeline that has broken leaves its responses unset.
        return thrown instanceof IllegalStateException ? Kind.LOST : Kind.ERROR;
    }

    private static boolean neverConnected(Throwable thrown) {
        String message = String.valueOf(thrown.getMessage());
        return thrown instanceof JedisException
                && (message.startsWith("Failed to connect")
                        || message.startsWith("Could not get a resource")
                        || causedBy(thrown, ConnectException.class));
    }

    private static boolean causedBy(Throwable thrown, Class<? extends Throwable> type) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return true;
            }
        }
        return false;
    }
}
