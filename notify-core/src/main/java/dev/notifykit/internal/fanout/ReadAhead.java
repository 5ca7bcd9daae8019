package dev.notifykit.internal.fanout;

import dev.notifykit.codec.ValueTooLargeException;
import dev.notifykit.fanout.AudienceException;
import dev.notifykit.fanout.AudiencePage;
import dev.notifykit.fanout.ShardGrant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audience as its shard's actor sees it: a page is read while others are sent, and opened when it is there. Belongs to the actor, save for what the reader
 * says, which comes as a message.
 */
final class ReadAhead implements ShardReader.Listener {

    private static final Logger log = LoggerFactory.getLogger(ReadAhead.class);

    private final ShardRun run;
    private final OpenPages pages;
    private final ShardReader reader;
    private @Nullable AudiencePage unopened;
    private @Nullable String failure;
    private boolean reading;

    ReadAhead(ShardRun run, ShardContext context, ShardGrant grant, OpenPages pages) {
        this.run = run;
        this.pages = pages;
        reader = new ShardReader(context, grant.description(), grant.cursor(), this);
    }

    /** Whether a page is being read. */
    boolean isReading() {
        return reading;
    }

    /** Why it cannot be read on; null while it can. */
    @Nullable
    String failure() {
        return failure;
    }

    /** Whether no page will come any more. */
    boolean isOver() {
        return pages.readToEnd() || failure != null;
    }

    /** Whether the next page can be asked for. */
    boolean isIdle() {
        return !reading && unopened == null && !isOver();
    }

    void read() {
        reading = true;
        reader.read();
    }

    /** Opens the page that has been read; answers whether there was one. */
    boolean open() {
        AudiencePage page = unopened;
        if (page == null) {
            return false;
        }
        try {
            pages.open(page);
        } catch (ValueTooLargeException e) {
            // Read again it would be as large. Nothing of it was stored.
            fail(AudienceException.Kind.TOO_LARGE, String.valueOf(e.getMessage()));
        }
        unopened = null;
        return true;
    }

    private void fail(AudienceException.Kind kind, String message) {
        failure = kind + ": " + message;
        log.error("{}: its audience cannot be read on: {}", run, failure);
    }

    @Override
    public void pageRead(AudiencePage page) {
        run.tell(() -> {
            reading = false;
            if (run.mode() != ShardRun.Mode.CANCELLED) {
                unopened = page;
            }
        });
    }

    @Override
    public void readFailed(String reason) {
        run.tell(() -> run.trouble(reason));
    }

    @Override
    public void readEnded(AudienceException e) {
        run.tell(() -> {
            reading = false;
            fail(e.kind(), String.valueOf(e.getMessage()));
        });
    }
}
