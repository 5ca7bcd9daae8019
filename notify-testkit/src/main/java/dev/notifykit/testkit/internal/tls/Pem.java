package dev.notifykit.testkit.internal.tls;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** PEM text around DER bytes. */
public final class Pem {
    private Pem() {}

    /** The text form, 64 characters a line, with a final newline. */
    public static String encode(String label, byte[] der) {
        String body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }
}
