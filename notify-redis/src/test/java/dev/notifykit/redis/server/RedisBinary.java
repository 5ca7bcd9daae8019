package dev.notifykit.redis.server;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A {@code redis-server}: the one that the environment variable {@code NOTIFY_REDIS_BIN} names or that is on the path, and the 6.2 that
 * comes as a resource of a test dependency, so that nothing needs to be installed.
 *
 * @param version as it says itself, {@code 7.0.15}
 */
public record RedisBinary(Path file, String version) {

    private static final Pattern VERSION = Pattern.compile(" v=(\\S+)");
    private static final RedisBinary BUNDLED = of(unpack());
    private static final Optional<RedisBinary> INSTALLED = findInstalled();

    /** The installed one, else the bundled one. */
    public static RedisBinary preferred() {
        return INSTALLED.orElse(BUNDLED);
    }

    /** The oldest that we support. */
    public static RedisBinary bundled() {
        return BUNDLED;
    }

    /** All that are there, each version once. */
    public static List<RedisBinary> all() {
        return INSTALLED
                .filter(installed -> !installed.version.equals(BUNDLED.version))
                .map(installed -> List.of(installed, BUNDLED))
                .orElse(List.of(BUNDLED));
    }

    /** Whether it is at least this one: {@code isAtLeast(7)}. */
    public boolean isAtLeast(int major) {
        return Integer.parseInt(version.substring(0, version.indexOf('.'))) >= major;
    }

    @Override
    public String toString() {
        return "Redis " + version;
    }

    private static Optional<RedisBinary> findInstalled() {
        @Nullable String named = System.getenv("NOTIFY_REDIS_BIN");
        if (named != null) {
            return Optional.of(of(Path.of(named)));
        }
        @Nullable String path = System.getenv("PATH");
        return Stream.of((path == null ? "" : path).split(File.pathSeparator))
                .map(folder -> Path.of(folder, "redis-server"))
                .filter(Files::isExecutable)
                .findFirst()
                .map(RedisBinary::of);
    }

    private static RedisBinary of(Path file) {
        try {
            Process process = new ProcessBuilder(file.toString(), "--version")
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher version = VERSION.matcher(said);
            if (!version.find()) {
                throw new IllegalStateException(file + " is no redis-server that runs here: " + said);
            }
            return new RedisBinary(file, version.group(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path unpack() {
        String resource = "/redis-server-" + platform();
        try (InputStream binary = RedisBinary.class.getResourceAsStream(resource)) {
            if (binary == null) {
                throw new IllegalStateException("no resource " + resource + ": set NOTIFY_REDIS_BIN");
            }
            Path folder = Files.createDirectories(Path.of("target"));
            Path file = folder.resolve(resource.substring(1)).toAbsolutePath();
            if (!Files.isExecutable(file)) {
                Path fresh = Files.createTempFile(
                        folder,
                        "redis-server",
                        "",
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                Files.copy(binary, fresh, StandardCopyOption.REPLACE_EXISTING);
                Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
                Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String platform() {
        boolean mac = System.getProperty("os.name").startsWith("Mac");
        boolean arm = System.getProperty("os.arch").equals("aarch64");
        if (mac) {
            return arm ? "6.2.6-v5-darwin-arm64" : "6.2.6-v5-darwin-amd64";
        }
        return arm ? "6.2.7-linux-arm64" : "6.2.6-v5-linux-amd64";
    }
}
