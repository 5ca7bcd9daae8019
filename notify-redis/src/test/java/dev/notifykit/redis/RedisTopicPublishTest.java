package dev.notifykit.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.PushClient;
import dev.notifykit.device.Device;
import dev.notifykit.device.DeviceStore;
import dev.notifykit.device.InstallationId;
import dev.notifykit.fanout.Audience;
import dev.notifykit.fanout.FanOut;
import dev.notifykit.fanout.FanOutHandler;
import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.FanOutState;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.push.AppId;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.Target;
import dev.notifykit.push.TopicName;
import dev.notifykit.push.UserId;
import dev.notifykit.redis.server.Await;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.redis.server.SharedRedis;
import dev.notifykit.result.SendResult;
import dev.notifykit.testing.FakePushService;
import dev.notifykit.time.TimeSource;
import dev.notifykit.topic.TopicMember;
import dev.notifykit.topic.TopicStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is published to a topic, by two clients that share a Redis with it: everybody once, whoever comes, goes, or falls away. */
class RedisTopicPublishTest {

    private static final AppId APP = AppId.of("app");
    private static final TopicName MATCH = TopicName.of("match:42");
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int TOGETHER = 500;

    /** Of one who falls away: others wait for its end. */
    private static final Duration SHORT = Duration.ofSeconds(3);

    /** Of one who keeps it, however busy the machine is. */
    private static final Duration LONG = Duration.ofMinutes(5);

    private final TestStores stores = new TestStores(SharedRedis.of(RedisTopology.Kind.SINGLE));
    private final DeviceStore devices = stores.create("-fleet").deviceStore();
    private final TopicStore topics = stores.create("-fleet").topicStore();
    private final TimeSource time = TimeSource.system();
    private final Map<String, List<FakePushService>> vendors = new ConcurrentHashMap<>();
    private final AtomicInteger callsLeft = new AtomicInteger(Integer.MAX_VALUE);
    private final Set<String> expected = new HashSet<>();

    @AfterEach
    void close() {
        stores.close();
    }

    @Test
    void everyMemberOfALargeTopicIsReachedOnceWhileOthersComeAndGo() {
        single(0, 18_000);
        twice(18_000, 19_000);
        List<TopicMember> leaving = crowd("leaving", 300);
        subscribe(leaving);
        List<TopicMember> coming = crowd("coming", 300);
        PushClient first = instance("first", stores.create("-fleet").progressStore());
        PushClient second = instance("second", stores.create("-fleet").progressStore());
        try {
            FanOut fanOut = publish(first);
            bothSend(500);
            get(topics.unsubscribe(MATCH, leaving));
            get(topics.subscribe(MATCH, coming));
            await("it is over", () -> fanOut.progress().state() == FanOutState.COMPLETED);

            FanOutProgress end = fanOut.progress();
            Map<String, Integer> reached = reached();
            assertThat(expected).hasSize(20_000);
            assertThat(reached.keySet()).containsAll(expected);
            assertThat(reached.values()).as("nobody twice").allMatch(times -> times == 1);
            assertThat(end.isConserved()).isTrue();
            assertThat(end.recipients()).isEqualTo(reached.size());
            assertThat(end.count(SendResult.Kind.ACCEPTED)).isEqualTo(reached.size());
            assertThat(reached.size()).as("those who came or went in between").isBetween(20_000, 20_600);
        } finally {
            first.close(Duration.ZERO);
            second.close(Duration.ZERO);
        }
    }

    @Test
    void whoTakesOverGoesOnFromTheCursor() {
        single(0, 3_000);
        twice(3_000, 3_500);
        PushClient first = instance("first", cutOff(stores.create("-fleet").progressStore()), SHORT);
        PushClient second = instance("second", stores.create("-fleet").progressStore(), SHORT);
        try {
            FanOut fanOut = publish(first);
            bothSend(300);
            callsLeft.set(3);
            await("the first has lost its Redis", () -> callsLeft.get() == 0);
            FanOut same = second.fanOuts().find(fanOut.id()).orElseThrow();
            await("the second has ended it", () -> same.progress().state() == FanOutState.COMPLETED);

            FanOutProgress end = same.progress();
            Map<String, Integer> reached = reached();
            assertThat(reached).containsOnlyKeys(expected);
            assertThat(end.recipients()).isEqualTo(expected.size());
            assertThat(end.count(SendResult.Kind.ACCEPTED)).isEqualTo(expected.size());
            long duplicates =
                    reached.values().stream().mapToLong(times -> times - 1).sum();
            assertThat(duplicates).isLessThanOrEqualTo(end.possibleDuplicates());
            assertThat(requests().map(PushRequest::id).distinct())
                    .as("a row has one request id, whoever sends it")
                    .hasSize(expected.size());
        } finally {
            first.close(Duration.ZERO);
            second.close(Duration.ZERO);
        }
    }

    @Test
    void allDevicesOfAnAppAreReachedOnce() {
        single(0, 1_500);
        PushClient first = instance("first", stores.create("-fleet").progressStore());
        PushClient second = instance("second", stores.create("-fleet").progressStore());
        release();
        try {
            FanOut fanOut = second.fanOuts()
                    .launch(FanOutSpec.builder(FanOutId.of("all"), "devices", Notification.alert("News", "of all"))
                            .build());
            await("it is over", () -> fanOut.progress().state() == FanOutState.COMPLETED);

            assertThat(reached()).containsOnlyKeys(expected);
            assertThat(requests()).hasSize(expected.size());
        } finally {
            first.close(Duration.ZERO);
            second.close(Duration.ZERO);
        }
    }

