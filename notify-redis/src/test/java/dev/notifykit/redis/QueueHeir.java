package dev.notifykit.redis;

import dev.notifykit.PushClient;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Target;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.redis.server.Await;
import dev.notifykit.result.DeliveryResult;
import dev.notifykit.result.SendResult.Kind;
import dev.notifykit.testing.FakePushService;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** What an heir has sent, and what it has told its host. */
final class QueueHeir {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final String app;
    private final FakePushService apns = FakePushService.create(ProviderId.APNS);
    private final FakePushService fcm = FakePushService.create(ProviderId.FCM);
    private final List<DeliveryResult> all = new CopyOnWriteArrayList<>();

    QueueHeir(String app) {
        this.app = app;
    }

    PushClient client(RedisStores stores) {
        return PushClient.builder()
                .app(app, apns, fcm)
                .stores(stores)
                .owned(false)
                .messageSink(all::addAll)
                .build();
    }

    void untilQuiet(WorkQueue queue) {
        Await.until(
                PATIENCE, () -> queue.state().pending() == 0, () -> "it does not end: " + queue.state() + ", " + all);
    }

    int count() {
        return all.size();
    }

    List<Kind> results(String... messages) {
        return all.stream()
                .filter(result -> List.of(messages).contains(result.message().value()))
                .map(result -> result.result().kind())
                .toList();
    }

    List<RequestId> sent() {
        return Stream.concat(apns.requests().stream(), fcm.requests().stream())
                .map(PushRequest::id)
                .toList();
    }

    String sentTo(Target target, String message) {
        return all.stream()
                .filter(result -> result.message().value().equals(message) && target.equals(result.target()))
                .map(result -> String.valueOf(result.request()))
                .findFirst()
                .orElseThrow();
    }
}
