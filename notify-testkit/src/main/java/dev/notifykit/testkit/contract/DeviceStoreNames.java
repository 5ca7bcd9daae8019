package dev.notifykit.testkit.contract;

import java.util.List;

/** Names that a store mistakes for one another, or for something else, when it puts keys together without care. */
final class DeviceStoreNames {

    /** What may stand between two names in a key. */
    static final List<String> GLUE = List.of("", ":", "/", "|", ".", "{", "}", "}:{", "*", "\n", "\0", "\u001f", " ");

    private static final String LONG = "x".repeat(199);

    /** All different, and none longer than 200 characters. */
    static final List<String> HOSTILE = List.of(
            "a",
            "A",
            "a ",
            " a",
            " ",
            "  ",
            "\t",
            "\n",
            "a\n",
            "\r\n",
            "\0",
            "a\0",
            "a\0b",
            "a:",
            ":a",
            "a:b",
            "a::b",
            ":",
            "{a}",
            "{",
            "}",
            "{}",
            "}{",
            "{a",
            "a}",
            "a}:{b",
            "*",
            "a*",
            "?",
            "a?",
            "[a]",
            "a,b",
            "a/b",
            "../a",
            "%61",
            "a%00",
            "\\",
            "\"",
            "'",
            "null",
            "0",
            "-1",
            "1",
            "01",
            "é",
            "e\u0301",
            "ß",
            "ss",
            "İ",
            "i",
            "ı",
            "\uD83D\uDE00",
            "\uD83D\uDE01",
            "\uD83D",
            "\uD83E",
            "\uDE00",
            "\uFFFD",
            "\uFEFFa",
            "a\u200B",
            "\u202Ea",
            "\uFFFF",
            LONG + "y",
            LONG + "z");

    private DeviceStoreNames() {}
}
