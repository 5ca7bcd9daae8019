package dev.notifykit.push;

import java.util.UUID;

/**
 * The id of a fan-out, chosen by the host: launching the same id again joins the running fan-out instead of sending twice. Printable
 * ASCII, at most 200 characters. Immutable.
 *
 * @param value the name
 */
public record FanOutId(String value) {

    /** Checks the name. */
    public FanOutId {
        Names.require("fan-out id", value);
    }

    /**
     * The id with this name.
     *
     * @param value the name
     * @return the id
     */
    public static FanOutId of(String value) {
        return new FanOutId(value);
    }

    /**
     * A fresh id, for a fan-out that need not be recognised when it is launched again.
     *
     * @return a random id
     */
    public static FanOutId random() {
        return new FanOutId(UUID.randomUUID().toString());
    }

    @Override
    public String toString() {
        return value;
    }
}
