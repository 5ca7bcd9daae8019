package dev.notifykit.examples;

import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

/** Tells of lines that are left out: the first ones by their number, all of them as a count. Thread-safe. */
final class Malformed implements BiConsumer<Long, String> {

    private static final int SHOWN = 10;

    private final PrintStream out;
    private final AtomicLong count = new AtomicLong();

    Malformed(PrintStream out) {
        this.out = out;
    }

    @Override
    public void accept(Long line, String problem) {
        long n = count.incrementAndGet();
        if (n <= SHOWN) {
            out.println(Format.of("  line %,d is left out: it %s", line, problem));
        } else if (n == SHOWN + 1) {
            out.println("  more lines are left out; they are only counted");
        }
    }

    long count() {
        return count.get();
    }
}
