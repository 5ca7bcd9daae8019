package dev.notifykit.examples;

import dev.notifykit.fanout.Audience;
import dev.notifykit.fanout.AudiencePage;
import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.push.AppId;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is in a file, found out before anything is sent: a host knows its apps, this program has to look. It also opens the ledger,
 * so that a row which the library would lose is missed at the end. Immutable.
 *
 * @param lines lines with something on them, without the first, counted without a CSV reader
 * @param rows rows that the audience gave
 * @param apps the apps that are named, in order
 */
record Census(long lines, long rows, Set<String> apps) {

    private static final int PAGE = 1_000;

    /** Reads everything once. */
    static Census take(Path file, Audience audience, Ledger ledger) throws Exception {
        Set<String> apps = new TreeSet<>();
        @Nullable AppId last = null;
        for (String shard : audience.shards()) {
            @Nullable String cursor = null;
            do {
                AudiencePage page = audience.read(shard, cursor, PAGE);
                for (AudienceRow row : page.rows()) {
                    AppId app = row.target().app();
                    if (!app.equals(last)) {
                        apps.add(app.value());
                        last = app;
                    }
                    ledger.expect(row.target());
                }
                cursor = page.next();
            } while (cursor != null);
        }
        return new Census(lines(file), ledger.rows(), apps);
    }

    private static long lines(Path file) throws IOException {
        // Every byte is a character of this one, so that a line which is no UTF-8 counts as well.
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            reader.readLine();
            return reader.lines().filter(line -> !line.isBlank()).count();
        }
    }
}
