package dev.notifykit.redis;

import org.jspecify.annotations.Nullable;

/** Which token an installation has, and whose it was given for; hexadecimal digests, the mark of the registration, and when it was written. */
record InstallationEntry(String token, String user, String mark, long wrote) {

    private static final int SIZE = 48;

    /** What a value says, null for an empty one. */
    static @Nullable InstallationEntry read(byte[] value) {
        if (value.length == 0) {
            return null;
        }
        if (value[0] > 1 && value[0] < ' ') {
            throw new RedisFailure(RedisFailure.Kind.DAMAGED, "an installation of a newer build");
        }
        if (value.length < SIZE || value[0] != 1) {
            throw new RedisFailure(RedisFailure.Kind.DAMAGED, "no installation, or not a whole one");
        }
        return new InstallationEntry(
                TokenEntry.hex(value, 2, 18),
                TokenEntry.hex(value, 18, 34),
                TokenEntry.hex(value, 34, 42),
                TokenEntry.number(value, 42));
    }

    @Override
    public String toString() {
        return "InstallationEntry";
    }
}
