package dev.notifykit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.device.Device;
import dev.notifykit.device.InMemoryDeviceStore;
import dev.notifykit.device.InstallationId;
import dev.notifykit.device.Repair;
import dev.notifykit.device.RepairReport;
import dev.notifykit.fanout.Audience;
import dev.notifykit.fanout.FanOut;
import dev.notifykit.fanout.FanOutHandler;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.FanOutState;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.push.AppId;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.Target;
import dev.notifykit.push.TopicName;
import dev.notifykit.push.UserId;
import dev.notifykit.result.SendResult;
import dev.notifykit.testing.FakePushService;
import dev.notifykit.testing.ManualTime;
import dev.notifykit.topic.InMemoryTopicStore;
import dev.notifykit.topic.TooManyMembersException;
import dev.notifykit.topic.TopicMember;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A client's devices and topics: what the host asks of them, and what providers say of tokens. */
class DevicesAndTopicsTest {

    private static final AppId APP = AppId.of("app");
    private static final UserId ANN = UserId.of("ann");
    private static final InstallationId PHONE = InstallationId.of("phone");
    private static final Target TOKEN = Target.apns("app", "token");
    private static final TopicName NEWS = TopicName.of("news");

    private final ManualTime time = ManualTime.create();
    private final FakePushService apns = FakePushService.create(ProviderId.APNS);
    private final InMemoryDeviceStore devices = new InMemoryDeviceStore(time);
    private final InMemoryTopicStore topics = new InMemoryTopicStore(time);
    private @Nullable PushClient client;

    @AfterEach
    void close() {
        if (client != null) {
            client.close(Duration.ZERO);
        }
    }

    private PushClient client() {
        PushClient built = builder().deviceStore(devices).topicStore(topics).build();
        client = built;
        return built;
    }

    private PushClientBuilder builder() {
        return PushClient.builder().app("app", apns).timeSource(time);
    }

    @Test
    void aDeviceIsRegisteredFoundAndRemoved() {
        PushClient built = client();
        register(built);

        assertThat(get(built.devices().of(ANN))).extracting(Device::target).containsExactly(TOKEN);
        assertThat(get(built.devices().of(ANN, AppId.of("other")))).isEmpty();
        assertThat(get(built.devices().seen(TOKEN, time.now()))).isTrue();
        assertThat(get(built.devices().unregister(ANN, APP, PHONE))).isTrue();
        assertThat(get(built.devices().unregister(ANN, TOKEN))).isFalse();
        assertThat(built.devices().store()).isSameAs(devices);
    }

    @Test
    void anErasedUserLeavesNeitherDevicesNorSubscriptions() {
        PushClient built = client();
        register(built);
        get(built.topics().subscribe(NEWS, List.of(TopicMember.user(ANN), TopicMember.device(ANN, APP, PHONE))));
        assertThat(get(built.topics().of(ANN))).isEqualTo(Set.of(NEWS));

        assertThat(get(built.devices().erase(ANN))).isEqualTo(1);

        assertThat(get(built.devices().of(ANN))).isEmpty();
        assertThat(get(built.topics().of(ANN))).isEmpty();
        assertThat(get(built.topics().find(NEWS)).orElseThrow().members()).isZero();
    }

    @Test
    void topicsComeAndGo() {
        PushClient built = client();
        assertThat(get(built.topics().create(NEWS, Duration.ofHours(1)))).isTrue();
        assertThat(get(built.topics().expire(NEWS, null))).isTrue();
        get(built.topics().subscribe(NEWS, List.of(TopicMember.device(ANN, APP, PHONE))));
        assertThat(get(built.topics().repair(Repair.removing()))).isEqualTo(new RepairReport(1, 1, null));
        get(built.topics().unsubscribe(NEWS, List.of(TopicMember.user(ANN))));
        assertThat(get(built.topics().delete(NEWS))).isTrue();
        assertThat(get(built.topics().prune(10, false)).more()).isFalse();
        assertThat(built.topics().store()).isSameAs(topics);
    }

