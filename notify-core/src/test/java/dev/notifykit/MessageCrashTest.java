package dev.notifykit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.DedupStore;
import dev.notifykit.dedup.InMemoryDedupStore;
import dev.notifykit.message.Message;
import dev.notifykit.message.Recipient;
import dev.notifykit.observe.DedupEvent;
import dev.notifykit.observe.PushListener;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.Target;
import dev.notifykit.result.MessageResult;
import dev.notifykit.result.SendResult;
import dev.notifykit.testing.FakePushService;
import dev.notifykit.testing.ManualTime;
import dev.notifykit.testing.Stage;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A client dies while it sends a message; the event comes again, to another client. */
class MessageCrashTest {

    private final ManualTime time = ManualTime.create();
    private final FakePushService apns = FakePushService.create(ProviderId.APNS);
    private final DedupStore store = new InMemoryDedupStore(time);
    private final List<DedupEvent> events = new CopyOnWriteArrayList<>();
    private final CountDownLatch dead = new CountDownLatch(1);
    private final CountDownLatch funeral = new CountDownLatch(1);
    private final AtomicBoolean failed = new AtomicBoolean();

    private PushClientBuilder builder() {
        return PushClient.builder().app("app", apns).timeSource(time).owned(false);
    }

    private static Message goal() {
        return Message.builder(Recipient.device(Target.apns("app", "phone")), Notification.alert("Goal", "1:0"))
                .id(MessageId.of("goal-1-to-phone"))
                .dedupKey(DedupKey.of("goal-1"))
                .build();
    }

    /** The store as the dying client sees it: once it is dead, it hears nothing more. */
    private DedupStore untilDeath() {
        return (DedupStore) Proxy.newProxyInstance(
                DedupStore.class.getClassLoader(), new Class<?>[] {DedupStore.class}, (proxy, method, args) -> {
                    if (dead.getCount() == 0) {
                        return method.getReturnType() == void.class ? null : new CompletableFuture<>();
                    }
                    return method.invoke(store, args);
                });
    }

    private void dieAt(Stage wanted, Stage now) {
        if (now == wanted && dead.getCount() > 0) {
            dead.countDown();
            try {
                funeral.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @AfterEach
    void bury() {
        funeral.countDown();
    }

    @ParameterizedTest
    @EnumSource(names = {"CLAIMED", "BEFORE_ATTEMPT", "ATTEMPT_BEGUN", "ANSWERED", "CLAIM_ENDED"})
    void theEventIsSaidAgainUnlessItWasConfirmed(Stage stage) throws InterruptedException {
        PushClient dying = builder()
                .dedupStore(untilDeath())
                .stageProbe(now -> dieAt(stage, now))
                .build();
        // In memory a claim is made on the sender's own thread.
        Thread sender = new Thread(() -> dying.send(goal()), "dying-sender");
        sender.setDaemon(true);
        sender.start();
        assertThat(dead.await(60, TimeUnit.SECONDS)).isTrue();

        PushClient heir = builder()
                .dedupStore(store)
                .listener(new PushListener() {
                    @Override
                    public void onDedup(MessageId message, DedupEvent event) {
                        events.add(event);
                    }
                })
                .build();
        CompletableFuture<MessageResult> again = heir.send(goal());
        Await.advancing(time, Duration.ofMinutes(5), "the heir has ended", again::isDone);
        SendResult end = again.join().results().get(0);

        boolean confirmed = stage == Stage.CLAIM_ENDED;
        boolean reached = stage == Stage.ATTEMPT_BEGUN || stage == Stage.ANSWERED;
        assertThat(end).isInstanceOf(confirmed ? SendResult.Suppressed.class : SendResult.Accepted.class);
        assertThat(apns.accepted()).hasSize(reached ? 2 : 1);
        // Sent twice: the phone shows one, and the take-over says that this may have happened.
        assertThat(apns.accepted())
                .extracting(PushRequest::id)
                .containsOnly(apns.accepted().get(0).id());
        assertThat(apns.accepted())
                .extracting(PushRequest::collapseId)
                .containsOnly(apns.accepted().get(0).collapseId());
        if (!confirmed) {
            Await.until("the take-over is counted", () -> events.equals(List.of(DedupEvent.TAKEN_OVER)));
        }
        funeral.countDown();
        heir.close(Duration.ZERO);
        dying.close(Duration.ZERO);
    }

    @ParameterizedTest
    @EnumSource(names = {"CLAIMED", "CLAIM_ENDED", "BEFORE_ATTEMPT", "ATTEMPT_BEGUN", "ANSWERED"})
    void aFailureAtAStageHangsNothing(Stage stage) {
        PushClient failing = builder()
                .dedupStore(store)
                .stageProbe(now -> {
                    if (now == stage && failed.compareAndSet(false, true)) {
                        throw new IllegalStateException("made to fail at " + now);
                    }
                })
                .build();
        CompletableFuture<MessageResult> sent = failing.send(goal());
        Await.advancing(time, Duration.ofMinutes(5), "it has ended", sent::isDone);
        assertThat(sent.join().results()).hasSize(1);
        int accepted = apns.accepted().size();
        assertThat(accepted).isBetween(1, stage == Stage.ATTEMPT_BEGUN ? 2 : 1);
        CompletableFuture<MessageResult> again = failing.send(goal());
        Await.advancing(time, Duration.ofMinutes(5), "it has ended again", again::isDone);
        assertThat(again.join().stopped()).isEqualTo(new SendResult.Suppressed(SendResult.Suppressed.Why.DUPLICATE));
        assertThat(apns.accepted()).hasSize(accepted);
        failing.close(Duration.ZERO);
    }
}
