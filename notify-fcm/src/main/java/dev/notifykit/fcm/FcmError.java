package dev.notifykit.fcm;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What an answer's body says, as far as it is understood: FCM's message name, or Google's error model. A body that is no JSON, or
 * another JSON, gives {@link #NONE}. FCM's texts may repeat the token or the payload, so {@code message} is compared and never shown.
 *
 * @param name the accepted message's name
 * @param status the canonical status, such as {@code NOT_FOUND}
 * @param message the text for developers
 * @param errorCode FCM's own code from {@code FcmError}, such as {@code UNREGISTERED}
 * @param fields the paths of {@code BadRequest.fieldViolations}
 * @param quotas subject and description of each {@code QuotaFailure} violation
 * @see <a href="https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode">FCM: ErrorCode</a>
 * @see <a href="https://cloud.google.com/apis/design/errors#error_model">Google APIs: error model</a>
 */
record FcmError(
        @Nullable String name,
        @Nullable String status,
        String message,
        @Nullable String errorCode,
        List<String> fields,
        List<String> quotas) {

    static final FcmError NONE = new FcmError(null, null, "", null, List.of(), List.of());

    /** More than this is never kept of a field path, and never more than so many of them. */
    private static final int MAX_FIELD = 120;

    private static final int MAX_VIOLATIONS = 8;

    static FcmError parse(@Nullable String contentType, byte[] body) {
        if (contentType == null || !contentType.toLowerCase(Locale.ROOT).startsWith("application/json")) {
            return NONE;
        }
        String accepted = accepted(body);
        if (accepted != null) {
            return new FcmError(accepted, null, "", null, List.of(), List.of());
        }
        try (JsonReader in = new JsonReader(new StringReader(new String(body, StandardCharsets.UTF_8)))) {
            Parser parser = new Parser(in);
            parser.top();
            return parser.result();
        } catch (IOException | IllegalStateException | NumberFormatException notOurs) {
            // JsonReader throws IllegalStateException where the shape is not what is asked for.
            return NONE;
        }
    }

    /**
     * The name in the usual answer, an object with {@code name} alone and in it nothing that JSON escapes: nearly every answer is one,
     * and a parser takes kilobytes for it. Null for everything else.
     */
    private static @Nullable String accepted(byte[] body) {
        int start = after(body, after(body, after(body, after(body, 0, "{"), "\"name\""), ":"), "\"");
        if (start < 0) {
            return null;
        }
        int end = start;
        while (end < body.length && body[end] >= ' ' && body[end] != '"' && body[end] != '\\') {
            end++; // what is beyond ASCII is negative, and left to the parser
        }
        boolean closed = end < body.length && body[end] == '"' && after(body, end + 1, "}") == body.length;
        return closed && end > start ? new String(body, start, end - start, StandardCharsets.US_ASCII) : null;
    }

    /** Where it goes on after a word and the white space around it; negative when the word is not there. */
    private static int after(byte[] body, int from, String word) {
        int at = from < 0 ? from : skipSpace(body, from);
        for (int i = 0; i < word.length() && at >= 0; i++) {
            at = at < body.length && body[at] == word.charAt(i) ? at + 1 : -1;
        }
        // Within quotes space is content.
        return at < 0 || word.equals("\"") ? at : skipSpace(body, at);
    }

    private static int skipSpace(byte[] body, int from) {
        int at = from;
        while (at < body.length && (body[at] == ' ' || body[at] == '\n' || body[at] == '\r' || body[at] == '\t')) {
            at++;
        }
        return at;
    }

    @Override
    public String toString() {
        return "FcmError[" + status + "]";
    }

    private static final class Parser {
        private final JsonReader in;
        private @Nullable String name;
        private @Nullable String status;
        private String message = "";
        private @Nullable String errorCode;
        private final List<String> fields = new ArrayList<>();
        private final List<String> quotas = new ArrayList<>();

        Parser(JsonReader in) {
            this.in = in;
        }

        FcmError result() {
            return new FcmError(name, status, message, errorCode, fields, quotas);
        }

        void top() throws IOException {
            in.beginObject();
            while (in.hasNext()) {
                switch (in.nextName()) {
                    case "name" -> name = text();
                    case "error" -> error();
                    default -> in.skipValue();
                }
            }
            in.endObject();
        }

        private void error() throws IOException {
            in.beginObject();
            while (in.hasNext()) {
                switch (in.nextName()) {
                    case "status" -> status = identifier(text());
                    case "message" -> {
                        String found = text();
                        message = found == null ? "" : found;
                    }
                    case "details" -> details();
                    default -> in.skipValue();
                }
            }
            in.endObject();
        }

        private void details() throws IOException {
            in.beginArray();
            while (in.hasNext()) {
                if (in.peek() == JsonToken.BEGIN_OBJECT) {
                    detail();
                } else {
                    in.skipValue();
                }
            }
            in.endArray();
        }

        /** The type may stand behind the fields. Only {@code errorCode} needs it: the other names belong to one type each. */
        private void detail() throws IOException {
            String type = null;
            String code = null;
            in.beginObject();
            while (in.hasNext()) {
                switch (in.nextName()) {
                    case "@type" -> type = text();
                    case "errorCode" -> code = identifier(text());
                    case "fieldViolations" -> violations(fields, "field", "");
                    case "violations" -> violations(quotas, "subject", "description");
                    default -> in.skipValue();
                }
            }
            in.endObject();
            if (type != null && type.endsWith("FcmError")) {
                errorCode = code;
            }
        }

        private void violations(List<String> into, String first, String second) throws IOException {
            in.beginArray();
            while (in.hasNext()) {
                StringBuilder found = new StringBuilder();
                in.beginObject();
                while (in.hasNext()) {
                    String key = in.nextName();
                    String value = key.equals(first) || key.equals(second) ? text() : null;
                    if (value != null) {
                        found.append(found.isEmpty() ? "" : " ").append(value);
                    } else if (!key.equals(first) && !key.equals(second)) {
                        in.skipValue();
                    }
                }
                in.endObject();
                if (into.size() < MAX_VIOLATIONS) {
                    into.add(found.substring(0, Math.min(found.length(), MAX_FIELD)));
                }
            }
            in.endArray();
        }

        private @Nullable String text() throws IOException {
            if (in.peek() == JsonToken.STRING || in.peek() == JsonToken.NUMBER) {
                return in.nextString();
            }
            in.skipValue();
            return null;
        }

        /** Vendor codes are an open set, but they look like names; what does not may be anything, a token even. */
        private static @Nullable String identifier(@Nullable String text) {
            return text != null && text.matches("[A-Za-z0-9_]{1,64}") ? text : null;
        }
    }
}
