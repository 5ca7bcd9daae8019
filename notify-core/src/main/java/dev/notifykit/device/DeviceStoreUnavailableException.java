package dev.notifykit.device;

/** A device store cannot answer. Of a call that changes something it is not known whether it was done; every call may be repeated. */
public class DeviceStoreUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Says why.
     *
     * @param message without user and token
     */
    public DeviceStoreUnavailableException(String message) {
        super(message);
    }

    /**
     * Says why.
     *
     * @param message without user and token
     * @param cause what the store's own client threw
     */
    public DeviceStoreUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
