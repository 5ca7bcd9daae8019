package dev.notifykit.fanout;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the store knows of a shard when it grants a lease on it: all that is needed to go on from there. Immutable.
 *
 * @param lease the lease
 * @param description the shard as its audience described it at launch
 * @param cursor where the last opened page ended; null when none was opened
 * @param readToEnd whether the last page has been opened
 * @param nextPage the number of the next page to open
 * @param openPages the pages that were opened and not closed
 * @param parked how many rows wait for a later time
 * @param released whether the owner before gave the shard back in order; if not, what it had in flight is not known
 */
public record ShardGrant(
        ShardLease lease,
        String description,
        @Nullable String cursor,
        boolean readToEnd,
        int nextPage,
        List<OpenPage> openPages,
        int parked,
        boolean released) {

    /** Copies the pages. */
    public ShardGrant {
        openPages = List.copyOf(openPages);
    }
}
