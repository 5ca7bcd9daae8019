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
import dev.notifykit.testkit.reply.Reply;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A host's test over a real socket. docs/testing.md shows it. */
@Timeout(300)
class SimulatedVendorTest {

    private static final String TOKEN = "0123456789abcdef".repeat(4);
    private static final String DEAD_TOKEN = "fedcba9876543210".repeat(4);

    private static Target phone(String token) {
        return Target.apns("com.acme.app", token);
    }

    @Test
    void appleSaysSinceWhenATokenIsDead() {
        Instant since = Instant.parse("2026-01-01T00:00:00Z");
        Notification hello = Notification.alert("Hello", "It works");
        try (ApnsSimulator simulator = ApnsSimulator.start()) {
            simulator.script(DEAD_TOKEN, Reply.unregistered(since));
            PushService apns = ApnsPushService.builder()
                    .host(simulator.host())
                    .port(simulator.port())
                    .trustedCertificates(simulator.trustedCertificate())
                    .signingKeyPem(simulator.signingKey()::p8)
                    .keyId(simulator.signingKey().keyId())
                    .teamId(simulator.signingKey().teamId())
                    .build();
            try (PushClient client =
                    PushClient.builder().app("com.acme.app", apns).build()) {
                PushRequest request = PushRequest.of(phone(TOKEN), hello);
                assertThat(client.send(request).join()).isInstanceOf(SendResult.Accepted.class);
                assertThat(simulator.journal().count(request.id().toString())).isEqualTo(1);

                assertThat(client.send(PushRequest.of(phone(DEAD_TOKEN), hello)).join())
                        .isEqualTo(new SendResult.TokenInvalid("Unregistered", since));
            }
        }
    }
}
