package dev.notifykit.fanout;

import java.time.Duration;

/**
 * A row that waits for a later time, carrying all that is needed to go on with it. Immutable.
 *
 * @param id unique in its shard
 * @param row the whole row
 * @param attempts how many attempts count so far
 * @param unknown whether one of them may have been accepted
 * @param spent how much of its total deadline is used up when it comes back
 * @param forLane whether it waits for its lane (a paused sender, no room), and may come back as soon as that has changed
 */
public record ParkedRow(long id, AudienceRow row, int attempts, boolean unknown, Duration spent, boolean forLane) {

    /** How many bits of an id are the index in the page. */
    public static final int ROW_BITS = 20;

    /**
     * The id of a row by its place.
     *
     * @param page the page's number
     * @param index the row's index in the page
     * @return the id
     */
    public static long id(int page, int index) {
        return (long) page << ROW_BITS | index;
    }
}
