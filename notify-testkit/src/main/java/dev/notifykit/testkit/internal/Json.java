package dev.notifykit.testkit.internal;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import org.jspecify.annotations.Nullable;

/** Strict reading of JSON objects: no comments, no single quotes, nothing after the end. Of repeated names the last one counts. */
public final class Json {
    private static final TypeAdapter<JsonElement> ELEMENTS = new Gson().getAdapter(JsonElement.class);

    private Json() {}

    /** The object that the text is, or null where it is none. */
    public static @Nullable JsonObject object(String text) {
        try (JsonReader reader = strict(text)) {
            JsonElement element = ELEMENTS.read(reader);
            boolean complete = reader.peek() == JsonToken.END_DOCUMENT;
            return complete && element instanceof JsonObject object ? object : null;
        } catch (IOException | JsonParseException | IllegalStateException e) {
            return null; // that it is no JSON is the answer
        }
    }

    /** Whether the text is one JSON object; builds nothing. */
    public static boolean isObject(String text) {
        try (JsonReader reader = strict(text)) {
            if (reader.peek() != JsonToken.BEGIN_OBJECT) {
                return false;
            }
            reader.skipValue();
            return reader.peek() == JsonToken.END_DOCUMENT;
        } catch (IOException | IllegalStateException e) {
            return false; // that it is no JSON is the answer
        }
    }

    private static JsonReader strict(String text) {
        JsonReader reader = new JsonReader(new StringReader(text));
        reader.setStrictness(Strictness.STRICT);
        return reader;
    }
}
