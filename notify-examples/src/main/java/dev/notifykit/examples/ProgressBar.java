package dev.notifykit.examples;

import dev.notifykit.fanout.FanOut;
import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.result.SendResult.Kind;
import java.io.PrintStream;
import java.time.Duration;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;

/** Shows how far a fan-out is: two lines drawn over and over on a terminal, a line a second elsewhere. Thread-safe. */
final class ProgressBar {

    private static final Duration LIVE = Duration.ofMillis(200);
    private static final Duration PLAIN = Duration.ofSeconds(1);
    private static final int MAX_BAR = 50;
    private static final String CLEAR_TO_END = "\u001b[K";
    private static final String UP = "\r\u001b[A";

    private final PrintStream out;
    private final boolean live;
    private final IntSupplier width;
    private final long start = System.nanoTime();
    private boolean drawn;

    /**
     * A bar.
     *
     * @param live whether lines can be drawn over
     * @param width the columns of the window, asked each time
     */
    ProgressBar(PrintStream out, boolean live, IntSupplier width) {
        this.out = out;
        this.live = live;
        this.width = width;
    }

    /** Shows the fan-out until it ends, or until nobody works on it any more. */
    void follow(FanOut fanOut) throws InterruptedException {
        CompletableFuture<?> end = fanOut.completion().handle((progress, failure) -> null);
        boolean ended = false;
        while (!ended) {
            try {
                end.get((live ? LIVE : PLAIN).toMillis(), TimeUnit.MILLISECONDS);
                ended = true;
            } catch (TimeoutException stillRunning) {
                ended = false;
            } catch (ExecutionException e) {
                throw new AssertionError("handled above", e);
            }
            show(fanOut.progress());
        }
    }

    /** Puts a line above it. */
    synchronized void say(String line) {
        out.println((drawn ? UP + UP : "") + line + (live ? CLEAR_TO_END : ""));
        drawn = false;
    }

    synchronized void show(FanOutProgress progress) {
        if (!live) {
            out.println("  " + head(progress) + "   " + tail(progress));
            return;
        }
        int columns = width.getAsInt() - 1;
        String head = "  " + head(progress);
        out.print((drawn ? UP + UP : "")
                + cut(bar(progress, columns - head.length()) + head, columns)
                + CLEAR_TO_END
                + System.lineSeparator()
                + cut("  " + tail(progress), columns)
                + CLEAR_TO_END
                + System.lineSeparator());
        out.flush();
        drawn = true;
    }

    private static String bar(FanOutProgress progress, int room) {
        int length = Math.min(MAX_BAR, room - 4);
        if (length < 5) {
            return "";
        }
        int full = (int) (share(progress) * length);
        return "  [" + "=".repeat(full) + (full < length ? ">" + " ".repeat(length - full - 1) : "") + "]";
    }

    private String head(FanOutProgress progress) {
        String total = progress.total().isPresent()
                ? Format.count(progress.total().getAsLong())
                : "at least " + Format.count(progress.recipients());
        Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
        return Format.of(
                "%s/%s  %3d %%  %,.0f/s  %s",
                Format.count(progress.done()),
                total,
                (int) (share(progress) * 100),
                progress.state().isEnd() ? progress.done() * 1e9 / elapsed.toNanos() : progress.ratePerSecond(),
                progress.eta().map(eta -> "ETA " + Format.clock(eta)).orElse("after " + Format.clock(elapsed)));
    }

    private static String tail(FanOutProgress progress) {
        StringJoiner parts = new StringJoiner(", ");
        for (Kind kind : Kind.values()) {
            if (progress.count(kind) > 0 || kind == Kind.ACCEPTED) {
                parts.add(Report.name(kind) + " " + Format.count(progress.count(kind)));
            }
        }
        parts.add("open " + Format.count(progress.open()));
        parts.add("waiting " + Format.count(progress.parked()));
        progress.reason().ifPresent(why -> parts.add(Format.of("%s: %s", progress.state(), why)));
        return parts.toString();
    }

    private static double share(FanOutProgress progress) {
        long total = progress.total().orElse(0);
        return total == 0 ? 0 : (double) progress.done() / total;
    }

    private static String cut(String line, int columns) {
        return line.length() <= columns ? line : line.substring(0, Math.max(0, columns));
    }
}
