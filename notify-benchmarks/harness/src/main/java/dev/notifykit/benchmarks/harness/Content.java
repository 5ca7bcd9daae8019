package dev.notifykit.benchmarks.harness;

import java.util.Random;

/** What every peer says, so that all put the same bytes on the wire; each encodes it anew for every message. */
public final class Content {

    /** The application, and APNs' topic. */
    public static final String APP = "com.acme.app";

    /** The first line. */
    public static final String TITLE = "Your parcel is on its way";

    /** The text, with a character beyond ASCII and one that JSON escapes. */
    public static final String BODY = "Ada's driver is \"2 stops\" away \u2013 you can follow the van on the map.";

    /** The sound. */
    public static final String SOUND = "default";

    /** The first data field. */
    public static final String KIND_KEY = "kind";

    /** Its value. */
    public static final String KIND = "parcel";

    /** The second data field. */
    public static final String LINK_KEY = "link";

    /** Its value. */
    public static final String LINK = "https://shop.acme.example/parcels/2026/11/81923";

    /** Where the message's id stands in the data. */
    public static final String ID_KEY = "nk_id";

    private static final int TOKENS = 4096;
    private static final String HEX = "0123456789abcdef";
    private static final String URL_SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static final String[] APNS_TOKENS = new String[TOKENS];
    private static final String[] FCM_TOKENS = new String[TOKENS];

    static {
        Random random = new Random(42);
        for (int i = 0; i < TOKENS; i++) {
            APNS_TOKENS[i] = word(random, HEX, 64);
            FCM_TOKENS[i] = word(random, URL_SAFE, 22) + ":APA91b" + word(random, URL_SAFE, 134);
        }
    }

    private Content() {}

    private static String word(Random random, String alphabet, int length) {
        StringBuilder word = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            word.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return word.toString();
    }

    /**
     * The device of a message; some thousand devices take turns.
     *
     * @param number of the message
     * @return a device token of APNs
     */
    public static String apnsToken(int number) {
        return APNS_TOKENS[number % TOKENS];
    }

    /**
     * The device of a message; some thousand devices take turns.
     *
     * @param number of the message
     * @return a registration token of FCM
     */
    public static String fcmToken(int number) {
        return FCM_TOKENS[number % TOKENS];
    }
}
