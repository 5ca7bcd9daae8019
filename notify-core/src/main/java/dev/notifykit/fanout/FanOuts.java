package dev.notifykit.fanout;

import dev.notifykit.push.FanOutId;
import java.util.List;
import java.util.Optional;

/** Launches and finds fan-outs. Thread-safe. The workers begin with the client's {@code start()}. */
public interface FanOuts {

    /**
     * Launches a fan-out, or joins the one with this id.
     *
     * @param spec what is sent; its handler must be registered here
     * @return a handle
     * @throws FanOutConflictException when the id belongs to another spec
     * @throws IllegalArgumentException when there is no handler of this name, or the client lacks one of its lanes and no other client could
     *     do the work
     * @throws LaunchFailedException when the audience could not be split
     */
    FanOut launch(FanOutSpec spec);

    /**
     * Launches a fan-out whose handler only this JVM has. Only with a store that lives in this JVM as well.
     *
     * @param spec what is sent
     * @param handler has the name that the spec refers to; kept until the fan-out has been forgotten
     * @return a handle
     * @throws FanOutConflictException when the id belongs to another spec
     * @throws IllegalArgumentException when the names differ, the client lacks a lane, or the store is shared with other instances
     * @throws LaunchFailedException when the audience could not be split
     */
    FanOut launch(FanOutSpec spec, FanOutHandler handler);

    /**
     * Finds a fan-out, ended ones for seven days.
     *
     * @param id which
     * @return a handle, if there is such a fan-out
     */
    Optional<FanOut> find(FanOutId id);

    /**
     * The fan-outs that have not ended.
     *
     * @return one handle each
     */
    List<FanOut> active();
}
