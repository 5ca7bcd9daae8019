package dev.notifykit.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A script of this package: the text of its {@code .lua} file, in which {@code --@include name} stands for the text of
 * {@code name.lua}, and the hash by which Redis knows it. Immutable.
 */
final class Script {

    private static final Pattern INCLUDE = Pattern.compile("^--@include (\\w+)\\n", Pattern.MULTILINE);

    private final String name;
    private final byte[] source;
    private final byte[] sha;

    private Script(String name, String text) {
        this.name = name;
        source = text.getBytes(StandardCharsets.UTF_8);
        sha = sha1(source);
    }

    /**
     * Reads a script.
     *
     * @param name of its file, without {@code .lua}
     */
    static Script named(String name) {
        return new Script(name, whole(name));
    }

    byte[] source() {
        return source.clone();
    }

    byte[] sha() {
        return sha.clone();
    }

    @Override
    public String toString() {
        return name + ".lua";
    }

    /** What is included may include. */
    private static String whole(String name) {
        return INCLUDE.matcher(text(name)).replaceAll(included -> Matcher.quoteReplacement(whole(included.group(1))));
    }

    private static String text(String name) {
        try (InputStream resource = Script.class.getResourceAsStream(name + ".lua")) {
            if (resource == null) {
                throw new IllegalStateException("the script " + name + ".lua is missing: the jar is damaged");
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] sha1(byte[] bytes) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(bytes))
                    .getBytes(StandardCharsets.US_ASCII);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
