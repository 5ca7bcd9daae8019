package dev.notifykit.examples;

import dev.notifykit.testkit.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A {@link FleetWorker}, or a program that is started like it, in a process, and its successors of the same name. Thread-safe. */
final class WorkerProcess implements AutoCloseable {

    /** It starts soon, and does not live long. */
    private static final List<String> JVM =
            List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(15);

    private final Class<?> program;
    private final String name;
    private final Path plan;
    private final Path results;
    private int lives;
    private Path file;
    private volatile ChildJvm child;
    private boolean frozen;

    private WorkerProcess(Class<?> program, String name, Path plan, Path results) throws IOException {
        this.program = program;
        this.name = name;
        this.plan = plan;
        this.results = results;
        file = nextFile();
        child = begin();
    }

    /**
     * Starts a worker; {@link #awaitReady} says when it works.
     *
     * @param program takes the arguments of a {@link FleetWorker}
     * @param plan the file of the plan
     * @param results where its files of results begin; each life has its own
     */
    static WorkerProcess start(Class<?> program, String name, Path plan, Path results) throws IOException {
        return new WorkerProcess(program, name, plan, results);
    }

    private Path nextFile() {
        return results.resolveSibling(results.getFileName() + "-" + ++lives + ".tsv");
    }

    private ChildJvm begin() throws IOException {
        return ChildJvm.start(JVM, program.getName(), List.of(plan.toString(), name, file.toString()));
    }

    /** Returns when it works. */
    void awaitReady() throws IOException {
        child.awaitLine(line -> line.equals(FleetWorker.READY) ? line : null, START_TIMEOUT);
    }

    /** Starts it again after a kill, and returns when it works. */
    void restart() throws IOException {
        synchronized (this) {
            file = nextFile();
            child = begin();
        }
        awaitReady();
    }

    /** Starts it again if it has died by itself. */
    synchronized void reviveIfDead() throws IOException {
        if (!child.isAlive()) {
            file = nextFile();
            child = begin();
        }
    }

    /** Whether it lives, and has ended some rows in this life. */
    synchronized boolean isAtWork() throws IOException {
        return child.isAlive() && !frozen && Files.exists(file) && Files.size(file) > 0;
    }

    /** SIGKILL. */
    synchronized void kill() throws InterruptedException {
        child.kill();
    }

    /** SIGKILL, even if somebody waits for it at this moment. */
    void killNow() {
        child.close(Duration.ZERO);
    }

    /** SIGSTOP. */
    synchronized void freeze() throws IOException, InterruptedException {
        child.freeze();
        frozen = true;
    }

    /** SIGCONT. */
    synchronized void thaw() throws IOException, InterruptedException {
        if (frozen) {
            frozen = false;
            child.thaw();
        }
    }

    /** Ends it in order: it hands back what it has not begun. */
    @Override
    public synchronized void close() {
        child.close(CLOSE_TIMEOUT);
    }

    @Override
    public String toString() {
        return name;
    }
}
