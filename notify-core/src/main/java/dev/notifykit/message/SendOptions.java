package dev.notifykit.message;

import dev.notifykit.lane.Admission;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.retry.UnknownPolicy;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How one direct send is treated, where it differs from the client's own rules. Immutable. */
public final class SendOptions {

    private static final SendOptions DEFAULTS = builder().build();

    private final @Nullable RetryPolicy retryPolicy;
    private final UnknownPolicy unknownPolicy;
    private final @Nullable Admission admission;

    private SendOptions(Builder b) {
        retryPolicy = b.retryPolicy;
        unknownPolicy = b.unknownPolicy;
        admission = b.admission;
    }

    /**
     * The client's own rules.
     *
     * @return the defaults
     */
    public static SendOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Starts from the client's own rules.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * When it is tried again.
     *
     * @return the policy; empty: the client's
     */
    public Optional<RetryPolicy> retryPolicy() {
        return Optional.ofNullable(retryPolicy);
    }

    /**
     * What to do after an attempt that may have been accepted.
     *
     * @return {@link UnknownPolicy#RETRY_COLLAPSED} unless set
     */
    public UnknownPolicy unknownPolicy() {
        return unknownPolicy;
    }

    /**
     * What happens when the lane is full.
     *
     * @return the rule; empty: the lane's
     */
    public Optional<Admission> admission() {
        return Optional.ofNullable(admission);
    }

    /** Builds {@link SendOptions}. Not thread-safe. */
    public static final class Builder {

        private @Nullable RetryPolicy retryPolicy;
        private UnknownPolicy unknownPolicy = UnknownPolicy.RETRY_COLLAPSED;
        private @Nullable Admission admission;

        private Builder() {}

        /**
         * When it is tried again.
         *
         * @param value the policy, for instance {@link RetryPolicy#none()}
         * @return this
         */
        public Builder retryPolicy(RetryPolicy value) {
            retryPolicy = Objects.requireNonNull(value, "retryPolicy");
            return this;
        }

        /**
         * What to do after an attempt that may have been accepted.
         *
         * @param value the policy
         * @return this
         */
        public Builder unknownPolicy(UnknownPolicy value) {
            unknownPolicy = Objects.requireNonNull(value, "unknownPolicy");
            return this;
        }

        /**
         * What happens when the lane is full.
         *
         * @param value the rule
         * @return this
         */
        public Builder admission(Admission value) {
            admission = Objects.requireNonNull(value, "admission");
            return this;
        }

        /**
         * Builds the options.
         *
         * @return the options
         */
        public SendOptions build() {
            return new SendOptions(this);
        }
    }
}