    private FanOut publish(PushClient client) {
        return client.fanOuts()
                .launch(FanOutSpec.builder(FanOutId.of("goal"), "topic", Notification.alert("Goal", "1:0"))
                        .parameters(Map.of(Audience.TOPIC_PARAMETER, MATCH.value()))
                        .build());
    }

    private PushClient instance(String name, ProgressStore store) {
        return instance(name, store, LONG);
    }

    private PushClient instance(String name, ProgressStore store, Duration lease) {
        FakePushService apns = vendor(ProviderId.APNS);
        FakePushService fcm = vendor(ProviderId.FCM);
        vendors.put(name, List.of(apns, fcm));
        LaneKey[] lanes = {LaneKey.of("app", ProviderId.APNS), LaneKey.of("app", ProviderId.FCM)};
        PushClient client = PushClient.builder()
                .app("app", apns, fcm)
                .handler(FanOutHandler.builder("topic")
                        .audience(Audience.topics(topics, devices))
                        .lanes(lanes)
                        .build())
                .handler(FanOutHandler.builder("devices")
                        .audience(Audience.devices(devices, APP))
                        .lanes(lanes)
                        .build())
                .progressStore(store)
                .deviceStore(devices)
                .topicStore(topics)
                .instance(name)
                .owned(false)
                .pageSize(200)
                .maxShards(2)
                .lease(lease)
                .build();
        client.start();
        return client;
    }

    private FakePushService vendor(ProviderId provider) {
        return FakePushService.create(provider)
                .maxInFlight(50)
                .latency(Duration.ofMillis(20), time)
                .hold();
    }

    /** Nothing is answered before both have something on its way, so that either has its part. */
    private void bothSend(int some) {
        await("both have begun", () -> sent("first") > 0 && sent("second") > 0);
        release();
        await("both work on it", () -> sent("first") > some && sent("second") > some);
    }

    private void release() {
        vendors.values().stream().flatMap(List::stream).forEach(FakePushService::release);
    }

    /** The store as the first client sees it, until it is out of reach. */
    private ProgressStore cutOff(ProgressStore store) {
        return (ProgressStore) Proxy.newProxyInstance(
                ProgressStore.class.getClassLoader(), new Class<?>[] {ProgressStore.class}, (proxy, method, args) -> {
                    if (callsLeft.getAndUpdate(left -> Math.max(0, left - 1)) == 0) {
                        throw new IllegalStateException("the store is out of reach");
                    }
                    try {
                        return method.invoke(store, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** With one device each; every third is in the topic with that alone. */
    private void single(int from, int to) {
        List<Device> registered = new ArrayList<>();
        List<TopicMember> members = new ArrayList<>();
        for (int i = from; i < to; i++) {
            UserId user = UserId.of("user " + i);
            Device device = device(user, "phone " + i, i % 2 == 0);
            registered.add(device);
            members.add(i % 3 == 0 ? TopicMember.device(user, APP, device.installation()) : TopicMember.user(user));
            expected.add(device.target().address());
        }
        register(registered);
        subscribe(members);
    }

    /** With two devices each, and in the topic with all of them and with each. */
    private void twice(int from, int to) {
        List<Device> registered = new ArrayList<>();
        List<TopicMember> members = new ArrayList<>();
        for (int i = from; i < to; i++) {
            UserId user = UserId.of("user " + i);
            members.add(TopicMember.user(user));
            for (boolean apple : List.of(true, false)) {
                Device device = device(user, (apple ? "phone " : "tablet ") + i, apple);
                registered.add(device);
                members.add(TopicMember.device(user, APP, device.installation()));
                expected.add(device.target().address());
            }
        }
        register(registered);
        subscribe(members);
    }

    private List<TopicMember> crowd(String name, int size) {
        List<Device> registered = IntStream.range(0, size)
                .mapToObj(i -> device(UserId.of(name + i), name + i, true))
                .toList();
        register(registered);
        return registered.stream()
                .map(device -> TopicMember.user(device.user()))
                .toList();
    }

    private static Device device(UserId user, String name, boolean apple) {
        Target target = apple ? Target.apns("app", "token of " + name) : Target.fcm("app", "token of " + name);
        return Device.builder(user, target, Instant.now())
                .installation(InstallationId.of(name))
                .build();
    }

    private void register(List<Device> all) {
        for (int i = 0; i < all.size(); i += TOGETHER) {
            List<CompletableFuture<?>> some = new ArrayList<>();
            all.subList(i, Math.min(all.size(), i + TOGETHER))
                    .forEach(device -> some.add(devices.register(device).toCompletableFuture()));
            some.forEach(CompletableFuture::join);
        }
    }

    private void subscribe(List<TopicMember> all) {
        for (int i = 0; i < all.size(); i += TOGETHER) {
            get(topics.subscribe(MATCH, all.subList(i, Math.min(all.size(), i + TOGETHER))));
        }
    }

    private Stream<PushRequest> requests() {
        return vendors.values().stream().flatMap(List::stream).flatMap(vendor -> vendor.requests().stream());
    }

    private Map<String, Integer> reached() {
        Map<String, Integer> reached = new HashMap<>();
        requests().forEach(request -> reached.merge(request.target().address(), 1, Integer::sum));
        return reached;
    }

    private int sent(String name) {
        return vendors.getOrDefault(name, List.of()).stream()
                .mapToInt(vendor -> vendor.requests().size())
                .sum();
    }

    private static <T extends @Nullable Object> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static void await(String what, BooleanSupplier condition) {
        Await.until(PATIENCE, condition, () -> "not so: " + what);
    }
}
