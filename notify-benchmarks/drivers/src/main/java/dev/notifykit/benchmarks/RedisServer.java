package dev.notifykit.benchmarks;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A {@code redis-server} of our own: a process on a free port of this machine, which keeps nothing on disk. It dies with this JVM, in whatever way that
 * ends: a shell waits for the end of its standard input and then kills it. Used by one thread.
 */
final class RedisServer implements AutoCloseable {

    private static final String HOST = "127.0.0.1";
    private static final String SUPERVISOR =
            "log=$1; shift; \"$@\" </dev/null >\"$log\" 2>&1 & child=$!; cat >/dev/null; kill -9 $child; wait $child";

    private static final int ATTEMPTS = 3;
    private static final long PATIENCE_SECONDS = 30;
    private static final long POLL_MILLIS = 20;
    private static final int TIMEOUT_MILLIS = 30_000;

    private final RedisBinary binary;
    private final Path folder;
    private final int port;
    private final Process supervisor;

    private RedisServer(RedisBinary binary, Path folder, int port, Process supervisor) {
        this.binary = binary;
        this.folder = folder;
        this.port = port;
        this.supervisor = supervisor;
    }

    /** One that answers. */
    static RedisServer start() throws IOException {
        RedisBinary binary = RedisBinary.find();
        for (int attempt = 1; ; attempt++) {
            RedisServer server = launch(binary);
            if (server.answers()) {
                return server;
            }
            String log = Files.readString(server.log());
            server.close();
            if (attempt == ATTEMPTS) { // before, perhaps another took the port
                throw new IOException(binary.file() + " did not start:\n" + log);
            }
        }
    }

    private static RedisServer launch(RedisBinary binary) throws IOException {
        int port = freePort();
        Path folder = Files.createTempDirectory("notifykit-redis");
        List<String> command = new ArrayList<>(
                List.of("sh", "-c", SUPERVISOR, "sh", folder.resolve("log").toString()));
        command.add(binary.file().toString());
        command.addAll(List.of("--port", Integer.toString(port), "--bind", HOST, "--dir", folder.toString()));
        command.addAll(List.of("--save", "", "--appendonly", "no"));
        return new RedisServer(binary, folder, port, new ProcessBuilder(command).start());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean answers() throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() - deadline < 0) {
            try (Jedis jedis = connect()) {
                // Another's server on our port would have another folder.
                return folder.toString().equals(jedis.configGet("dir").get("dir"));
            } catch (JedisException notYet) {
                pause();
            }
        }
        return false;
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while redis-server started", e);
        }
    }

    int port() {
        return port;
    }

    /** What it is, for the report. */
    String about() {
        return "Redis " + binary.version() + ", one process, nothing on disk";
    }

    /** A connection of its own, to be closed. */
    Jedis connect() {
        return new Jedis(
                new HostAndPort(HOST, port),
                DefaultJedisClientConfig.builder()
                        .serverDefaultProtocol()
                        .timeoutMillis(TIMEOUT_MILLIS)
                        .build());
    }

    private Path log() {
        return folder.resolve("log");
    }

    /** Kills it, and deletes its folder. */
    @Override
    public void close() {
        try (OutputStream leash = supervisor.getOutputStream()) {
            leash.flush();
        } catch (IOException alreadyDead) {
            // then so is the server
        }
        try {
            if (!supervisor.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("a redis-server survived its end: port " + port);
            }
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (IOException e) {
            throw new IllegalStateException("cannot delete " + folder, e);
        }
    }
}
