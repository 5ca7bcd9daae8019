package dev.notifykit.redis;

import dev.notifykit.limit.Gcra;
import dev.notifykit.limit.RateAsk;
import dev.notifykit.limit.RateGrant;
import dev.notifykit.limit.RateStore;
import dev.notifykit.push.Digest;
import java.time.Duration;
import java.util.List;

/** One call for permits, as {@code rate.lua} takes and answers it. Thread-safe. */
final class RateCall extends PendingCall<RateGrant> {

    private static final Script SCRIPT = Script.named("rate");
    private static final long NANOS_PER_MICRO = 1_000;

    private final ScriptCall script;

    RateCall(byte[] key, RateAsk ask, Clock clock, long deadline) {
        super(deadline);
        ScriptArgs args = new ScriptArgs()
                .add(clock.fine())
                .add(Double.toString(ask.perSecond()))
                .add(Gcra.BURST.toNanos() / NANOS_PER_MICRO)
                .add(RateStore.PRESENCE.toNanos() / NANOS_PER_MICRO)
                .add(Digest.of(ask.asker()))
                .add(ask.number())
                .add(ask.most());
        script = new ScriptCall(SCRIPT, List.of(key), args.list());
    }

    ScriptCall script() {
        return script;
    }

    /**
     * Takes what the script has answered.
     *
     * @param said as of {@link RedisLink#runAll}
     * @throws RuntimeException when it is a failure, or cannot be understood
     */
    void hear(Object said) {
        if (said instanceof RuntimeException failure) {
            throw failure;
        }
        ScriptAnswer reply = ScriptAnswer.of(said);
        switch (reply.word()) {
            case "OK" ->
                answer().complete(new RateGrant(
                        reply.integer(1), Duration.ofNanos(reply.number(2) * NANOS_PER_MICRO), reply.integer(3)));
            case "!FORMAT" ->
                throw new RedisFailure(
                        RedisFailure.Kind.DAMAGED, "a rate of a newer build, which this one cannot read");
            default -> throw new RedisFailure(RedisFailure.Kind.DAMAGED, "no rate, or not a whole one");
        }
    }
}
