package dev.notifykit.dedup;

import dev.notifykit.push.Target;
import java.nio.charset.StandardCharsets;

/**
 * A target in a claim: a hash, so that no store holds addresses for it. Immutable.
 *
 * @param value 32 hexadecimal digits
 */
public record TargetDigest(String value) {

    /**
     * The digest of a target.
     *
     * @param target app, provider, environment and address
     * @return the same for equal targets, everywhere
     */
    public static TargetDigest of(Target target) {
        // NUL cannot occur in the names before the address.
        String whole = target.app() + "\0" + target.provider() + "\0" + target.environment() + "\0" + target.address();
        return new TargetDigest(Hashes.hash128(whole.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public String toString() {
        return value;
    }
}
