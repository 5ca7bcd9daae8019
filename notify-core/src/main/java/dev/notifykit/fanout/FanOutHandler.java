package dev.notifykit.fanout;

import dev.notifykit.lane.LaneKey;
import dev.notifykit.push.Notification;
import dev.notifykit.push.Problems;
import dev.notifykit.result.ResultSink;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an instance needs in order to work on fan-outs of one name: who the recipients are, over which lanes they are reached, what each
 * is told, and where the results go. Registered under its name when the client is built. Immutable, if the functions given
 * to it are thread-safe.
 */
public final class FanOutHandler {

    private final String name;
    private final Function<Map<String, String>, Audience> audience;
    private final Set<LaneKey> lanes;
    private final @Nullable BiFunction<Notification, AudienceRow, Notification> renderer;
    private final @Nullable ResultSink sink;

    private FanOutHandler(Builder b, Function<Map<String, String>, Audience> audience) {
        name = b.name;
        this.audience = audience;
        lanes = Set.copyOf(b.lanes);
        renderer = b.renderer;
        sink = b.sink;
    }

    /**
     * Starts a handler.
     *
     * @param name what specs call it
     * @return a new builder
     */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    /**
     * What specs call it.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * The recipients for these parameters. Called at launch, and by every instance that begins to work on the fan-out.
     *
     * @param parameters from the spec
     * @return the audience
     */
    public Audience audience(Map<String, String> parameters) {
        return audience.apply(parameters);
    }

    /**
     * The lanes it needs: an instance without all of them leaves the fan-out to others, and a row of any other lane is rejected.
     *
     * @return an unmodifiable set
     */
    public Set<LaneKey> lanes() {
        return lanes;
    }

    /**
     * What one recipient is told.
     *
     * @param notification from the spec
     * @param row the recipient
     * @return the notification itself, unless there is a renderer
     */
    public Notification render(Notification notification, AudienceRow row) {
        return renderer == null ? notification : renderer.apply(notification, row);
    }

    /**
     * Where the results go.
     *
     * @return the sink, if there is one
     */
    public Optional<ResultSink> sink() {
        return Optional.ofNullable(sink);
    }

    @Override
    public String toString() {
        return "FanOutHandler[" + name + " over " + lanes + "]";
    }

    /** Builds a {@link FanOutHandler}. Not thread-safe. */
    public static final class Builder {

        private final String name;
        private final Set<LaneKey> lanes = new LinkedHashSet<>();
        private @Nullable Function<Map<String, String>, Audience> audience;
        private @Nullable BiFunction<Notification, AudienceRow, Notification> renderer;
        private @Nullable ResultSink sink;

        private Builder(String name) {
            this.name = name;
        }

        /**
         * The recipients, whatever the parameters.
         *
         * @param value the audience
         * @return this
         */
        public Builder audience(Audience value) {
            return audience(parameters -> value);
        }

        /**
         * The recipients for the parameters of a spec.
         *
         * @param value thread-safe
         * @return this
         */
        public Builder audience(Function<Map<String, String>, Audience> value) {
            audience = value;
            return this;
        }

        /**
         * The lanes it needs.
         *
         * @param value at least one
         * @return this
         */
        public Builder lanes(LaneKey... value) {
            lanes.addAll(List.of(value));
            return this;
        }

        /**
         * Makes what one recipient is told, just before it is sent. Must be quick and thread-safe; a row for which it throws ends
         * {@code Rejected}.
         *
         * @param value from the spec's notification and the row
         * @return this
         */
        public Builder renderer(BiFunction<Notification, AudienceRow, Notification> value) {
            renderer = value;
            return this;
        }

        /**
         * Where the results go; they are only counted when not set.
         *
         * @param value thread-safe
         * @return this
         */
        public Builder sink(ResultSink value) {
            sink = value;
            return this;
        }

        /**
         * Builds the handler.
         *
         * @return the handler
         * @throws dev.notifykit.push.InvalidConfigurationException naming every problem
         */
        public FanOutHandler build() {
            Problems problems = new Problems("FanOutHandler");
            problems.require(!name.isBlank(), "name", "must not be blank", "specs refer to it");
            problems.require(audience != null, "audience", "is missing", "give the recipients");
            problems.require(!lanes.isEmpty(), "lanes", "is empty", "name the (app, provider) pairs of the rows");
            problems.throwIfAny();
            Function<Map<String, String>, Audience> source = audience;
            if (source == null) {
                throw new AssertionError("checked above");
            }
            return new FanOutHandler(this, source);
        }
    }
}
