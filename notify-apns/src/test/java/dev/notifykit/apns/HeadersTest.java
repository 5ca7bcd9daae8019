package dev.notifykit.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.apns.ApnsOptions.Priority;
import dev.notifykit.apns.ApnsOptions.PushType;
import dev.notifykit.push.Environment;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Accepted;
import dev.notifykit.push.PushResponse.Rejected;
import dev.notifykit.push.Target;
import dev.notifykit.testkit.journal.RecordedRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What really travels; the simulator refuses what Apple refuses. */
class HeadersTest {

    private final Rig rig = Rig.start();

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void anAlert() {
        Instant expiresAt = Instant.now().plus(Duration.ofHours(2));
        PushRequest request = PushRequest.builder(
                        Target.apns(Rig.APP, "<" + Rig.TOKEN.toUpperCase(Locale.ROOT) + ">"),
                        Notification.alert("Hé", "\ud83d\ude00"))
                .expiresAt(expiresAt)
                .build();
        assertThat(rig.push(request)).isInstanceOf(Accepted.class);
        RecordedRequest seen = rig.seen();
        assertThat(seen.method()).isEqualTo("POST");
        assertThat(seen.path()).isEqualTo("/3/device/" + Rig.TOKEN);
        assertThat(seen.header("apns-id")).isEqualTo(request.id().toString());
        assertThat(seen.header("apns-collapse-id")).isEqualTo(request.id().toString());
        assertThat(seen.header("apns-topic")).isEqualTo(Rig.APP);
        assertThat(seen.header("apns-push-type")).isEqualTo("alert");
        assertThat(seen.header("apns-priority")).isEqualTo("10");
        assertThat(seen.header("apns-expiration")).isEqualTo(String.valueOf(expiresAt.getEpochSecond() + 1));
        assertThat(seen.body())
                .isEqualTo("{\"aps\":{\"alert\":{\"title\":\"Hé\",\"body\":\"\ud83d\ude00\"}},\"nk_id\":\""
                        + request.id() + "\"}");
    }

    @Test
    void aBackgroundPush() {
        assertThat(rig.push(Rig.request(Notification.builder().background().build())))
                .isInstanceOf(Accepted.class);
        assertThat(rig.seen().header("apns-push-type")).isEqualTo("background");
        assertThat(rig.seen().header("apns-priority")).isEqualTo("5");
        assertThat(rig.seen().headers()).doesNotContainKey("apns-collapse-id");
    }

    @Test
    void anUnsetExpirationIsApplesLongest() {
        long before = Instant.now().plus(Duration.ofDays(30)).getEpochSecond();
        rig.push();
        assertThat(Long.parseLong(rig.seen().header("apns-expiration"))).isBetween(before, before + 10);
    }

    @ParameterizedTest
    @EnumSource(PushType.class)
    void everyPushTypeIsTaken(PushType type) {
        Notification.Builder n = Notification.builder();
        if (type == PushType.BACKGROUND || type.reloads()) {
            n.background();
        } else {
            n.title("t");
        }
        ApnsOptions options = ApnsOptions.builder()
                .pushType(type)
                .priority(Priority.CONSERVE_POWER)
                .build();
        assertThat(rig.push(Rig.request(n.options(options).build()))).isInstanceOf(Accepted.class);
        assertThat(rig.seen().header("apns-priority")).isEqualTo("5");
        assertThat(rig.seen().header("apns-push-type")).isEqualTo(type.wire());
        assertThat(rig.apns().traffic().refusals()).isEmpty();
    }

    @Test
    void theServicesTopicAndEnvironment() {
        try (ApnsPushService sandbox = Rig.clientOf(rig.apns())
                .topic("com.acme.default")
                .environment(Environment.SANDBOX)
                .build()) {
            assertThat(sandbox.environment()).isEqualTo(Environment.SANDBOX);
            assertThat(sandbox.provider()).isEqualTo(ProviderId.APNS);
            Target target = new Target(Rig.request().target().app(), ProviderId.APNS, Environment.SANDBOX, Rig.TOKEN);
            assertThat(Rig.await(sandbox.push(PushRequest.of(target, Notification.alert("t", "b")))))
                    .isInstanceOf(Accepted.class);
            assertThat(rig.seen().header("apns-topic")).isEqualTo("com.acme.default");
        }
    }

    @Test
    void theLargestPayloadPassesAndOneByteMoreNeverLeaves() {
        for (PushType type : List.of(PushType.ALERT, PushType.VOIP)) {
            int limit = type.maxPayloadBytes();
            PushRequest empty = sized("", type);
            rig.push(empty);
            int frame = rig.seen().body().length();
            assertThat(rig.push(sized("x".repeat(limit - frame), type))).isInstanceOf(Accepted.class);
            assertThat(rig.seen().body()).hasSize(limit);
            PushRequest over = sized("x".repeat(limit - frame + 1), type);
            assertThat(rig.push(over)).isInstanceOfSatisfying(Rejected.class, r -> {
                assertThat(r.reason()).isEqualTo("PAYLOAD_TOO_LARGE");
                assertThat(rig.service().check(over)).contains(r);
            });
        }
        assertThat(rig.apns().traffic().requests()).isEqualTo(4);
    }

    private static PushRequest sized(String body, PushType type) {
        return Rig.request(Notification.builder()
                .body(body)
                .options(ApnsOptions.builder().pushType(type).build())
                .build());
    }

    @Test
    void whatIsWrongIsKnownInAdvanceAndNeverLeaves() {
        PushRequest wrong = PushRequest.of(Target.apns(Rig.APP, "../x"), Notification.alert("t", "b"));
        assertThat(rig.push(wrong))
                .isInstanceOfSatisfying(
                        Rejected.class,
                        r -> assertThat(rig.service().check(wrong)).contains(r));
        PushRequest expired = PushRequest.builder(Target.apns(Rig.APP, Rig.TOKEN), Notification.alert("t", "b"))
                .expiresAt(Instant.now())
                .build();
        assertThat(rig.push(expired))
                .isInstanceOfSatisfying(
                        Rejected.class, r -> assertThat(r.reason()).isEqualTo("EXPIRED"));
        assertThat(rig.service().check(Rig.request())).isEmpty();
        assertThat(rig.apns().traffic().requests()).isZero();
    }

    @Test
    void severalConnectionsAreUsed() {
        try (ApnsPushService two = Rig.clientOf(rig.apns()).connections(2).build()) {
            for (int i = 0; i < 6; i++) {
                assertThat(Rig.await(two.push(Rig.request()))).isInstanceOf(Accepted.class);
            }
            assertThat(rig.apns().traffic().connections()).isEqualTo(2);
        }
    }

    @Test
    void aBurstWaitsWhileAppleAllowsOneStream() {
        try (Rig strict = Rig.start(b -> b.oneStreamUntilAuthenticated(true), b -> b)) {
            List<CompletableFuture<PushResponse>> burst = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                burst.add(strict.service().push(Rig.request()));
            }
            burst.forEach(f -> assertThat(Rig.await(f)).isInstanceOf(Accepted.class));
        }
    }
}
