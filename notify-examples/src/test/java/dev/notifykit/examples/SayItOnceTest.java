package dev.notifykit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.PushClient;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.message.Message;
import dev.notifykit.message.Recipient;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.Target;
import dev.notifykit.result.MessageResult;
import dev.notifykit.result.SendResult;
import dev.notifykit.result.SendResult.Suppressed;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.testing.FakePushService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An event that comes twice, and then corrected. README.md shows it. */
@Timeout(300)
class SayItOnceTest {

    private final FakePushService fcm = FakePushService.create(ProviderId.FCM);

    private static Message goal(String score) {
        Recipient phone = Recipient.device(Target.fcm("com.acme.app", "phone"));
        return Message.builder(phone, Notification.alert("Goal!", score))
                .dedupKey(DedupKey.of("match-42:goal-3:phone").content(score))
                .build();
    }

    @Test
    void aDuplicateStopsAndACorrectionPasses() {
        try (PushClient client = PushClient.builder().app("com.acme.app", fcm).build()) {
            MessageResult first = client.send(goal("2:1")).join();
            MessageResult again = client.send(goal("2:1")).join();
            MessageResult corrected = client.send(goal("1:1")).join();

            assertThat(first.accepted()).isTrue();
            assertThat(again.stopped()).isEqualTo(new Suppressed(Suppressed.Why.DUPLICATE));
            assertThat(corrected.accepted()).isTrue();
            // One place on the screen: the correction replaces what it corrects.
            assertThat(fcm.requests())
                    .extracting(request -> request.collapseId().orElseThrow())
                    .hasSize(2);
            assertThat(fcm.requests().get(0).collapseId())
                    .isEqualTo(fcm.requests().get(1).collapseId());
        }
    }

    @Test
    void aFailedSendIsNotADuplicate() {
        fcm.respond(new PushResponse.Throttled("QUOTA_EXCEEDED", null, PushResponse.Throttled.Scope.DEVICE));
        try (PushClient client = PushClient.builder()
                .app("com.acme.app", fcm)
                .retryPolicy(RetryPolicy.none())
                .build()) {
            assertThat(client.send(goal("2:1")).join().results().get(0)).isInstanceOf(SendResult.DeadLettered.class);
            assertThat(client.send(goal("2:1")).join().accepted()).isTrue();
        }
    }
}
