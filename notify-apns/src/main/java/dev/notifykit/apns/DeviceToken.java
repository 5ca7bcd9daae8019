package dev.notifykit.apns;

import org.jspecify.annotations.Nullable;

/**
 * Device tokens: hexadecimal, of a length that Apple asks us not to assume. Apps print them in several ways ({@code <00FC 13AD …>}), so
 * spaces and angle brackets are dropped and letters made small; anything else must not reach a URL path.
 *
 * @see <a href="https://developer.apple.com/documentation/usernotifications/registering-your-app-with-apns">Registering your app with
 *     APNs</a>
 */
final class DeviceToken {

    private DeviceToken() {}

    /** The token as it travels, or null when it is no token; {@link #problem} then says why. */
    static @Nullable String normalize(String address) {
        int length = address.length();
        for (int i = 0; i < length; i++) {
            if (!lowerHex(address.charAt(i))) {
                return clean(address, i);
            }
        }
        return length > 0 && length % 2 == 0 ? address : null;
    }

    /** Says what is wrong without repeating any of it. */
    static String problem(String address) {
        int digits = 0;
        for (int i = 0; i < address.length(); i++) {
            char c = address.charAt(i);
            if (lowerHex(Character.toLowerCase(c)) && c < 128) {
                digits++;
            } else if (!decoration(c)) {
                return "address: character " + i + " of the device token is no hexadecimal digit";
            }
        }
        return "address: a device token has an even number of hexadecimal digits, this one has " + digits;
    }

    private static @Nullable String clean(String address, int plain) {
        StringBuilder out = new StringBuilder(address.length()).append(address, 0, plain);
        for (int i = plain; i < address.length(); i++) {
            char c = address.charAt(i);
            if (lowerHex(c)) {
                out.append(c);
            } else if (c >= 'A' && c <= 'F') {
                out.append((char) (c + ('a' - 'A')));
            } else if (!decoration(c)) {
                return null;
            }
        }
        return out.length() > 0 && out.length() % 2 == 0 ? out.toString() : null;
    }

    private static boolean lowerHex(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }

    private static boolean decoration(char c) {
        return c == ' ' || c == '<' || c == '>';
    }
}
