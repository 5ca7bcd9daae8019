package dev.notifykit.push;

/**
 * The id of an application, usually its bundle id or package name: {@code com.acme.app}. An open set; printable ASCII, at most 200
 * characters. Immutable.
 *
 * @param value the name
 */
public record AppId(String value) {

    /** Checks the name. */
    public AppId {
        Names.require("app id", value);
    }

    /**
     * The id with this name.
     *
     * @param value the name
     * @return the id
     */
    public static AppId of(String value) {
        return new AppId(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
