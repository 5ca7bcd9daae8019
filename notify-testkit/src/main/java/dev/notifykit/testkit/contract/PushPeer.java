package dev.notifykit.testkit.contract;

import dev.notifykit.push.PushService;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Target;
import java.time.Duration;
import java.util.Set;

/**
 * The other side of a {@link PushService} that is held against its contract: a simulated vendor that a test can tell what to do, and that
 * keeps books of its own on what it took. Thread-safe.
 */
public interface PushPeer extends AutoCloseable {

    /** What a peer does with a request. */
    enum Behaviour {
        /** Takes it and says so. */
        ACCEPT,
        /** Says that the address is dead. */
        DEAD,
        /** Says that the request is wrong. */
        REJECT,
        /** Says that it gets too many, and not how long to wait. */
        THROTTLE,
        /** Says that it gets too many, and to wait for {@link #WAIT}. */
        THROTTLE_WITH_WAIT,
        /** Says that it cannot, and does not take it. */
        SERVER_ERROR,
        /** Never answers, and does not take it. */
        SILENCE,
        /** Takes it, and never answers. */
        ACCEPT_SILENTLY,
        /** Closes the connection instead of answering, and does not take it. */
        DROP,
        /** Takes it, and closes the connection instead of answering. */
        ACCEPT_AND_DROP,
        /** Is not there any more: what {@link PushPeer#close} makes of it. */
        ABSENCE,
        /** Its service takes nothing any more once it is closed. All services should; one that cannot may say so. */
        CLOSING
    }

    /** How long {@link Behaviour#THROTTLE_WITH_WAIT} asks to wait: longer than any default. */
    Duration WAIT = Duration.ofSeconds(97);

    /**
     * Makes a service that speaks to this peer. Whoever calls closes it.
     *
     * @param attemptTimeout after how long an attempt ends without an answer, where the service has such a limit
     * @return a new service
     */
    PushService connect(Duration attemptTimeout);

    /**
     * A target that the vendor would not find fault with.
     *
     * @param number which one: equal numbers give equal targets
     * @return the target
     */
    Target target(int number);

    /**
     * What is done with every request to a target from now on. Without a word it is {@link Behaviour#ACCEPT}.
     *
     * @param target one of {@link #target}'s
     * @param behaviour one that it has, and not {@link Behaviour#ABSENCE} or {@link Behaviour#CLOSING}
     */
    void answer(Target target, Behaviour behaviour);

    /**
     * How often a request was taken; can be asked after {@link #close()}.
     *
     * @param id the request's id
     * @return 0 when never
     */
    int accepted(RequestId id);

    /**
     * How many requests came, taken or not.
     *
     * @return all since it was started
     */
    long received();

    /**
     * What this channel does not know: a fake has no connection that could be dropped.
     *
     * @return nothing when not overridden
     */
    default Set<Behaviour> without() {
        return Set.of();
    }

    /** Ends its connections and is not there any more. Idempotent. */
    @Override
    void close();
}
