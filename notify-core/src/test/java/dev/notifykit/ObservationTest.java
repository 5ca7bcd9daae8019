package dev.notifykit;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.notifykit.fanout.Audience;
import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOutHandler;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.lane.LaneLimits;
import dev.notifykit.observe.PushListener;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Target;
import dev.notifykit.result.SendResult;
import dev.notifykit.testing.FakePushService;
import dev.notifykit.testing.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Watching never steers, dead tokens reach the host, and nothing secret reaches a log. */
class ObservationTest {

    private static final LaneKey LANE = LaneKey.of("app", ProviderId.APNS);

    private final ManualTime time = ManualTime.create();
    private final FakePushService apns = FakePushService.create(ProviderId.APNS);
    private @Nullable PushClient client;

    private PushClient watched(PushListener listener) {
        PushClient built = PushClient.builder()
                .app("app", apns)
                .limits(LaneLimits.builder().maxHeld(1_000_000).build())
                .listener(listener)
                .timeSource(time)
                .build();
        client = built;
        return built;
    }

    @AfterEach
    void close() {
        if (client != null) {
            client.close(Duration.ZERO);
        }
    }

    private static PushRequest to(String token) {
        return PushRequest.of(Target.apns("app", token), Notification.alert("title", "body"));
    }

    @Test
    void aListenerSeesEveryAttemptAndEveryResultInOrder() {
        ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
        PushClient watched = watched(new PushListener() {
            @Override
            public void onAttempt(LaneKey lane, RequestId id, int attempt, PushResponse response) {
                seen.add(lane + " " + attempt + " " + response.getClass().getSimpleName());
            }

            @Override
            public void onResult(LaneKey lane, RequestId id, SendResult result) {
                seen.add(lane + " " + result.kind());
            }
        });
        apns.respond(new PushResponse.Unavailable(PushResponse.Unavailable.Cause.NOT_SENT, "connect"));
        CompletableFuture<SendResult> future = watched.send(to("a"));
        Await.advancing(time, Duration.ofMinutes(1), "it has ended", future::isDone);
        Await.until("all was seen", () -> seen.size() == 3);
        assertThat(seen).containsExactly(LANE + " 1 Unavailable", LANE + " 2 Accepted", LANE + " ACCEPTED");
    }

    @Test
    void aListenerThatThrowsIsLoggedAndOthersStillHear() {
        ConcurrentLinkedQueue<SendResult> seen = new ConcurrentLinkedQueue<>();
        client = PushClient.builder()
                .app("app", apns)
                .listener(new PushListener() {
                    @Override
                    public void onResult(LaneKey lane, RequestId id, SendResult result) {
                        throw new IllegalStateException("broken");
                    }
                })
                .listener(new PushListener() {
                    @Override
                    public void onResult(LaneKey lane, RequestId id, SendResult result) {
                        seen.add(result);
                    }
                })
                .build();
        Await.result(client.send(to("a")));
        Await.result(client.send(to("b")));
        Await.until("both results were heard", () -> seen.size() == 2);
    }

    @Test
    void aListenerThatBlocksHoldsUpNothingAndLearnsWhatItMissed() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        AtomicLong missed = new AtomicLong();
        PushClient watched = watched(new PushListener() {
            @Override
            public void onResult(LaneKey lane, RequestId id, SendResult result) {
                try {
                    blocked.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }

            @Override
            public void onMissed(long events) {
                missed.addAndGet(events);
            }
        });
        List<CompletableFuture<SendResult>> all = new ArrayList<>();
        for (int i = 0; i < PushListener.QUEUE_LIMIT; i++) {
            all.add(watched.send(to("t" + i)));
        }
        all.forEach(future -> assertThat(Await.result(future)).isInstanceOf(SendResult.Accepted.class));
        blocked.countDown();
        Await.until("it was told what it missed", () -> missed.get() > 0);
    }

    @Test
    void deadTokensReachTheHostOnceTheirSenderIsAboveSuspicion() {
        ConcurrentLinkedQueue<Target> dead = new ConcurrentLinkedQueue<>();
        PushClient watched = watched(new PushListener() {
            @Override
            public void onTokenDead(Target target, PushResponse.TokenInvalid response, Instant attemptAt) {
                dead.add(target);
            }
        });
        apns.respondTo("gone", new PushResponse.TokenInvalid("BadDeviceToken", null));
        assertThat(Await.result(watched.send(to("gone")))).isInstanceOf(SendResult.TokenInvalid.class);
        assertThat(dead).isEmpty();
        Await.advancing(time, Duration.ofMinutes(1), "the verdict is in", () -> !dead.isEmpty());
        assertThat(dead).containsExactly(Target.apns("app", "gone"));
    }

