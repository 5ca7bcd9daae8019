package dev.notifykit.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.PushClient;
import dev.notifykit.apns.ApnsChannel.Storage;
import dev.notifykit.apns.ApnsOptions.Priority;
import dev.notifykit.push.Notification;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Accepted;
import dev.notifykit.push.PushResponse.Rejected;
import dev.notifykit.push.PushResponse.Throttled;
import dev.notifykit.push.PushResponse.TokenInvalid;
import dev.notifykit.push.PushResponse.Unavailable;
import dev.notifykit.push.Target;
import dev.notifykit.result.SendResult;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.testkit.journal.RecordedRequest;
import dev.notifykit.testkit.reply.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A push to a channel takes the whole road of a push, with headers of its own. */
class BroadcastTest {

    private final Rig rig = Rig.start(b -> b.recordRequests(100), b -> b.serverErrorBackoff(Duration.ZERO));

    @AfterEach
    void stop() {
        rig.close();
    }

    private ApnsChannel channel(Storage storage) {
        return new ApnsChannel(rig.apns().createChannel(Rig.APP, storage == Storage.LATEST), storage);
    }

    private static Notification update() {
        return update(o -> o);
    }

    private static Notification update(UnaryOperator<ApnsOptions.Builder> options) {
        LiveActivity activity = LiveActivity.update("{\"score\":1}")
                .timestamp(Instant.ofEpochSecond(1_700_000_000))
                .build();
        return Notification.builder()
                .background()
                .options(options.apply(ApnsOptions.builder().liveActivity(activity))
                        .build())
                .build();
    }

    private static PushRequest.Builder to(String address, Notification n) {
        return PushRequest.builder(Target.apns(Rig.APP, address), n);
    }

    private static PushRequest to(ApnsChannel channel) {
        return to(channel.address(), update()).build();
    }

    private void assertRefused(PushRequest request, String reason, String inDetail) {
        assertThat(rig.push(request)).isInstanceOfSatisfying(Rejected.class, r -> {
            assertThat(r.reason()).isEqualTo(reason);
            assertThat(r.detail()).contains(inDetail);
            assertThat(rig.service().check(request)).contains(r);
        });
        assertThat(rig.apns().traffic().requests()).isZero();
    }

    @Test
    void everyHeaderOfAChannelThatKeepsNothing() {
        ApnsChannel channel = channel(Storage.NONE);
        PushRequest request = to(channel.address(), update(o -> o.priority(Priority.NEVER_WAKE)))
                .expiresAt(Instant.now().plus(Duration.ofHours(1)))
                .collapseId("left out")
                .stableId(false)
                .build();
        assertThat(rig.push(request)).isEqualTo(new Accepted(request.id().toString()));
        RecordedRequest seen = rig.seen();
        assertThat(seen.method()).isEqualTo("POST");
        assertThat(seen.path()).isEqualTo("/4/broadcasts/apps/" + Rig.APP);
        assertThat(seen.header("authorization")).startsWith("bearer ");
        assertThat(seen.header("apns-request-id")).isEqualTo(request.id().toString());
        assertThat(seen.header("apns-channel-id")).isEqualTo(channel.id());
        assertThat(seen.header("apns-push-type")).isEqualTo("liveactivity");
        assertThat(seen.header("apns-priority")).isEqualTo("1");
        assertThat(seen.header("apns-expiration")).as("all else is refused").isEqualTo("0");
        assertThat(seen.headers()).doesNotContainKeys("apns-id", "apns-topic", "apns-collapse-id");
        assertThat(seen.body())
                .isEqualTo("{\"aps\":{\"timestamp\":1700000000,\"event\":\"update\",\"content-state\":{\"score\":1}}}");
        assertThat(rig.apns().journal().count(request.id().toString())).isEqualTo(1);
    }

    @Test
    void aChannelThatKeepsTheLatestHasAnEnd() {
        ApnsChannel channel = channel(Storage.LATEST);
        Instant soon = Instant.ofEpochSecond(Instant.now().plusSeconds(600).getEpochSecond());
        assertThat(rig.push(to(channel.address(), update()).expiresAt(soon).build()))
                .isInstanceOf(Accepted.class);
        assertThat(rig.seen().header("apns-expiration")).isEqualTo(String.valueOf(soon.getEpochSecond()));
        long longest = Instant.now().plus(Duration.ofHours(8)).getEpochSecond();
        assertThat(rig.push(to(channel))).isInstanceOf(Accepted.class);
        assertThat(Long.parseLong(rig.seen().header("apns-expiration"))).isBetween(longest, longest + 60);
    }

    @ParameterizedTest
    @EnumSource(Storage.class)
    void aWrongGuessOfTheStorageIsRefusedByAppleOrHarmless(Storage storage) {
        ApnsChannel real = channel(storage);
        Storage other = storage == Storage.NONE ? Storage.LATEST : Storage.NONE;
        PushResponse response = rig.push(to(new ApnsChannel(real.id(), other)));
        if (storage == Storage.NONE) {
            assertThat(response)
                    .isInstanceOfSatisfying(
                            Rejected.class, r -> assertThat(r.reason()).isEqualTo("BadExpirationDate"));
        } else {
            assertThat(response).isInstanceOf(Accepted.class);
        }
    }

