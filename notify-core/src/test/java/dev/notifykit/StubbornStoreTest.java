package dev.notifykit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.fanout.Audience;
import dev.notifykit.fanout.AudiencePage;
import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOut;
import dev.notifykit.fanout.FanOutCodec;
import dev.notifykit.fanout.FanOutHandler;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.FanOutState;
import dev.notifykit.fanout.InMemoryProgressStore;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.OptionsFormats;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.Target;
import dev.notifykit.result.SendResult;
import dev.notifykit.testing.FakePushService;
import dev.notifykit.time.TimeSource;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a store cannot do for one fan-out, or with one page, and what others must not suffer for. */
class StubbornStoreTest {

    private static final FanOutId GOOD = FanOutId.of("b-good");
    private static final List<FanOutId> UNREADABLE = List.of(FanOutId.of("a-bad"), FanOutId.of("c-bad"));

    private final TimeSource time = TimeSource.system();
    private final InMemoryProgressStore memory = new InMemoryProgressStore(time);
    private final FakePushService apns = FakePushService.create(ProviderId.APNS);

    @AfterEach
    void close() {
        memory.close();
        time.close();
    }

    private interface Before {
        void call(Method method, @Nullable Object[] arguments);
    }

    private ProgressStore store(Before before) {
        return (ProgressStore) Proxy.newProxyInstance(
                ProgressStore.class.getClassLoader(), new Class<?>[] {ProgressStore.class}, (proxy, method, args) -> {
                    before.call(method, args == null ? new Object[0] : args);
                    try {
                        return method.invoke(memory, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private PushClientBuilder client(Audience audience, Before before) {
        return PushClient.builder()
                .app("app", apns)
                .handler(FanOutHandler.builder("customers")
                        .audience(audience)
                        .lanes(LaneKey.of("app", ProviderId.APNS))
                        .build())
                .progressStore(store(before));
    }

    private static FanOutSpec spec(FanOutId id) {
        return FanOutSpec.builder(id, "customers", Notification.alert("Hello", "World"))
                .build();
    }

    private static AudienceRow row(int number, Map<String, String> fields) {
        return new AudienceRow("row-" + number, Target.apns("app", "token-" + number), null, null, fields);
    }

    @Test
    void whatCannotBeReadOfOneFanOutHoldsUpNoOther() {
        Before before = (method, arguments) -> {
            boolean asksForOne = List.of("freeShards", "wanted", "progress").contains(method.getName());
            if (asksForOne && UNREADABLE.contains(arguments[0])) {
                throw new IllegalStateException("damaged");
            }
        };
        Audience one = Audience.of(List.of(row(1, Map.of())));
        try (PushClient client = client(one, before).build()) {
            UNREADABLE.forEach(id -> client.fanOuts().launch(spec(id)));
            UNREADABLE.forEach(id -> client.fanOuts().find(id).orElseThrow().completion());
            FanOut good = client.fanOuts().launch(spec(GOOD));
            client.start();
            Await.until(
                    "the one that can be read has ended", () -> good.progress().state() == FanOutState.COMPLETED);
        }
    }

    /** What is launched while the answer of a look is on its way is not in it. */
    @Test
    void whatIsLaunchedDuringALookKeepsItsHandler() {
        CountDownLatch looked = new CountDownLatch(1);
        CountDownLatch launched = new CountDownLatch(1);
        ProgressStore slow = (ProgressStore) Proxy.newProxyInstance(
                ProgressStore.class.getClassLoader(), new Class<?>[] {ProgressStore.class}, (proxy, method, args) -> {
                    Object answer = LifeLine.invoke(memory, method, args);
                    if (method.getName().equals("active")) {
                        looked.countDown();
                        assertThat(launched.await(20, TimeUnit.SECONDS)).isTrue();
                    }
                    return answer;
                });
        FanOutHandler own = FanOutHandler.builder("customers")
                .audience(Audience.of(List.of(row(1, Map.of()))))
                .lanes(LaneKey.of("app", ProviderId.APNS))
                .build();
        try (PushClient client =
                PushClient.builder().app("app", apns).progressStore(slow).build()) {
            client.start();
            Await.until("it looks", () -> looked.getCount() == 0);
            FanOut fanOut = client.fanOuts().launch(spec(GOOD), own);
            launched.countDown();
            Await.until("it has ended", () -> fanOut.progress().state() == FanOutState.COMPLETED);
        }
    }

    /** It would be as large the next time. */
    @Test
    void aPageThatIsTooLargeFailsItsShardAndNotThoseBefore() {
        FanOutCodec codec = new FanOutCodec(OptionsFormats.installed());
        Before before = (method, arguments) -> {
            if (method.getName().equals("openPage")) {
                @SuppressWarnings("unchecked")
                List<AudienceRow> rows = (List<AudienceRow>) arguments[2];
                codec.packRows(rows);
            }
        };
        String large = "x".repeat(FanOutCodec.MAX_PAGE_BYTES / 8);
        Audience audience = new Audience() {
            @Override
            public List<String> shards() {
                return List.of("all");
            }

            @Override
            public AudiencePage read(String shard, @Nullable String cursor, int limit) {
                return cursor == null
                        ? new AudiencePage(List.of(row(0, Map.of())), "1")
                        : new AudiencePage(
                                IntStream.rangeClosed(1, 9)
                                        .mapToObj(i -> row(i, Map.of("text", large)))
                                        .toList(),
                                null);
            }
        };
        try (PushClient client = client(audience, before).build()) {
            FanOut fanOut = client.fanOuts().launch(spec(GOOD));
            client.start();
            Await.until("it has ended", () -> fanOut.progress().state().isEnd());

            assertThat(fanOut.progress().state()).isEqualTo(FanOutState.FAILED);
            assertThat(fanOut.progress().reason().orElseThrow())
                    .startsWith("TOO_LARGE: ")
                    .contains("" + FanOutCodec.MAX_PAGE_BYTES)
                    .doesNotContain("xxx");
            assertThat(fanOut.progress().count(SendResult.Kind.ACCEPTED)).isOne();
            assertThat(fanOut.progress().recipients()).isOne();
        }
    }
}
