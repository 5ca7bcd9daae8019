package dev.notifykit.internal.fanout;

import dev.notifykit.internal.work.HashedId;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.RequestId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * The request id of a row: a hash of (fan-out, shard, key), so that every attempt and every heir gives it the same one. Not
 * thread-safe.
 */
final class RequestIds {

    private final MessageDigest sha256 = HashedId.sha256();
    private final byte[] prefix;

    RequestIds(FanOutId fanOut, int shard) {
        // NUL cannot occur in an id, so no two (fan-out, shard, key) give the same bytes.
        prefix = (fanOut.value() + '\0' + shard + '\0').getBytes(StandardCharsets.UTF_8);
    }

    RequestId of(String key) {
        sha256.update(prefix);
        return HashedId.of(sha256.digest(key.getBytes(StandardCharsets.UTF_8)));
    }
}
