package dev.notifykit.internal.fanout;

import dev.notifykit.fanout.Audience;
import dev.notifykit.fanout.AudienceException;
import dev.notifykit.fanout.AudiencePage;
import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.internal.work.HostBackoff;
import dev.notifykit.internal.work.Traces;
import dev.notifykit.testing.Stage;
import dev.notifykit.testing.StageProbe;
import dev.notifykit.time.TimeSource;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a shard's audience page by page, one read at a time, off the shard's own thread, and holds it to its rules. A passing failure is
 * tried again after a back-off; the shard is told of every page, and of the failure that ends it.
 */
final class ShardReader {

    private static final Logger log = LoggerFactory.getLogger(ShardReader.class);

    /** Who is told; on whatever thread has read. */
    interface Listener {

        void pageRead(AudiencePage page);

        void readFailed(String reason);

        void readEnded(AudienceException failure);
    }

    private final Audience audience;
    private final String shard;
    private final int pageSize;
    private final TimeSource time;
    private final Executor blocking;
    private final StageProbe stages;
    private final Listener listener;

    private @Nullable String cursor;
    private Set<String> keysBefore = Set.of();
    private @Nullable String highestBefore;
    private final HostBackoff backoff = new HostBackoff();

    ShardReader(ShardContext context, String shard, @Nullable String cursor, Listener listener) {
        audience = context.audience();
        this.shard = shard;
        pageSize = context.settings().pageSize();
        time = context.time();
        blocking = context.blocking();
        stages = context.stages();
        this.cursor = cursor;
        this.listener = listener;
    }

    /** Reads the next page; the next call only after the listener was told of it. */
    void read() {
        blocking.execute(this::readNow);
    }

    private void readNow() {
        AudiencePage page;
        try {
            page = audience.read(shard, cursor, pageSize);
            stages.at(Stage.PAGE_READ);
            check(page);
        } catch (AudienceException e) {
            listener.readEnded(e);
            return;
        } catch (Exception | Error e) {
            Duration wait = backoff.afterFailure();
            log.warn("an audience could not be read and is asked again in {}: {}", wait, Traces.of(e));
            listener.readFailed("audience: " + e.getClass().getName());
            time.schedule(this::read, wait);
            return;
        }
        backoff.succeeded();
        cursor = page.next();
        listener.pageRead(page);
    }

    private void check(AudiencePage page) {
        if (page.next() != null && Objects.equals(page.next(), cursor)) {
            throw new AudienceException(AudienceException.Kind.STUCK, "a page's cursor did not move on");
        }
        if (page.rows().size() > pageSize) {
            throw new AudienceException(
                    AudienceException.Kind.UNREADABLE,
                    "a page has " + page.rows().size() + " rows, more than the " + pageSize + " asked for");
        }
        if (page.rows().isEmpty()) {
            return;
        }
        Comparator<String> order = audience.keyOrder().orElse(null);
        Set<String> keys = new HashSet<>(2 * page.rows().size());
        String highest = null;
        for (AudienceRow row : page.rows()) {
            keys.add(row.key());
            boolean wentBack = (order == null || highestBefore == null)
                    ? keysBefore.contains(row.key())
                    : order.compare(row.key(), highestBefore) <= 0;
            if (wentBack) {
                throw new AudienceException(
                        AudienceException.Kind.WENT_BACK, "a page went back to a key that an earlier page had");
            }
            boolean isHighest = highest == null || (order != null && order.compare(row.key(), highest) > 0);
            if (order != null && isHighest) {
                highest = row.key();
            }
        }
        keysBefore = keys;
        highestBefore = highest;
    }
}
