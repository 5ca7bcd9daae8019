package dev.notifykit.benchmarks.peers;

import dev.notifykit.benchmarks.harness.Batch;
import dev.notifykit.benchmarks.harness.Content;
import java.nio.charset.StandardCharsets;

/** A message to FCM as somebody makes it who writes his JSON himself. */
final class FcmMessage {

    private FcmMessage() {}

    /** The body of one message, made anew. */
    static byte[] of(Batch batch, int number) {
        String id = batch.id(number).toString();
        return new Json()
                .raw("{\"message\":{\"token\":")
                .quoted(Content.fcmToken(number))
                .raw(",\"data\":{\"kind\":")
                .quoted(Content.KIND)
                .raw(",\"link\":")
                .quoted(Content.LINK)
                .raw(",\"nk_id\":")
                .quoted(id)
                .raw("},\"notification\":{\"title\":")
                .quoted(Content.TITLE)
                .raw(",\"body\":")
                .quoted(Content.BODY)
                .raw("},\"android\":{\"priority\":\"HIGH\",\"notification\":{\"sound\":")
                .quoted(Content.SOUND)
                .raw(",\"tag\":")
                .quoted(id)
                .raw("}}}}")
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }
}
