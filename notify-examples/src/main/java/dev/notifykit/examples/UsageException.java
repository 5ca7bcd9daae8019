package dev.notifykit.examples;

import java.util.List;

/** The command line cannot be understood; one line per problem. */
final class UsageException extends Exception {

    private static final long serialVersionUID = 1L;

    UsageException(List<String> problems) {
        super(String.join(System.lineSeparator(), problems));
    }
}
