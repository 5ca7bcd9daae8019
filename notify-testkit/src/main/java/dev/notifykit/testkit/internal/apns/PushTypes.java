package dev.notifykit.testkit.internal.apns;

import java.util.Map;

/**
 * The push types and the topic suffix of each.
 *
 * @see <a href="https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns">Apple: Sending
 *     notification requests to APNs</a>
 */
final class PushTypes {
    static final String VOIP_SUFFIX = ".voip";

    private static final Map<String, String> SUFFIXES = Map.ofEntries(
            Map.entry("alert", ""),
            Map.entry("background", ""),
            Map.entry("mdm", ""),
            Map.entry("location", ".location-query"),
            Map.entry("voip", VOIP_SUFFIX),
            Map.entry("complication", ".complication"),
            Map.entry("fileprovider", ".pushkit.fileprovider"),
            Map.entry("liveactivity", ".push-type.liveactivity"),
            Map.entry("pushtotalk", ".voip-ptt"),
            Map.entry("widgets", ".push-type.widgets"),
            Map.entry("controls", ".push-type.controls"));

    private PushTypes() {}

    static boolean isKnown(String pushType) {
        return SUFFIXES.containsKey(pushType);
    }

    /** The suffix that the push type's topic must end with; empty for a bare bundle id. */
    static String suffixOf(String pushType) {
        return SUFFIXES.getOrDefault(pushType, "");
    }

    /** The longest known suffix that the topic ends with; empty for a bare bundle id. */
    static String suffixIn(String topic) {
        String longest = "";
        for (String suffix : SUFFIXES.values()) {
            if (suffix.length() > longest.length() && topic.endsWith(suffix)) {
                longest = suffix;
            }
        }
        return longest;
    }
}
