package dev.notifykit.testkit.internal.server;

import dev.notifykit.testkit.reply.Reply;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the rules say of a request. */
public sealed interface Verdict {
    /** The request id, as far as the request had a valid one. */
    @Nullable
    String id();

    /**
     * The request breaks a rule.
     *
     * @param answer what the vendor says to it
     * @param reason name of the rule for the counters
     * @param id see {@link Verdict#id()}
     */
    record Refused(
            Reply.Answer answer, String reason, @Nullable String id) implements Verdict {}

    /**
     * The request is valid; the script decides.
     *
     * @param token the target
     * @param id see {@link Verdict#id()}
     * @param dryRun whether success is to be journaled apart
     * @param scope what the target belongs to: the topic at APNs, the project at FCM
     */
    record Admitted(String token, @Nullable String id, boolean dryRun, String scope) implements Verdict {}

    /**
     * The request is valid, and is no message; the script decides. Where it says success, what was asked for is done, and the answer tells of it.
     *
     * @param token under which scripts know it
     * @param id see {@link Verdict#id()}
     * @param success does it, and answers; called at most once
     */
    record Served(String token, @Nullable String id, Supplier<WireAnswer> success) implements Verdict {}
}
