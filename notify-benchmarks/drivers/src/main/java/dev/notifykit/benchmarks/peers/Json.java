package dev.notifykit.benchmarks.peers;

/** What somebody who uses a client by hand writes to make a payload: a builder and an escaper. Not thread-safe. */
final class Json {

    private final StringBuilder out = new StringBuilder(512);

    Json raw(String text) {
        out.append(text);
        return this;
    }

    Json quoted(String value) {
        out.append('"');
        int plain = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\' || c < ' ') {
                out.append(value, plain, i);
                if (c < ' ') {
                    out.append("\\u%04x".formatted((int) c));
                } else {
                    out.append('\\').append(c);
                }
                plain = i + 1;
            }
        }
        out.append(value, plain, value.length()).append('"');
        return this;
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
