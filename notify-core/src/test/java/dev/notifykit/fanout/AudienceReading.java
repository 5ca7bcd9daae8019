package dev.notifykit.fanout;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads audiences as the engine does: page after page, each with the cursor of the one before. */
final class AudienceReading {

    private AudienceReading() {}

    static List<AudienceRow> all(Audience audience, int limit) throws Exception {
        List<AudienceRow> rows = new ArrayList<>();
        for (String shard : audience.shards()) {
            rows.addAll(from(audience, shard, null, limit));
        }
        return rows;
    }

    static List<AudienceRow> from(Audience audience, String shard, @Nullable String cursor, int limit)
            throws Exception {
        List<AudienceRow> rows = new ArrayList<>();
        for (AudiencePage page : pages(audience, shard, cursor, limit)) {
            rows.addAll(page.rows());
        }
        return rows;
    }

    static List<AudiencePage> pages(Audience audience, String shard, @Nullable String cursor, int limit)
            throws Exception {
        List<AudiencePage> pages = new ArrayList<>();
        String next = cursor;
        do {
            AudiencePage page = audience.read(shard, next, limit);
            if (page.rows().size() > limit) {
                throw new AssertionError("a page of " + page.rows().size() + " rows, asked for " + limit);
            }
            pages.add(page);
            next = page.next();
        } while (next != null);
        return pages;
    }

    static List<String> keys(List<AudienceRow> rows) {
        return rows.stream().map(AudienceRow::key).toList();
    }

    static List<String> addresses(List<AudienceRow> rows) {
        return rows.stream().map(row -> row.target().address()).toList();
    }
}