    @Test
    void aFailureIsTheStoresOwn() {
        assertThatThrownBy(() ->
                        get(client().topics().subscribe(NEWS, Collections.nCopies(1_001, TopicMember.user(ANN)))))
                .hasCauseInstanceOf(TooManyMembersException.class);
    }

    @Test
    void withoutStoresTheyAreInThisJvm() {
        PushClient built = builder().build();
        client = built;
        register(built);
        get(built.topics().subscribe(NEWS, List.of(TopicMember.user(ANN))));

        apns.respondTo("token", new PushResponse.TokenInvalid("Unregistered", null));
        assertThat(send(built)).isInstanceOf(SendResult.TokenInvalid.class);
        Await.advancing(
                time,
                Duration.ofMinutes(1),
                "it is removed",
                () -> get(built.devices().of(ANN)).isEmpty());
        assertThat(get(built.topics().of(ANN))).isEqualTo(Set.of(NEWS));
    }

    @Test
    void aTokenThatAProviderCallsDeadIsRemoved() {
        PushClient built = client();
        register(built);
        apns.respondTo("token", new PushResponse.TokenInvalid("Unregistered", time.now()));

        assertThat(send(built)).isInstanceOf(SendResult.TokenInvalid.class);
        Await.advancing(
                time,
                Duration.ofMinutes(1),
                "it is removed",
                () -> get(built.devices().of(ANN)).isEmpty());
        assertThat(get(devices.dead(List.of(TOKEN)))).containsExactly(TOKEN);
    }

    @Test
    void aTokenThatWasRegisteredAfterTheProvidersTimeStays() {
        PushClient built = client();
        apns.respondTo(
                "token",
                new PushResponse.TokenInvalid("Unregistered", time.now().minusSeconds(60)));
        register(built);

        assertThat(send(built)).isInstanceOf(SendResult.TokenInvalid.class);
        time.advance(Duration.ofMinutes(1));
        built.close(Duration.ZERO); // what still waits reaches the store
        assertThat(get(devices.devicesOf(ANN))).hasSize(1);
    }

    @Test
    void whatIsKnownOfDeadTokensReachesTheStoreBeforeItIsClosed() {
        PushClient built = client();
        register(built);
        apns.respondTo("token", new PushResponse.TokenInvalid("Unregistered", time.now()));
        assertThat(send(built)).isInstanceOf(SendResult.TokenInvalid.class);

        built.close(Duration.ZERO);

        assertThat(get(devices.devicesOf(ANN))).isEmpty();
    }

    @Test
    void oneHandlerPublishesToAnyTopic() {
        PushClient built = builder()
                .deviceStore(devices)
                .topicStore(topics)
                .handler(FanOutHandler.builder("topic")
                        .audience(Audience.topics(topics, devices))
                        .lanes(LaneKey.of("app", ProviderId.APNS))
                        .build())
                .build();
        client = built;
        built.start();
        register(built);
        get(built.topics().subscribe(NEWS, List.of(TopicMember.user(ANN))));

        FanOut fanOut = built.fanOuts()
                .launch(FanOutSpec.builder(FanOutId.of("goal"), "topic", Notification.alert("1:0", "Goal"))
                        .parameters(Map.of(Audience.TOPIC_PARAMETER, "news"))
                        .build());

        Await.advancing(
                time,
                Duration.ofMinutes(1),
                "it is over",
                () -> fanOut.progress().state() == FanOutState.COMPLETED);
        assertThat(apns.requestsTo("token")).hasSize(1);
    }

    private void register(PushClient built) {
        get(built.devices()
                .register(Device.builder(ANN, TOKEN, time.now())
                        .installation(PHONE)
                        .build()));
    }

    private static SendResult send(PushClient built) {
        return Await.result(built.send(PushRequest.of(TOKEN, Notification.alert("title", "body"))));
    }

    private static <T extends @Nullable Object> T get(CompletionStage<T> stage) {
        CompletableFuture<T> future = stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS);
        return future.join();
    }
}