    @Test
    void aMassOfDeadTokensPausesTheSenderAndDeletesNone() {
        ConcurrentLinkedQueue<Target> dead = new ConcurrentLinkedQueue<>();
        PushClient watched = watched(new PushListener() {
            @Override
            public void onTokenDead(Target target, PushResponse.TokenInvalid response, Instant attemptAt) {
                dead.add(target);
            }
        });
        apns.respondAlways(new PushResponse.TokenInvalid("BadDeviceToken", null));
        List<CompletableFuture<SendResult>> all = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            all.add(watched.send(to("t" + i)));
        }
        Await.until(
                "the sender is paused",
                () -> watched.lanes()
                        .state(LANE)
                        .paused()
                        .filter("DEAD_TOKENS"::equals)
                        .isPresent());
        Await.until("nothing is in flight", () -> watched.lanes().state(LANE).inFlight() == 0);
        Await.until(
                "those before the hundredth have ended",
                () -> all.stream().filter(CompletableFuture::isDone).count() == 99);
        int asked = apns.requests().size();
        Await.advancing(
                time,
                Duration.ofMinutes(20),
                "a probe was refused",
                () -> apns.requests().size() > asked);
        assertThat(watched.lanes().state(LANE).paused()).hasValue("DEAD_TOKENS");
        apns.respondAlways(new PushResponse.Accepted("right key"));
        for (CompletableFuture<SendResult> each : all) {
            Await.advancing(time, Duration.ofHours(1), "it has ended", each::isDone);
        }
        assertThat(all.stream().map(CompletableFuture::join).filter(SendResult.Accepted.class::isInstance))
                .hasSize(201);
        assertThat(dead).isEmpty();
    }

    @Test
    void noTokenAndNoContentReachesALogOrAToString() {
        String token = "s3cr3t-device-token-0123456789abcdef";
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Level before = root.getLevel();
        log.start();
        root.addAppender(log);
        root.setLevel(Level.DEBUG);
        List<String> texts = new ArrayList<>();
        try {
            AudienceRow row = new AudienceRow("key", Target.apns("app", token));
            Notification notification = Notification.builder()
                    .title("s3cr3t title")
                    .data("k", "s3cr3t data")
                    .build();
            FanOutSpec spec =
                    FanOutSpec.builder(FanOutId.random(), "all", notification).build();
            FanOutHandler handler = FanOutHandler.builder("all")
                    .audience(Audience.of(List.of(row)))
                    .lanes(LANE)
                    .sink(results -> {
                        throw new IllegalStateException(
                                "cannot store " + results.get(0).target().address());
                    })
                    .build();
            PushClient watched = PushClient.builder()
                    .app("app", apns)
                    .handler(handler)
                    .listener(new PushListener() {
                        @Override
                        public void onResult(LaneKey lane, RequestId id, SendResult result) {
                            throw new IllegalStateException(token);
                        }
                    })
                    .build();
            client = watched;
            watched.start();
            PushRequest request = PushRequest.of(row.target(), notification);
            apns.throwNext(new IllegalStateException("could not send to " + token));
            Await.until("the sink refused", () -> {
                watched.fanOuts().launch(spec);
                return !watched.health().reasons().isEmpty();
            });
            texts.add(Await.result(watched.send(request)).toString());
            texts.addAll(List.of(
                    request.toString(),
                    row.toString(),
                    spec.toString(),
                    handler.toString(),
                    notification.toString(),
                    watched.health().toString(),
                    watched.lanes().all().toString(),
                    watched.fanOuts().launch(spec).progress().toString()));
            watched.close(Duration.ofMillis(100));
        } finally {
            root.setLevel(before);
            root.detachAppender(log);
        }
        log.list.forEach(event -> {
            texts.add(event.getFormattedMessage());
            if (event.getThrowableProxy() != null) {
                texts.add(String.valueOf(event.getThrowableProxy().getMessage()));
            }
        });
        assertThat(log.list).isNotEmpty();
        assertThat(texts).noneMatch(text -> text.contains("s3cr3t"));
    }

    @Test
    void aProviderThatIsTenTimesSlowerChangesNeitherTheBoundNorTheMemory() {
        long fast = heapWhileSending(Duration.ofMillis(1));
        long slow = heapWhileSending(Duration.ofMillis(10));
        assertThat(slow).isLessThan(fast + (8 << 20));
    }

    /** Half-way through a fan-out of 20,000: what is live, with the provider's own records left out. */
    private long heapWhileSending(Duration latency) {
        dev.notifykit.time.TimeSource clock = dev.notifykit.time.TimeSource.system();
        AtomicLong inFlight = new AtomicLong();
        AtomicLong most = new AtomicLong();
        dev.notifykit.push.PushService service = new dev.notifykit.push.PushService() {
            @Override
            public ProviderId provider() {
                return ProviderId.APNS;
            }

            @Override
            public int maxInFlight() {
                return 40;
            }

            @Override
            public CompletableFuture<PushResponse> push(PushRequest request) {
                most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
                CompletableFuture<PushResponse> answer = new CompletableFuture<>();
                clock.schedule(
                        () -> {
                            inFlight.decrementAndGet();
                            answer.complete(new PushResponse.Accepted(""));
                        },
                        latency);
                return answer;
            }

            @Override
            public void close() {
                clock.close();
            }
        };
        Iterable<AudienceRow> rows = () -> java.util.stream.IntStream.range(0, 20_000)
                .mapToObj(i -> new AudienceRow("k" + i, Target.apns("app", "token-" + i)))
                .iterator();
        try (PushClient sending = PushClient.builder()
                .app("app", service)
                .handler(FanOutHandler.builder("all")
                        .audience(Audience.of(rows))
                        .lanes(LANE)
                        .build())
                .pageSize(500)
                .build()) {
            sending.start();
            var fanOut = sending.fanOuts()
                    .launch(FanOutSpec.builder(FanOutId.random(), "all", Notification.alert("t", "b"))
                            .build());
            Await.until("half is done", () -> fanOut.progress().done() > 5_000);
            fanOut.pause();
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            long used = runtime.totalMemory() - runtime.freeMemory();
            fanOut.cancel();
            fanOut.completion().join();
            assertThat(most.get()).isLessThanOrEqualTo(40);
            return used;
        }
    }
}
