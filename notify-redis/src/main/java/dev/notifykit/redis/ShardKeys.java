package dev.notifykit.redis;

import java.nio.charset.StandardCharsets;

/** The keys of one shard, which lie in one slot. Made by {@link RedisKeys}. Immutable. */
final class ShardKeys {

    private final String base;

    /**
     * The keys.
     *
     * @param base what they begin with, with their tag
     */
    ShardKeys(String base) {
        this.base = base;
    }

    /** Lease, cursor, counters. */
    byte[] shard() {
        return key("s");
    }

    /** The parked rows' ids by due time. */
    byte[] due() {
        return key("z");
    }

    /** The parked rows by id. */
    byte[] parked() {
        return key("m");
    }

    /** The rows of an open page. */
    byte[] manifest(int page) {
        return key("man:" + page);
    }

    byte[] marks(int page) {
        return key("b:" + page);
    }

    byte[] intents(int page) {
        return key("i:" + page);
    }

    private byte[] key(String kind) {
        return (base + kind).getBytes(StandardCharsets.US_ASCII);
    }
}
