package dev.notifykit.dedup;

import dev.notifykit.push.Target;

/**
 * A target in a claim: a hash, so that no store holds addresses for it. Immutable.
 *
 * @param value 32 hexadecimal digits, lower case
 */
public record TargetDigest(String value) {

    private static final int LENGTH = 32;

    /** Checks the value: an address given by mistake never gets into a store. */
    public TargetDigest {
        if (value.length() != LENGTH || !value.chars().allMatch(TargetDigest::isDigit)) {
            throw new IllegalArgumentException("a target's digest has " + LENGTH + " hexadecimal digits, this has not");
        }
    }

    /**
     * The digest of a target.
     *
     * @param target app, provider, environment and address
     * @return the same for equal targets, everywhere
     */
    public static TargetDigest of(Target target) {
        return new TargetDigest(target.digest());
    }

    private static boolean isDigit(int c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }

    @Override
    public String toString() {
        return value;
    }
}
