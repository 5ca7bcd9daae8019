package dev.notifykit.fanout;

import dev.notifykit.result.SendResult;
import java.time.Duration;

/** One change to what is noted of a row. Immutable; noting it twice changes nothing. */
public sealed interface Mark {

    /**
     * A row of an open page has a result.
     *
     * @param page the page's number
     * @param index the row's index in the page
     * @param kind the result
     */
    record Ended(int page, int index, SendResult.Kind kind) implements Mark {}

    /**
     * A row of an open page leaves it and waits.
     *
     * @param page the page's number
     * @param index the row's index in the page
     * @param row what waits
     * @param delay how long
     */
    record Parked(int page, int index, ParkedRow row, Duration delay) implements Mark {}

    /**
     * A parked row waits on.
     *
     * @param row what waits, as it is now
     * @param delay how long
     */
    record ParkedAgain(ParkedRow row, Duration delay) implements Mark {}

    /**
     * A parked row has a result, and the host's sink has taken it.
     *
     * @param id the parked row's id
     * @param kind the result
     */
    record ParkedEnded(long id, SendResult.Kind kind) implements Mark {}
}
