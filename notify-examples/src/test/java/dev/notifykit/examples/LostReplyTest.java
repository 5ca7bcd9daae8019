package dev.notifykit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.PushClient;
import dev.notifykit.apns.ApnsPushService;
import dev.notifykit.push.Notification;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushService;
import dev.notifykit.push.Target;
import dev.notifykit.result.SendResult;
import dev.notifykit.testkit.ApnsSimulator;
import dev.notifykit.testkit.fault.FaultProxy;
import dev.notifykit.testkit.fault.PlannedFault;
import dev.notifykit.testkit.junit.NotifyKitExtension;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A network that fails at the worst moment. docs/testing.md shows it. */
@Timeout(300)
class LostReplyTest {

    private static final Notification HELLO = Notification.alert("Hello", "It works");

    @RegisterExtension
    final NotifyKitExtension kit =
            NotifyKitExtension.builder().apns(apns -> apns).build();

    private static PushService through(FaultProxy proxy, ApnsSimulator apns) {
        return ApnsPushService.builder()
                .host("localhost")
                .port(proxy.port())
                .trustedCertificates(apns.trustedCertificate())
                .signingKeyPem(apns.signingKey()::p8)
                .keyId(apns.signingKey().keyId())
                .teamId(apns.signingKey().teamId())
                .build();
    }

    private static PushRequest toPhone() {
        return PushRequest.of(Target.apns("com.acme.app", "0123456789abcdef".repeat(4)), HELLO);
    }

    @Test
    void aPushWhoseAnswerIsLostIsSentAgainUnderTheSameId() throws InterruptedException {
        FaultProxy proxy = kit.proxy(kit.apns());
        try (PushClient client = PushClient.builder()
                .app("com.acme.app", through(proxy, kit.apns()))
                .build()) {
            client.send(toPhone()).join(); // the connection is open
            PlannedFault lost = proxy.nextRequest().ofAtLeast(150).resetAfter();

            PushRequest request = toPhone();
            assertThat(client.send(request).join()).isInstanceOf(SendResult.Accepted.class);

            assertThat(lost.await(Duration.ofSeconds(10))).isTrue();
            // Apple has it twice, with one id and one collapse id: the phone shows it once.
            assertThat(kit.apns().journal().count(request.id().toString())).isEqualTo(2);
        }
    }
}
