package dev.notifykit.benchmarks;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A {@code redis-server}: what the environment variable {@code NOTIFY_REDIS_BIN} names, or the one on the path, or the 6.2 that lies in a library, so
 * that nothing needs to be installed.
 *
 * @param file the program
 * @param version as it says itself, {@code 7.0.15}
 */
record RedisBinary(Path file, String version) {

    private static final Pattern VERSION = Pattern.compile(" v=(\\S+)");
    private static final String PROGRAM = "redis-server";

    static RedisBinary find() throws IOException {
        Optional<Path> installed = installed();
        return of(installed.isPresent() ? installed.get() : unpacked());
    }

    private static Optional<Path> installed() {
        @Nullable String named = System.getenv("NOTIFY_REDIS_BIN");
        if (named != null) {
            return Optional.of(Path.of(named));
        }
        @Nullable String path = System.getenv("PATH");
        return Stream.of((path == null ? "" : path).split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, PROGRAM))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** A file of its own, which goes with this JVM. */
    private static Path unpacked() throws IOException {
        String resource = "/" + PROGRAM + "-" + platform();
        try (InputStream binary = RedisBinary.class.getResourceAsStream(resource)) {
            if (binary == null) {
                throw new IOException("no redis-server for this platform: set NOTIFY_REDIS_BIN");
            }
            Path file = Files.createTempFile(PROGRAM, "");
            file.toFile().deleteOnExit();
            Files.copy(binary, file, StandardCopyOption.REPLACE_EXISTING);
            if (!file.toFile().setExecutable(true)) {
                throw new IOException("cannot make " + file + " executable");
            }
            return file;
        }
    }

    /** As in the names of the library's resources. */
    private static String platform() {
        boolean arm = System.getProperty("os.arch").equals("aarch64");
        if (System.getProperty("os.name").startsWith("Mac")) {
            return arm ? "6.2.6-v5-darwin-arm64" : "6.2.6-v5-darwin-amd64";
        }
        return arm ? "6.2.7-linux-arm64" : "6.2.6-v5-linux-amd64";
    }

    private static RedisBinary of(Path file) throws IOException {
        Process process = new ProcessBuilder(file.toString(), "--version")
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher version = VERSION.matcher(said);
        if (!version.find()) {
            throw new IOException(file + " is no redis-server that runs here: " + said);
        }
        return new RedisBinary(file, version.group(1));
    }
}
