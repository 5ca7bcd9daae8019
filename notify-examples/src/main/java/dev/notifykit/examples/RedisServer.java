package dev.notifykit.examples;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;
import redis.embedded.core.ExecutableProvider;

/**
 * A real {@code redis-server} on 127.0.0.1: the one that {@code NOTIFY_REDIS_BIN} names, or that is on the path, or the 6.2 that comes with
 * a dependency of this module. It appends every change to a file, as a Redis must that keeps what it has acknowledged. It ends with this JVM, in
 * whatever way that ends: a shell waits for the end of its standard input, then kills it. Not thread-safe.
 */
final class RedisServer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String SUPERVISOR =
            "log=$1; shift; \"$@\" </dev/null >>\"$log\" 2>&1 & child=$!; echo $child; cat >/dev/null; kill -9 $child; wait $child";

    /** Below those that the system gives to clients, so that it is still free when the server comes back. */
    private static final int FIRST_PORT = 15_000;

    private static final int LAST_PORT = 31_000;

    private final Path binary;
    private final Path folder;
    private final List<String> options;
    private final int port = freePort();
    private @Nullable Process supervisor;
    private long pid;

    private RedisServer(Path binary, Path folder, List<String> options) {
        this.binary = binary;
        this.folder = folder;
        this.options = options;
    }

    /**
     * Starts one, and waits until it answers.
     *
     * @param folder a folder of its own, for its data
     * @param options as on the command line
     */
    static RedisServer start(Path folder, String... options) throws IOException {
        Files.createDirectories(folder);
        RedisServer server = new RedisServer(binary(folder), folder, List.of(options));
        server.start();
        return server;
    }

    private static Path binary(Path folder) throws IOException {
        @Nullable String named = System.getenv("NOTIFY_REDIS_BIN");
        if (named != null) {
            return Path.of(named);
        }
        @Nullable String path = System.getenv("PATH");
        @Nullable
        Path installed = Stream.of((path == null ? "" : path).split(File.pathSeparator))
                .map(directory -> Path.of(directory, "redis-server"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        return installed != null
                ? installed
                : ExecutableProvider.newJarResourceProvider(folder.toFile())
                        .get()
                        .toPath();
    }

    int port() {
        return port;
    }

    /** A connection, to be closed. */
    Jedis connect() {
        return new Jedis("127.0.0.1", port);
    }

    /** Starts it again on the same port, with what is on its disk; returns when it answers. */
    void start() throws IOException {
        List<String> command =
                new ArrayList<>(List.of("sh", "-c", SUPERVISOR, "sh", log().toString(), binary.toString()));
        command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1", "--dir", folder.toString()));
        command.addAll(List.of("--save", "", "--appendonly", "yes"));
        command.addAll(options);
        Process started = new ProcessBuilder(command).redirectErrorStream(true).start();
        supervisor = started;
        BufferedReader said = started.inputReader(StandardCharsets.UTF_8);
        pid = Long.parseLong(said.readLine());
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!answers()) {
            if (System.nanoTime() - deadline > 0 || !started.isAlive()) {
                close();
                throw new IOException(this + " did not start:\n" + Files.readString(log()));
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    private boolean answers() {
        try (Jedis jedis = connect()) {
            return "PONG".equals(jedis.ping()) && jedis.info("server").contains("process_id:" + pid + "\r");
        } catch (JedisException notYet) {
            return false;
        }
    }

    /** SIGKILL; returns when it is dead. */
    void kill() {
        @Nullable Process running = supervisor;
        if (running == null) {
            return;
        }
        supervisor = null;
        try {
            running.getOutputStream().close();
            if (!running.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException(this + " survived SIGKILL");
            }
        } catch (IOException alreadyDead) {
            running.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Kills it; what is in its folder stays there. Idempotent. */
    @Override
    public void close() {
        kill();
    }

    @Override
    public String toString() {
        return binary + " on port " + port;
    }

    private Path log() {
        return folder.resolve("redis.log");
    }

    private static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
            if (isFree(port)) {
                return port;
            }
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
