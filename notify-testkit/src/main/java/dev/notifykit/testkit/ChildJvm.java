package dev.notifykit.testkit;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A Java program in a JVM of its own, on this JVM's class path, that can be killed and frozen. It has to end when its standard input does:
 * then it never outlives the one that started it. Thread-safe. {@link #freeze} and {@link #thaw} need a Unix.
 */
public final class ChildJvm implements AutoCloseable {
    private static final int KEPT_ERROR_LINES = 30;

    /** How long {@link #close()} waits. */
    private static final Duration EXIT_TIMEOUT = Duration.ofSeconds(5);

    private final Process process;
    private final Deque<String> errors = new ArrayDeque<>();
    private final Thread errorReader;

    private ChildJvm(Process process) {
        this.process = process;
        this.errorReader = drain(process.getErrorStream(), "child-stderr", this::keep);
    }

    /**
     * Starts the program with the Java of this JVM.
     *
     * @param jvmOptions options of the child JVM, such as {@code -Xmx512m}
     * @param mainClass its program
     * @param args the program's arguments
     */
    public static ChildJvm start(List<String> jvmOptions, String mainClass, List<String> args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.add("-cp");
        command.add(String.join(File.pathSeparator, classPath()));
        command.add(mainClass);
        command.addAll(args);
        return new ChildJvm(new ProcessBuilder(command).start());
    }

    /**
     * Reads standard output until a line gives a value, and goes on reading afterwards so that the child never blocks. Called once.
     *
     * @param reader null for a line that is not the one
     * @param timeout after which the child is ended
     * @throws IOException when the line does not come; its message holds the end of the child's standard error
     */
    public <T> T awaitLine(Function<String, @Nullable T> reader, Duration timeout) throws IOException {
        CompletableFuture<T> found = new CompletableFuture<>();
        drain(process.getInputStream(), "child-stdout", line -> {
            T value = reader.apply(line);
            if (value != null) {
                found.complete(value);
            }
        });
        CompletableFuture<Boolean> watch =
                process.onExit().thenApply(ended -> found.completeExceptionally(new IOException("it ended")));
        try {
            return found.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the child JVM started", e);
        } catch (ExecutionException | TimeoutException e) {
            close();
            awaitErrors();
            throw new IOException("the child JVM did not become ready; its standard error ends with:\n" + errors(), e);
        } finally {
            watch.cancel(false);
        }
    }

    /** The process id. */
    public long pid() {
        return process.pid();
    }

    /** Whether it has not ended. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL: it ends at once, whatever it does. Returns when it has ended. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGSTOP: it stands still until {@link #thaw}, with all its connections open. */
    public void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** SIGCONT: it goes on as if no time had passed. Nothing happens if it is not frozen. */
    public void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (kill.waitFor() != 0 && isAlive()) {
            throw new IOException("signal " + name + " could not be sent to " + this);
        }
    }

    /** The end of its standard error. */
    public String errors() {
        synchronized (errors) {
            return String.join("\n", errors);
        }
    }

    /** Short for {@link #close(Duration)} with five seconds. */
    @Override
    public void close() {
        close(EXIT_TIMEOUT);
    }

    /**
     * Closes its standard input and waits until it has ended; kills it if that takes too long. Idempotent.
     *
     * @param patience how long it may take
     * @return whether it has ended by itself
     */
    public boolean close(Duration patience) {
        try {
            process.getOutputStream().close();
            if (process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                return true;
            }
            process.destroyForcibly();
        } catch (IOException e) {
            process.destroyForcibly(); // the pipe is broken: it does not hear us
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private void awaitErrors() {
        try {
            errorReader.join(1_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void keep(String line) {
        synchronized (errors) {
            if (errors.size() == KEPT_ERROR_LINES) {
                errors.removeFirst();
            }
            errors.addLast(line);
        }
    }

    private static Thread drain(InputStream stream, String name, Consumer<String> lines) {
        Thread thread = new Thread(
                () -> {
                    try (BufferedReader reader =
                            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                        reader.lines().forEach(lines);
                    } catch (IOException | UncheckedIOException e) {
                        lines.accept(name + " broke: " + e.getMessage());
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Also what a build tool has put into a class loader of its own. */
    private static Set<String> classPath() {
        Set<String> entries = new LinkedHashSet<>();
        for (ClassLoader loader = ChildJvm.class.getClassLoader(); loader != null; loader = loader.getParent()) {
            if (loader instanceof URLClassLoader urls) {
                for (URL url : urls.getURLs()) {
                    entries.add(file(url));
                }
            }
        }
        for (String property : List.of("java.class.path", "jdk.module.path")) {
            for (String entry : System.getProperty(property, "").split(File.pathSeparator, -1)) {
                entries.add(entry);
            }
        }
        entries.remove(""); // would be the working folder
        return entries;
    }

    private static String file(URL url) {
        try {
            return Path.of(url.toURI()).toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("class path entry is no file: " + url, e);
        }
    }

    @Override
    public String toString() {
        return "ChildJvm[pid=" + pid() + "]";
    }
}
