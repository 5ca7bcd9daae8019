package dev.notifykit.examples;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The words of a command line by option, and what was found wrong with them on the way. Not thread-safe. */
final class Options {

    private final Set<String> flags;
    private final Map<String, String> given = new HashMap<>();
    private final List<String> problems = new ArrayList<>();

    private Options(Set<String> flags) {
        this.flags = flags;
    }

    /**
     * Takes {@code --name value}, {@code --name=value} and flags.
     *
     * @param flags those without a value
     * @param withValue those that have one
     */
    static Options read(Set<String> flags, Set<String> withValue, String... args) {
        Options options = new Options(flags);
        for (int i = 0; i < args.length; i++) {
            int equals = args[i].indexOf('=');
            String name = equals < 0 ? args[i] : args[i].substring(0, equals);
            if (flags.contains(name)) {
                options.require(equals < 0, name + " takes no value");
                options.put(name, "");
            } else if (!withValue.contains(name)) {
                options.problems.add(name + ": there is no such option");
            } else if (equals >= 0) {
                options.put(name, args[i].substring(equals + 1));
            } else if (i + 1 < args.length && !args[i + 1].startsWith("--")) {
                options.put(name, args[++i]);
            } else {
                options.put(name, "");
            }
        }
        return options;
    }

    private void put(String name, String value) {
        require(given.put(name, value) == null, name + " is there twice");
        require(flags.contains(name) || !value.isBlank(), name + " needs a value");
    }

    boolean has(String name) {
        return given.containsKey(name);
    }

    @Nullable
    String text(String name) {
        String value = given.get(name);
        return value == null || value.isBlank() ? null : value;
    }

    long number(String name, long otherwise, long min, long max) {
        String value = text(name);
        if (value == null) {
            return otherwise;
        }
        try {
            long number = Long.parseLong(value.replace("_", ""));
            require(number >= min && number <= max, name + " must be " + min + " to " + max + ", is " + number);
            return number;
        } catch (NumberFormatException e) {
            problems.add(name + " must be a whole number, is '" + value + "'");
            return otherwise;
        }
    }

    @Nullable
    Path path(String name) {
        String value = text(name);
        try {
            return value == null ? null : Path.of(value);
        } catch (InvalidPathException e) {
            problems.add(name + ": '" + value + "' is no file name here");
            return null;
        }
    }

    /** A file that must be there. */
    @Nullable
    Path file(String name) {
        Path path = path(name);
        boolean readable = path == null || (Files.isReadable(path) && !Files.isDirectory(path));
        require(readable, name + ": cannot read " + path);
        return path;
    }

    void require(boolean holds, String otherwise) {
        if (!holds) {
            problems.add(otherwise);
        }
    }

    void throwIfWrong() throws UsageException {
        if (!problems.isEmpty()) {
            throw new UsageException(problems);
        }
    }
}
