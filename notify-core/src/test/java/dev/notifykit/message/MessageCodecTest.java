package dev.notifykit.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.codec.Fields;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.push.AppId;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.OptionsFormats;
import dev.notifykit.push.Target;
import dev.notifykit.push.TopicName;
import dev.notifykit.push.Urgency;
import dev.notifykit.push.UserId;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageCodecTest {

    private static final MessageCodec CODEC = new MessageCodec(OptionsFormats.of());
    private static final Message BARE = Message.builder(
                    Recipient.device(Target.apns("com.acme.app", "c0ffee")), Notification.alert("t", "b"))
            .id(MessageId.of("m-1"))
            .build();

    @Test
    void noFieldIsForgotten() throws ReflectiveOperationException {
        Message full = Message.builder(
                        Recipient.device(Target.fcm("com.acme.app", "token")), Notification.alert("u", "c"))
                .id(MessageId.of("m-2"))
                .dedupKey(DedupKey.of("event"))
                .expiresAt(Instant.EPOCH)
                .notBefore(Instant.EPOCH)
                .urgency(Urgency.BULK)
                .collapseId("c")
                .stableId(false)
                .kept(Fields.newerField())
                .build();

        Fields.allComeBack(full, BARE, CODEC.unpack(CODEC.pack(full)));
    }

    @Test
    void aDedupKeyComesBack() {
        DedupKey id = DedupKey.of("order/17 \ud800");
        for (DedupKey key : List.of(
                id,
                id.content("shipped"),
                id.version(-4),
                id.version(Long.MAX_VALUE),
                id.content("").version(0))) {
            Message message = Message.builder(BARE.recipient(), BARE.notification())
                    .id(BARE.id())
                    .dedupKey(key)
                    .build();
            DedupKey unpacked = CODEC.unpack(CODEC.pack(message)).dedupKey().orElseThrow();

            assertThat(unpacked).isEqualTo(key);
            assertThat(unpacked.contentHash()).isEqualTo(key.contentHash());
            assertThat(unpacked.version(9).contentHash())
                    .isEqualTo(key.version(9).contentHash());
        }
    }

    @Test
    void everyRecipientComesBack() {
        for (Recipient recipient : List.of(
                Recipient.user(UserId.of("eve@example.com \ud800")),
                Recipient.user(AppId.of("com.acme.app"), UserId.of("eve")),
                Recipient.topic(TopicName.of("match:42")))) {
            Message message = Message.of(recipient, BARE.notification());

            assertThat(CODEC.unpack(CODEC.pack(message))).isEqualTo(message);
        }
    }

    @Test
    void whatANewerBuildHasAddedIsKept() {
        byte[] newer = Fields.newer(CODEC.pack(BARE));
        Message read = CODEC.unpack(newer);

        assertThat(read.id()).isEqualTo(BARE.id());
        assertThat(read).isNotEqualTo(BARE);
        assertThat(CODEC.pack(read)).isEqualTo(newer);
    }
}
