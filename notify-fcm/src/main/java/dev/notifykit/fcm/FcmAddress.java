package dev.notifykit.fcm;

import dev.notifykit.push.PushResponse.Rejected;
import dev.notifykit.push.Target;
import java.util.Optional;

/**
 * What the address of an FCM target means. A plain string is a <em>registration token</em>; one that begins with {@value #FID_PREFIX}
 * is a <em>Firebase installation id</em>, which FCM prefers where the app reports it. A registration token cannot be mistaken for
 * one: what stands before its first colon has 22 characters.
 *
 * <p>Stateless; all methods may be called from any thread.
 *
 * @see <a href="https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages#Message">FCM: Message</a>
 */
public final class FcmAddress {

    /** What stands before an installation id. */
    public static final String FID_PREFIX = "fid:";

    /** By character; a table, since a token is long and every request has one. */
    private static final boolean[] IN_TOKEN = new boolean[128];

    static {
        for (char c = '!'; c <= '~'; c++) {
            IN_TOKEN[c] = c != '<' && c != '>' && c != '"' && c != '\\';
        }
    }

    private FcmAddress() {}

    /**
     * The address of an installation: {@code Target.fcm("com.acme.app", FcmAddress.fid(id))}.
     *
     * @param installationId the Firebase installation id as the app reports it: base64url characters
     * @return the address
     * @throws IllegalArgumentException when the id is empty or has other characters; the message does not show it
     */
    public static String fid(String installationId) {
        if (!isBase64Url(installationId, 0)) {
            throw new IllegalArgumentException(
                    "a Firebase installation id has letters, digits, '-' and '_', and at least one of them");
        }
        return FID_PREFIX + installationId;
    }

    static boolean isFid(String address) {
        return address.startsWith(FID_PREFIX);
    }

    /** The address goes into a JSON string, never into a path; what no vendor ever gave out is refused here all the same. */
    static Optional<Rejected> problem(Target target) {
        String address = target.address();
        if (isFid(address)) {
            return isBase64Url(address, FID_PREFIX.length())
                    ? Optional.empty()
                    : Optional.of(new Rejected(
                            "INVALID_ADDRESS", "an installation id has letters, digits, '-' and '_' only"));
        }
        for (int i = 0; i < address.length(); i++) {
            char c = address.charAt(i);
            if (c >= IN_TOKEN.length || !IN_TOKEN[c]) {
                return Optional.of(new Rejected(
                        "INVALID_ADDRESS",
                        "a registration token is printable ASCII without spaces, quotes or angle brackets; character "
                                + i + " is not"));
            }
        }
        return Optional.empty();
    }

    private static boolean isBase64Url(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_')) {
                return false;
            }
        }
        return text.length() > from;
    }
}
