package dev.notifykit.apns;

/**
 * Whether a text is one JSON object, and nothing else: what the host wrote himself stands in a payload as it is, and must not break out of its
 * place. Strict, as RFC 8259 is. Not thread-safe.
 */
final class JsonText {

    /** Far deeper than any content, and far from the end of a thread's stack. */
    private static final int DEEPEST = 64;

    private final String text;
    private int at;

    private JsonText(String text) {
        this.text = text;
    }

    static boolean isObject(String text) {
        JsonText json = new JsonText(text);
        json.blank();
        return json.peek() == '{' && json.value(0) && json.at == text.length();
    }

    /** A value, and the white space behind it. */
    private boolean value(int depth) {
        boolean good = switch (peek()) {
            case '{' -> depth < DEEPEST && members('}', depth);
            case '[' -> depth < DEEPEST && members(']', depth);
            case '"' -> string();
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> number();
        };
        blank();
        return good;
    }

    private boolean members(char end, int depth) {
        at++;
        blank();
        if (take(end)) {
            return true;
        }
        do {
            blank();
            if ((end == '}' && !(string() && colon())) || !value(depth + 1)) {
                return false;
            }
        } while (take(','));
        return take(end);
    }

    private boolean colon() {
        blank();
        boolean there = take(':');
        blank();
        return there;
    }

    private boolean string() {
        if (!take('"')) {
            return false;
        }
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return true;
            }
            if (c < ' ' || (c == '\\' && !escape())) {
                return false;
            }
        }
        return false;
    }

    private boolean escape() {
        char c = peek();
        at++;
        if (c != 'u') {
            return c != 0 && "\"\\/bfnrt".indexOf(c) >= 0;
        }
        for (int i = 0; i < 4; i++) {
            char hex = peek();
            at++;
            if (!digit(hex) && !(hex >= 'a' && hex <= 'f') && !(hex >= 'A' && hex <= 'F')) {
                return false;
            }
        }
        return true;
    }

    private boolean word(String word) {
        boolean there = text.startsWith(word, at);
        at += there ? word.length() : 0;
        return there;
    }

    private boolean number() {
        take('-');
        if (!take('0') && !digits()) {
            return false;
        }
        if (take('.') && !digits()) {
            return false;
        }
        if (take('e') || take('E')) {
            if (!take('+')) {
                take('-');
            }
            return digits();
        }
        return true;
    }

    private boolean digits() {
        int before = at;
        while (digit(peek())) {
            at++;
        }
        return at > before;
    }

    private static boolean digit(char c) {
        return c >= '0' && c <= '9';
    }

    private boolean take(char c) {
        boolean there = peek() == c;
        at += there ? 1 : 0;
        return there;
    }

    private void blank() {
        while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') {
            at++;
        }
    }

    /** The next character; NUL behind the end, which stands nowhere in JSON. */
    private char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }
}
