package dev.notifykit.redis.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
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
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A {@code redis-server} on a port of its own on 127.0.0.1, in a folder of its own. It dies with this JVM, in whatever way that ends: a shell waits
 * for the end of its standard input, then kills it. Not thread-safe.
 */
public final class RedisProcess implements AutoCloseable {

    /** A process on a busy machine, or one that reads its data. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String SUPERVISOR =
            "log=$1; shift; \"$@\" </dev/null >>\"$log\" 2>&1 & child=$!; echo $child; cat >/dev/null; kill -9 $child; wait $child";

    /** Below those that the system gives to clients, so that a port is still free after a restart; a cluster's bus is 10,000 above. */
    private static final int FIRST_PORT = 15_000;

    private static final int LAST_PORT = 31_000;
    private static final int CLUSTER_BUS = 10_000;
    private static final int LOG_LINES = 40;

    private final RedisBinary binary;
    private final Path folder;
    private final int port;
    private final List<String> arguments;
    private @Nullable Process supervisor;
    private long pid;

    private RedisProcess(RedisBinary binary, Path folder, int port, List<String> arguments) {
        this.binary = binary;
        this.folder = folder;
        this.port = port;
        this.arguments = arguments;
    }

    /** Starts one that keeps nothing on disk; options as on the command line, later ones win. */
    public static RedisProcess start(RedisBinary binary, String... options) {
        return start(binary, port -> List.of(), options);
    }

    /** Starts a sentinel or whatever needs a configuration file; the lines may depend on the port. */
    static RedisProcess start(RedisBinary binary, IntFunction<List<String>> configuration, String... options) {
        for (int attempt = 1; ; attempt++) {
            int port = freePort();
            try {
                Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target", "redis")), "node-")
                        .toAbsolutePath();
                List<String> arguments = new ArrayList<>();
                List<String> lines = configuration.apply(port);
                if (!lines.isEmpty()) {
                    arguments.add(
                            Files.write(folder.resolve("redis.conf"), lines).toString());
                }
                arguments.addAll(List.of("--port", "" + port, "--bind", "127.0.0.1", "--dir", folder.toString()));
                if (lines.isEmpty()) {
                    arguments.addAll(List.of("--save", "", "--appendonly", "no"));
                }
                arguments.addAll(List.of(options));
                RedisProcess redis = new RedisProcess(binary, folder, port, arguments);
                try {
                    redis.run();
                    return redis;
                } catch (RuntimeException e) {
                    redis.close();
                    if (attempt == 3) {
                        throw e;
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    public int port() {
        return port;
    }

    public HostAndPort address() {
        return new HostAndPort("127.0.0.1", port);
    }

    /** A connection of its own, to be closed. */
    public Jedis connect() {
        return new Jedis(
                address(),
                DefaultJedisClientConfig.builder().timeoutMillis(10_000).build());
    }

    /** A host's client of this one alone, to be closed. */
    public RedisClient newClient() {
        return RedisClient.builder().hostAndPort(address()).build();
    }

    /** SIGKILL; what it had not written to disk is lost. Returns when it is dead. */
    public void killHard() {
        @Nullable Process running = supervisor;
        if (running != null) {
            try {
                running.getOutputStream().close();
            } catch (IOException alreadyDead) {
                // then so is the shell
            }
            try {
                if (!running.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                    throw new IllegalStateException("redis-server " + pid + " survived SIGKILL");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
            supervisor = null;
        }
    }

    /** SIGSTOP: connections stay open, and nothing answers. */
    public void freeze() {
        signal("STOP");
    }

    /** SIGCONT. */
    public void thaw() {
        signal("CONT");
    }

    /** Kills it, if it lives, and starts it on the same port with what is on its disk; returns when it answers. */
    public void restart() {
        killHard();
        run();
    }

    /** As {@link #restart()}, without any data. */
    public void restartEmpty() {
        killHard();
        deleteFiles(folder);
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        run();
    }

    /** Forgets all scripts. */
    public void scriptFlush() {
        try (Jedis jedis = connect()) {
            jedis.scriptFlush();
        }
    }

    /** The end of its log. */
    public String logTail() {
        try {
            List<String> lines = Files.exists(log()) ? Files.readAllLines(log()) : List.of("(no log)");
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Kills it and deletes its folder. Idempotent. */
    @Override
    public void close() {
        killHard();
        deleteFiles(folder);
    }

    @Override
    public String toString() {
        return binary + " on port " + port;
    }

    private void run() {
        List<String> command = new ArrayList<>(List.of("sh", "-c", SUPERVISOR, "sh", log().toString()));
        command.add(binary.file().toString());
        command.addAll(arguments);
        try {
            Process started =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            supervisor = started;
            BufferedReader said =
                    new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8));
            pid = Long.parseLong(said.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Await.until(PATIENCE, this::answers, () -> this + " did not start:\n" + logTail());
    }

    private boolean answers() {
        // A dead child stays in the table until its shell has waited for it, so its memory says whether it lives.
        if (ProcessHandle.of(pid).flatMap(process -> process.info().command()).isEmpty()) {
            throw new IllegalStateException(this + " died:\n" + logTail());
        }
        try (Jedis jedis = connect()) {
            return jedis.ping().equals("PONG") && ("" + pid).equals(field(jedis.info("server"), "process_id"));
        } catch (JedisException notYet) {
            return false;
        }
    }

    /** A field of INFO. */
    static @Nullable String field(String info, String name) {
        return info.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1))
                .findFirst()
                .orElse(null);
    }

    private void signal(String name) {
        try {
            Process kill =
                    new ProcessBuilder("kill", "-" + name, "" + pid).inheritIO().start();
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("no signal " + name + " to " + this);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private Path log() {
        return folder.resolveSibling(folder.getFileName() + ".log");
    }

    private void deleteFiles(Path root) {
        if (Files.exists(root)) {
            try (Stream<Path> files = Files.walk(root)) {
                files.sorted((a, b) -> b.compareTo(a))
                        .forEach(file -> file.toFile().delete());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
            if (isFree(port) && isFree(port + CLUSTER_BUS)) {
                return port;
            }
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
