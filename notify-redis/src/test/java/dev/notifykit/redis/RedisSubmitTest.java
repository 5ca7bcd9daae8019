package dev.notifykit.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.PushClient;
import dev.notifykit.device.Device;
import dev.notifykit.message.Message;
import dev.notifykit.message.Recipient;
import dev.notifykit.message.SubmitReceipt;
import dev.notifykit.observe.Health;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.Target;
import dev.notifykit.push.UserId;
import dev.notifykit.queue.QueueState;
import dev.notifykit.queue.QueueUnavailableException;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.redis.server.Await;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.redis.server.SharedRedis;
import dev.notifykit.result.DeliveryResult;
import dev.notifykit.result.SendResult;
import dev.notifykit.testing.FakePushService;
import dev.notifykit.time.TimeSource;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is submitted to a Redis that clients share is sent by whoever lives, and everybody has one result. */
class RedisSubmitTest {

    private static final int MESSAGES = 1_000;
    private static final int USERS = 100;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final TimeSource time = TimeSource.system();
    private final FakePushService apns = FakePushService.create(ProviderId.APNS).latency(Duration.ofMillis(2), time);
    private final Map<String, SendResult.Kind> heard = new ConcurrentHashMap<>();
    private final List<PushClient> clients = new ArrayList<>();
    private volatile boolean cut;

    @AfterEach
    void close() {
        clients.forEach(client -> client.close(Duration.ZERO));
        time.close();
    }

    private PushClient client(RedisStores stores, WorkQueue queue) {
        PushClient client = PushClient.builder()
                .app("app", apns)
                .dedupStore(stores.dedupStore())
                .deviceStore(stores.deviceStore())
                .workQueue(queue)
                .messageSink(this::hear)
                .lease(Duration.ofSeconds(2))
                .owned(false)
                .build();
        clients.add(client);
        client.start();
        return client;
    }

    private void hear(List<DeliveryResult> results) {
        results.forEach(result -> heard.put(
                result.target() == null
                        ? result.message().value()
                        : result.target().address(),
                result.result().kind()));
    }

    /** A client that is cut off neither says nor hears anything more. */
    private WorkQueue cuttable(WorkQueue queue) {
        return (WorkQueue) Proxy.newProxyInstance(
                WorkQueue.class.getClassLoader(), new Class<?>[] {WorkQueue.class}, (proxy, method, args) -> {
                    if (cut && args != null) {
                        throw new QueueUnavailableException("a test has cut it off", null);
                    }
                    try {
                        return method.invoke(queue, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @ParameterizedTest
    @EnumSource(names = {"SINGLE", "CLUSTER"})
    void whateverBecomesOfOneClientEverybodyIsTold(RedisTopology.Kind kind) {
        try (TestStores stores = new TestStores(SharedRedis.of(kind))) {
            RedisStores shared = stores.create("-fleet");
            PushClient dying = client(shared, cuttable(shared.workQueue()));
            Set<String> expected = new TreeSet<>();
            List<Message> messages = new ArrayList<>(messages(expected));
            messages.addAll(toUsers(shared, expected));

            List<SubmitReceipt> receipts = new ArrayList<>();
            for (int from = 0; from < messages.size(); from += 100) {
                receipts.addAll(dying.submit(messages.subList(from, Math.min(messages.size(), from + 100))));
            }
            assertThat(receipts).allMatch(SubmitReceipt::queued);
            Await.until(PATIENCE, () -> apns.accepted().size() > MESSAGES / 5, () -> "not in time: it works, " + apns);
            cut = true;
            PushClient heir = client(shared, shared.workQueue());
            Await.until(PATIENCE, () -> heir.queueState().pending() == 0, () -> "not in time: " + heir.queueState());

            QueueState end = heir.queueState();
            assertThat(heard.keySet()).isEqualTo(expected);
            assertThat(heard.values()).containsOnly(SendResult.Kind.ACCEPTED);
            assertThat(end.results()).isEqualTo(Map.of(SendResult.Kind.ACCEPTED, (long) expected.size()));
            assertThat(end.made()).isEqualTo(expected.size());
            List<String> accepted = apns.accepted().stream()
                    .map(PushRequest::target)
                    .map(Target::address)
                    .toList();
            assertThat(Set.copyOf(accepted)).isEqualTo(expected);
            assertThat((long) accepted.size() - expected.size())
                    .as("duplicates, against the bound")
                    .isLessThanOrEqualTo(end.possibleDuplicates());
            Await.until(
                    PATIENCE,
                    () -> heir.health().status() == Health.Status.UP,
                    () -> "not in time: the heir is well, " + apns);
        }
    }

    private static List<Message> messages(Set<String> expected) {
        return IntStream.range(0, MESSAGES)
                .mapToObj(i -> {
                    expected.add("phone-" + i);
                    return message("to-phone-" + i, Recipient.device(Target.apns("app", "phone-" + i)));
                })
                .collect(Collectors.toList());
    }

    private static List<Message> toUsers(RedisStores stores, Set<String> expected) {
        return IntStream.range(0, USERS)
                .mapToObj(i -> {
                    UserId user = UserId.of("user-" + i);
                    Stream.of("tablet-" + i, "watch-" + i).forEach(address -> {
                        expected.add(address);
                        stores.deviceStore()
                                .register(Device.builder(user, Target.apns("app", address), Instant.now())
                                        .build())
                                .toCompletableFuture()
                                .join();
                    });
                    return message("to-user-" + i, Recipient.user(user));
                })
                .toList();
    }

    private static Message message(String id, Recipient recipient) {
        return Message.builder(recipient, Notification.alert("Goal", "1:0"))
                .id(MessageId.of(id))
                .build();
    }
}
