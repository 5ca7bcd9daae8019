package dev.notifykit.testkit.internal.control;

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

/** A Java program on this JVM's class path that ends when its standard input is closed. */
public final class ChildJvm implements AutoCloseable {
    private static final int KEPT_ERROR_LINES = 30;
    private static final long EXIT_SECONDS = 5;

    private final Process process;
    private final Deque<String> errors = new ArrayDeque<>();
    private final Thread errorReader;

    private ChildJvm(Process process) {
        this.process = process;
        this.errorReader = drain(process.getErrorStream(), "child-stderr", this::keep);
    }

    /** Starts the program with the Java of this JVM. */
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

    /** Reads standard output until a line gives a value, and goes on reading afterwards so that the child never blocks. */
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

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(EXIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly(); // the pipe is broken: it does not hear us
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
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

    private String errors() {
        synchronized (errors) {
            return String.join("\n", errors);
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
}
