package dev.notifykit.redis;

import java.util.List;

/** Whatever runs scripts: a {@link RedisLink}, or in tests one that is worse. Thread-safe. */
interface ScriptRunner {

    /**
     * Runs a script.
     *
     * @return what it answers: {@code byte[]}, {@code Long}, or a list of those
     * @throws RedisFailure when it did not, or nobody knows
     */
    Object run(ScriptCall call);

    /**
     * Runs many scripts in one round trip to each node.
     *
     * @return for each call what it answers, as of {@link #run}, or the {@link RedisFailure}
     */
    List<Object> runAll(List<ScriptCall> calls);
}
