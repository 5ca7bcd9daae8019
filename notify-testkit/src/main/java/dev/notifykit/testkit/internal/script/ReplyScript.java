package dev.notifykit.testkit.internal.script;

import dev.notifykit.testkit.internal.journal.Mix;
import dev.notifykit.testkit.reply.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the reply to each valid request: the token's script, else the reply set for all, else the shares, else success. Shares
 * are drawn from (seed, token) or (seed, token, number of this token's attempt), so a run repeats whatever its timing. Thread-safe.
 */
public final class ReplyScript {
    private static final long TOKEN_DRAW = 0x70c1;
    private static final long ATTEMPT_DRAW = 0xa77e;
    private static final long LATENCY_DRAW = 0x1a7e;

    private final long seed;
    private final long minLatencyNanos;
    private final long latencySpanNanos;
    private final List<Share> tokenShares;
    private final List<Share> attemptShares;
    private final AttemptCounter attempts = new AttemptCounter();
    private final Map<String, TokenScript> scripts = new ConcurrentHashMap<>();
    private volatile @Nullable Reply forAll;

    /** Takes what the builder collected. */
    public ReplyScript(
            long seed, Duration minLatency, Duration maxLatency, List<Share> tokenShares, List<Share> attemptShares) {
        this.seed = seed;
        this.minLatencyNanos = minLatency.toNanos();
        this.latencySpanNanos = maxLatency.toNanos() - minLatencyNanos;
        this.tokenShares = List.copyOf(tokenShares);
        this.attemptShares = List.copyOf(attemptShares);
    }

    /** The replies to the token's next attempts; the last one stays. */
    public void script(String token, List<Reply> replies) {
        scripts.put(token, new TokenScript(replies, new AtomicInteger()));
    }

    /** Takes the token's script away. */
    public void unscript(String token) {
        scripts.remove(token);
    }

    /** One reply for every token without a script; null: back to the shares. */
    public void forAll(@Nullable Reply reply) {
        forAll = reply;
    }

    /** Chooses the reply to one more attempt of the given token. */
    public Plan next(String token) {
        long tokenHash = Mix.hash64(token, seed);
        int attempt = attempts.next(tokenHash);
        Reply reply = choose(token, tokenHash, attempt);
        Duration own = reply.latency();
        return new Plan(reply, own != null ? own.toNanos() : latencyNanos(tokenHash, attempt));
    }

    private Reply choose(String token, long tokenHash, int attempt) {
        TokenScript script = scripts.get(token);
        if (script != null) {
            return script.next();
        }
        Reply all = forAll;
        if (all != null) {
            return all;
        }
        Reply reply = Share.pick(tokenShares, Mix.unit(Mix.mix64(tokenHash ^ TOKEN_DRAW)));
        if (reply == null) {
            reply = Share.pick(attemptShares, Mix.unit(Mix.mix64(tokenHash ^ Mix.mix64(ATTEMPT_DRAW + attempt))));
        }
        return reply != null ? reply : Reply.ok();
    }

    private long latencyNanos(long tokenHash, int attempt) {
        if (latencySpanNanos == 0) {
            return minLatencyNanos;
        }
        double draw = Mix.unit(Mix.mix64(tokenHash ^ Mix.mix64(LATENCY_DRAW - attempt)));
        return minLatencyNanos + (long) (draw * latencySpanNanos);
    }

    /**
     * A chosen reply.
     *
     * @param reply what to do
     * @param latencyNanos when, from the arrival of the request
     */
    public record Plan(Reply reply, long latencyNanos) {}

    private record TokenScript(List<Reply> replies, AtomicInteger position) {
        Reply next() {
            int index = position.getAndUpdate(i -> Math.min(i + 1, replies.size() - 1));
            return replies.get(index);
        }
    }
}
