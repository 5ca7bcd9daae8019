package dev.notifykit.device;

/** A device store holds as many devices as it may: the device was not registered, and nothing was changed. */
public final class DeviceStoreFullException extends DeviceStoreUnavailableException {

    private static final long serialVersionUID = 1L;

    /**
     * For stores.
     *
     * @param maxDevices how many it may hold
     */
    public DeviceStoreFullException(int maxDevices) {
        super("the store holds " + maxDevices
                + " devices, as many as it may; sweep the stale ones, or give it room for more");
    }
}
