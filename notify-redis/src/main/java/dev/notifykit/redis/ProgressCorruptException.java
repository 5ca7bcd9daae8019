package dev.notifykit.redis;

import org.jspecify.annotations.Nullable;

/**
 * What Redis holds of a fan-out or a shard cannot be used: it is something else, not whole, or of a newer build. Repeating the call does
 * not help; other fan-outs are not concerned. It says where, and never what is stored there.
 */
public final class ProgressCorruptException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean newer;

    ProgressCorruptException(String where, String problem, boolean newer, @Nullable Throwable cause) {
        super(where + ": " + problem, cause);
        this.newer = newer;
    }

    static ProgressCorruptException damaged(String where, @Nullable Throwable cause) {
        return new ProgressCorruptException(where, "what is stored of it is not ours, or not whole", false, cause);
    }

    static ProgressCorruptException newer(String where) {
        return new ProgressCorruptException(
                where, "a newer build has stored it, and this one cannot read it", true, null);
    }

    /**
     * Whether nothing is damaged, but only too new for this build: instances of the newer one go on with it.
     *
     * @return true when a newer build has written it
     */
    public boolean isNewer() {
        return newer;
    }
}
