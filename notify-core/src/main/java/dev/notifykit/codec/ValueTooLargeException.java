package dev.notifykit.codec;

/** A value is too large to be stored. Its host has made it so: smaller fields, parameters or data help, another attempt does not. */
public final class ValueTooLargeException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    ValueTooLargeException(String name, int maxBytes) {
        super("a " + name + " takes more than the " + maxBytes
                + " bytes that it may take in a store; make its texts shorter");
    }
}
