package dev.notifykit.fanout;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one read of an audience gave. Immutable.
 *
 * @param rows the rows, perhaps none: a page may be empty and not the last
 * @param next the cursor to read on from; null: this was the last page
 */
public record AudiencePage(List<AudienceRow> rows, @Nullable String next) {

    /** Copies the rows. */
    public AudiencePage {
        rows = List.copyOf(rows);
    }
}
