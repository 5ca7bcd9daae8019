package dev.notifykit.apns;

import com.eatthepath.json.JsonParser;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Map;

/** The JSON object in an answer of Apple's. Whatever cannot be read counts as empty: what is said then is said by the status. */
final class AppleBody {

    private AppleBody() {}

    static Map<String, Object> read(byte[] body) {
        if (body.length == 0) {
            return Map.of();
        }
        try {
            return new JsonParser().parseJsonObject(new String(body, StandardCharsets.UTF_8));
        } catch (ParseException
                | RuntimeException
                | StackOverflowError unreadable) { // the parser runs off the end, or too deep
            return Map.of();
        }
    }
}