    @Test
    void whatIsNoBroadcastNeverLeaves() {
        ApnsChannel channel = new ApnsChannel("YQ==", Storage.NONE);
        assertRefused(to(channel.address(), Notification.alert("t", "b")).build(), "INVALID_OPTIONS", "liveActivity");
        Notification start = Notification.builder()
                .title("t")
                .options(ApnsOptions.builder()
                        .liveActivity(LiveActivity.start("T", "{}", "{}").build())
                        .build())
                .build();
        assertRefused(to(channel.address(), start).build(), "INVALID_OPTIONS", "update or the end");
        for (String address :
                List.of("channel:", "channel:none:", "channel:some:YQ==", "channel:none:a b", "channel:YQ==")) {
            assertRefused(to(address, update()).build(), "INVALID_CHANNEL", "address:");
        }
        for (String bundleId : List.of(Rig.APP + ".push-type.liveactivity", "a/b", "..%2f", "a_b")) {
            assertRefused(to(channel.address(), update(o -> o.topic(bundleId))).build(), "INVALID_TOPIC", "topic:");
        }
    }

    @Test
    void theLargestPayloadPassesAndOneByteMoreNeverLeaves() {
        ApnsChannel channel = channel(Storage.NONE);
        int frame = "{\"aps\":{\"timestamp\":1700000000,\"event\":\"update\",\"content-state\":{\"a\":\"\"}}}".length();
        for (int over = 0; over < 2; over++) {
            LiveActivity activity = LiveActivity.update("{\"a\":\"" + "x".repeat(5120 - frame + over) + "\"}")
                    .timestamp(Instant.ofEpochSecond(1_700_000_000))
                    .build();
            Notification n = Notification.builder()
                    .background()
                    .options(ApnsOptions.builder().liveActivity(activity).build())
                    .build();
            PushResponse response =
                    rig.push(to(channel.address(), n).stableId(false).build());
            assertThat(response).isInstanceOf(over == 0 ? Accepted.class : Rejected.class);
        }
        assertThat(rig.seen().body()).hasSize(5120);
        assertThat(rig.apns().traffic().requests()).isEqualTo(1);
    }

    @Test
    void aChannelThatIsGone() {
        assertThat(rig.push(to(new ApnsChannel("YQ==", Storage.NONE))))
                .isEqualTo(new TokenInvalid("ChannelNotRegistered", null));
    }

    @ParameterizedTest
    @CsvSource({
        "400,FeatureNotEnabled",
        "400,BadChannelId",
        "400,MissingChannelId",
        "400,MissingPushType",
        "400,TopicDisallowed",
        "403,TopicMismatch",
        "400,BadRequestPayload",
        "400,SomethingNew"
    })
    void whatAppleRefusesIsTheRequestsAndNotTheSenders(int status, String reason) {
        ApnsChannel channel = channel(Storage.NONE);
        rig.apns().script(channel.address(), Reply.status(status, reason));
        assertThat(rig.push(to(channel)))
                .isInstanceOfSatisfying(
                        Rejected.class, r -> assertThat(r.reason()).isEqualTo(reason));
    }

    @Test
    void tooManyOnOneChannel() {
        ApnsChannel channel = channel(Storage.NONE);
        rig.apns().script(channel.id(), Reply.throttled().retryAfter("9"));
        assertThat(rig.push(to(channel)))
                .isEqualTo(new Throttled("TooManyRequests", Duration.ofSeconds(9), Throttled.Scope.TOPIC));
        rig.apns().script(channel.id(), Reply.status(503, "Service Unavailable"));
        assertThat(rig.push(to(channel))).isInstanceOf(Unavailable.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:b", "\u00e9"})
    void idsThatAreNone(String id) {
        assertThat(ApnsChannel.wellFormed(id)).isFalse();
        assertThat(ApnsChannel.of("channel:none:" + id)).isNull();
    }

    @Test
    void addressesAreReadBack() {
        for (Storage storage : Storage.values()) {
            ApnsChannel channel = new ApnsChannel("dHN0LXNyY2gtY2hubA==", storage);
            assertThat(ApnsChannel.of(channel.address())).isEqualTo(channel);
            assertThat(channel.toString()).doesNotContain("dHN0");
        }
        assertThat(ApnsChannel.isChannel(Rig.TOKEN)).isFalse();
    }

    @Test
    void itTakesTheWholeRoad() {
        ApnsChannel channel = channel(Storage.LATEST);
        rig.apns().script(channel.id(), Reply.unavailable(), Reply.goAway(), Reply.ok());
        RetryPolicy quick = RetryPolicy.builder()
                .firstBackoff(Duration.ofMillis(10))
                .maxBackoff(Duration.ofMillis(100))
                .build();
        PushClient client = PushClient.builder()
                .app(Rig.APP, rig.service())
                .retryPolicy(quick)
                .build();
        try {
            PushRequest request = to(channel);
            SendResult result = Rig.await(client.send(request));
            assertThat(result.kind()).isEqualTo(SendResult.Kind.ACCEPTED);
            assertThat(rig.apns().journal().count(request.id().toString())).isEqualTo(1);
            assertThat(rig.apns().traffic().requests()).isEqualTo(3);
        } finally {
            client.close(Duration.ZERO);
        }
    }
}
