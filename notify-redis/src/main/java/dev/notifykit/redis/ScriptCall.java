package dev.notifykit.redis;

import java.util.List;

/**
 * A script and what it is given. Immutable, if nobody changes the bytes.
 *
 * @param keys at least one, and all with one tag
 * @param args opaque to everything but the script
 */
record ScriptCall(Script script, List<byte[]> keys, List<byte[]> args) {

    /** Copies the lists. */
    ScriptCall {
        keys = List.copyOf(keys);
        args = List.copyOf(args);
        if (keys.isEmpty()) {
            throw new IllegalArgumentException(script + " needs a key, by which a cluster knows where it belongs");
        }
    }

    @Override
    public String toString() {
        return script + " with " + keys.size() + " keys";
    }
}
