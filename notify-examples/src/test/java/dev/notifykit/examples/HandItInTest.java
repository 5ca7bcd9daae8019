package dev.notifykit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.PushClient;
import dev.notifykit.device.Device;
import dev.notifykit.message.Message;
import dev.notifykit.message.Recipient;
import dev.notifykit.message.SubmitReceipt;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.Target;
import dev.notifykit.push.UserId;
import dev.notifykit.queue.DeadLetters;
import dev.notifykit.result.DeliveryResult;
import dev.notifykit.result.SendResult;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.testing.FakePushService;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The README's way to hand a message in and to hear of it later. */
@Timeout(300)
class HandItInTest {

    private final FakePushService fcm = FakePushService.create(ProviderId.FCM);
    private final BlockingQueue<DeliveryResult> results = new LinkedBlockingQueue<>();

    private DeliveryResult next() throws InterruptedException {
        DeliveryResult next = results.poll(60, TimeUnit.SECONDS);
        assertThat(next).as("a result").isNotNull();
        return next;
    }

    @Test
    void aMessageIsHandedInForAUser() throws Exception {
        try (PushClient client = PushClient.builder()
                .app("com.acme.app", fcm)
                .messageSink(results::addAll)
                .build()) {
            client.start(); // begins to work on the queue
            UserId anna = UserId.of("anna");
            Target phone = Target.fcm("com.acme.app", "phone");
            client.devices()
                    .register(Device.builder(anna, phone, Instant.now()).build())
                    .join();

            Message message = Message.of(Recipient.user(anna), Notification.alert("Hello", "Are you there?"));
            SubmitReceipt receipt = client.submit(message);

            DeliveryResult result = next();
            assertThat(receipt.verdict()).isEqualTo(SubmitReceipt.Verdict.QUEUED);
            assertThat(result.message()).isEqualTo(receipt.id());
            assertThat(result.result()).isInstanceOf(SendResult.Accepted.class);
            assertThat(fcm.accepted())
                    .extracting((PushRequest request) -> request.target().address())
                    .containsExactly("phone");
        }
    }

    @Test
    void whatCouldNotBeDeliveredIsReplayed() throws Exception {
        fcm.respond(new PushResponse.Throttled("QUOTA_EXCEEDED", null, PushResponse.Throttled.Scope.DEVICE));
        try (PushClient client = PushClient.builder()
                .app("com.acme.app", fcm)
                .retryPolicy(RetryPolicy.none())
                .messageSink(results::addAll)
                .build()) {
            client.start();
            client.submit(Message.of(
                    Recipient.device(Target.fcm("com.acme.app", "phone")), Notification.alert("Hello", "Again")));
            assertThat(next().result()).isInstanceOf(SendResult.DeadLettered.class);

            DeadLetters letters = client.deadLetters();
            DeadLetters.Page page = letters.page(null, 100);
            while (page.letters().isEmpty()) { // the sink is told first
                page = letters.page(null, 100);
            }
            letters.replay(page.letters().stream().map(letter -> letter.id()).toList());

            assertThat(next().result()).isInstanceOf(SendResult.Accepted.class);
        }
    }
}
