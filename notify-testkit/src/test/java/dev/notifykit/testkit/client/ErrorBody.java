package dev.notifykit.testkit.client;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;

/** Google's error body, read by a test. */
public record ErrorBody(int code, String message, String status, List<String> types, String errorCode, String field) {
    public static ErrorBody of(String json) {
        JsonObject error = JsonParser.parseString(json).getAsJsonObject().getAsJsonObject("error");
        List<String> types = new ArrayList<>();
        String errorCode = "";
        String field = "";
        if (error.has("details")) {
            for (JsonElement element : error.getAsJsonArray("details")) {
                JsonObject detail = element.getAsJsonObject();
                String type = detail.get("@type").getAsString();
                types.add(type.substring(type.lastIndexOf('.') + 1));
                if (detail.has("errorCode")) {
                    errorCode = detail.get("errorCode").getAsString();
                }
                if (detail.has("fieldViolations")) {
                    JsonObject violation =
                            detail.getAsJsonArray("fieldViolations").get(0).getAsJsonObject();
                    field = violation.get("field").getAsString();
                }
            }
        }
        return new ErrorBody(
                error.get("code").getAsInt(),
                error.get("message").getAsString(),
                error.get("status").getAsString(),
                types,
                errorCode,
                field);
    }
}
