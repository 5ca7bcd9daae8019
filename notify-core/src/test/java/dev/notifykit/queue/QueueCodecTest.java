package dev.notifykit.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.notifykit.codec.Fields;
import dev.notifykit.codec.ValueTooLargeException;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.message.Message;
import dev.notifykit.message.MessageCodec;
import dev.notifykit.message.Recipient;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.OptionsFormats;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueueCodecTest {

    private static final QueueCodec CODEC = new QueueCodec(OptionsFormats.of());
    private static final Notification ALERT = Notification.alert("t", "b");
    private static final Delivery BARE =
            Delivery.of(MessageId.of("m-1"), null, PushRequest.of(Target.apns("com.acme.app", "c0ffee"), ALERT));

    @Test
    void noPartOfADeliveryIsForgotten() throws ReflectiveOperationException {
        Delivery full = new Delivery(
                MessageId.of("m-2"),
                DedupKey.of("order"),
                PushRequest.of(Target.fcm("com.acme.app", "token"), Notification.alert("u", "c")),
                3,
                true,
                Duration.ofMillis(1));

        Fields.allComeBack(full, BARE, CODEC.unpackDelivery(CODEC.pack(full)));
    }

    @Test
    void aDeliveryTakesWhatItSaysAndLittleMore() {
        Target phone =
                Target.apns("com.acme.shop.app", "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0");
        Notification said = Notification.alert("Shipped", "x".repeat(100));
        Delivery delivery = Delivery.of(MessageId.random(), DedupKey.of("order/17"), PushRequest.of(phone, said));

        assertThat(CODEC.pack(delivery).length).isLessThan(107 + 32 + 140);
    }

    @Test
    void aKeyThatIsMadeOfTheMessagesIdTakesNoRoom() {
        Message message = Message.of(Recipient.device(BARE.request().target()), ALERT);
        DedupKey its = Submission.keyOf(message);
        Delivery named = Delivery.of(message.id(), its, BARE.request());

        assertThat(its.id()).isEqualTo("notifykit:message:" + message.id());
        assertThat(CODEC.unpackDelivery(CODEC.pack(named))).isEqualTo(named);
        assertThat(CODEC.pack(named)).hasSameSizeAs(CODEC.pack(Delivery.of(message.id(), null, BARE.request())));
    }

    @Test
    void aKeyThatOnlyLooksLikeItIsKeptAsItIs() {
        DedupKey key = DedupKey.of("notifykit:message:m-1");
        for (DedupKey other : List.of(key.content("c"), key.version(1), DedupKey.of("notifykit:message:m-2"))) {
            Delivery delivery = Delivery.of(MessageId.of("m-1"), other, BARE.request());

            assertThat(CODEC.unpackDelivery(CODEC.pack(delivery))).isEqualTo(delivery);
        }
    }

    @Test
    void whatANewerBuildHasAddedToADeliveryOrALetterIsSkipped() {
        DeadLetter letter = letter("Busy");

        assertThat(CODEC.unpackDelivery(Fields.newer(CODEC.pack(BARE)))).isEqualTo(BARE);
        assertThat(QueueCodec.unpackLetter(Fields.newer(QueueCodec.pack(letter)), letter.id(), letter.delivery()))
                .isEqualTo(letter);
    }

    @Test
    void aLetterComesBackWithWhatLiesBesideIt() {
        for (DeadLetter.Why why : DeadLetter.Why.values()) {
            DeadLetter letter = new DeadLetter(DeadLetter.Id.of(BARE.id()), why, BARE, null, 4, Instant.EPOCH);

            assertThat(QueueCodec.unpackLetter(QueueCodec.pack(letter), letter.id(), BARE))
                    .isEqualTo(letter);
        }
    }

    @Test
    void aReasonIsCut() {
        assertThat(letter("x".repeat(100_000)).lastReason()).hasSize(DeadLetter.MAX_REASON_LENGTH);
        assertThat(QueueCodec.pack(letter("\ud83d\ude00".repeat(100_000))).length)
                .isLessThan(5_000);
    }

    @Test
    void whatCanBeSubmittedCanBeDelivered() {
        // A user's devices are not packed with the message; each may have the longest address.
        Target phone = Target.fcm("a".repeat(200), "\u4e00".repeat(Target.MAX_ADDRESS_LENGTH));
        Notification largest = Notification.builder()
                .title("t")
                .data("d", "x".repeat(MessageCodec.MAX_BYTES - 100))
                .build();
        DedupKey key = DedupKey.of("\u4e00".repeat(DedupKey.MAX_ID_LENGTH))
                .content("c")
                .version(Long.MIN_VALUE);
        Delivery delivery = Delivery.of(MessageId.of("m".repeat(200)), key, PushRequest.of(phone, largest));

        assertThat(CODEC.unpackDelivery(CODEC.pack(delivery)).equals(delivery)).isTrue();
    }

    @Test
    void whatIsTooLargeIsRefusedBeforeItIsStored() {
        Notification large = Notification.builder()
                .title("t")
                .data("d", "x".repeat(QueueCodec.MAX_DELIVERY_BYTES))
                .build();
        Delivery delivery =
                Delivery.of(MessageId.random(), null, PushRequest.of(Target.fcm("com.acme.app", "token"), large));

        assertThatExceptionOfType(ValueTooLargeException.class)
                .isThrownBy(() -> CODEC.pack(delivery))
                .withMessageContaining("delivery")
                .withMessageNotContaining("xxx");
    }

    private static DeadLetter letter(String reason) {
        return new DeadLetter(
                DeadLetter.Id.of(RequestId.random()), DeadLetter.Why.ATTEMPTS, BARE, reason, 10, Instant.EPOCH);
    }
}
