package dev.notifykit.internal.dedup;

import dev.notifykit.result.SendResult;
import org.jspecify.annotations.Nullable;

/** What a request must hold while it is attempted. Thread-safe. */
public interface Hold {

    /** For a request that needs none. */
    Hold NONE = new Hold() {
        @Override
        public @Nullable SendResult lost() {
            return null;
        }

        @Override
        public boolean inForce() {
            return true;
        }

        @Override
        public void regain(Runnable then) {
            then.run();
        }
    };

    /**
     * How the request ends because the hold is gone.
     *
     * @return the end; null while it is not gone
     */
    @Nullable
    SendResult lost();

    /**
     * Whether an attempt may begin on what is known; it goes out of force by itself when nothing has been heard of it for long.
     *
     * @return false: {@link #regain} first
     */
    boolean inForce();

    /**
     * Finds out anew; afterwards it is in force, or lost.
     *
     * @param then runs after that, on any thread
     */
    void regain(Runnable then);
}
