package dev.notifykit.device;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some of the devices of a listing. Immutable.
 *
 * @param devices perhaps none: a page may be empty and not the last
 * @param next where the next page begins; null: this was the last. It names no user and no token
 */
public record DevicePage(List<Device> devices, @Nullable String next) {

    /** Copies the devices. */
    public DevicePage {
        devices = List.copyOf(devices);
    }

    /** Shows how many there are. */
    @Override
    public String toString() {
        return "DevicePage[" + devices.size() + (next == null ? ", the last]" : ", not the last]");
    }
}
