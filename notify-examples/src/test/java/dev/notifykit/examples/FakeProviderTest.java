package dev.notifykit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.PushClient;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Unavailable;
import dev.notifykit.push.PushResponse.Unavailable.Cause;
import dev.notifykit.push.Target;
import dev.notifykit.result.SendResult;
import dev.notifykit.testing.FakePushService;
import dev.notifykit.testing.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A host's own unit tests: no network, no account, no waiting. README.md and docs/testing.md show them. */
@Timeout(300)
class FakeProviderTest {

    @Test
    void aDeadTokenIsReportedAndNotTriedAgain() {
        FakePushService fcm = FakePushService.create(ProviderId.FCM)
                .respondTo("old-phone", new PushResponse.TokenInvalid("UNREGISTERED", null));
        try (PushClient client = PushClient.builder().app("com.acme.app", fcm).build()) {
            Target phone = Target.fcm("com.acme.app", "old-phone");
            SendResult result = client.send(PushRequest.of(phone, Notification.alert("Hello", "Still there?")))
                    .join();
            assertThat(result).isEqualTo(new SendResult.TokenInvalid("UNREGISTERED", null));
            assertThat(fcm.requestsTo("old-phone")).hasSize(1);
        }
    }

    @Test
    void anHourOfOutagePassesInNoTime() {
        ManualTime time = ManualTime.create();
        FakePushService fcm = FakePushService.create(ProviderId.FCM)
                .respond(new Unavailable(Cause.SERVER_ERROR, "503", Duration.ofMinutes(50)));
        try (PushClient client =
                PushClient.builder().app("com.acme.app", fcm).timeSource(time).build()) {
            Instant start = time.now();
            CompletableFuture<SendResult> result = client.send(
                    PushRequest.of(Target.fcm("com.acme.app", "phone"), Notification.alert("Hello", "At last")));
            while (!result.isDone()) {
                time.advanceToNext(); // the client works on threads of its own: move the clock until it has its answer
            }
            assertThat(result.join()).isInstanceOf(SendResult.Accepted.class);
            assertThat(time.now()).isAfter(start.plus(Duration.ofMinutes(50)));
            assertThat(fcm.requestsTo("phone")).hasSize(2);
        }
    }
}
