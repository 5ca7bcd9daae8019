package dev.notifykit.redis;

import dev.notifykit.redis.RedisKeys.PartitionedKey;

/**
 * A call about one key that a script takes among many, and answers with one text. Thread-safe.
 *
 * @param <T> its answer
 */
abstract class BatchCall<T> extends PendingCall<T> {

    private final PartitionedKey key;
    private final byte[] text;

    /**
     * A call.
     *
     * @param text as the script takes it; not to be changed
     * @param deadline by {@link System#nanoTime()}
     */
    BatchCall(PartitionedKey key, byte[] text, long deadline) {
        super(deadline);
        this.key = key;
        this.text = text;
    }

    final int partition() {
        return key.partition();
    }

    final byte[] key() {
        return key.key();
    }

    final byte[] text() {
        return text;
    }

    /**
     * What a verdict of the script means.
     *
     * @throws RedisFailure when it is none, or says that the key cannot be used
     */
    abstract T read(String verdict);
}
