package dev.notifykit.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.device.InstallationId;
import dev.notifykit.device.Scan;
import dev.notifykit.push.AppId;
import dev.notifykit.push.TopicName;
import dev.notifykit.push.UserId;
import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.topic.TopicMember;
import dev.notifykit.topic.TopicStore;
import dev.notifykit.topic.TopicStoreUnavailableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Calls that break off after each of their scripts, with the last one's answer and without it: whoever is in a topic is found when the user is erased, the
 * same call again ends as if nothing had happened, and in the end nothing is left over.
 */
class RedisTopicFaultsTest {

    private static final TopicName NEWS = TopicName.of("news");
    private static final UserId ANN = UserId.of("ann@example");
    private static final TopicMember ANNS = TopicMember.user(ANN);
    private static final TopicMember PHONE =
            TopicMember.device(ANN, AppId.of("app"), InstallationId.of("phone-secret"));
    private static final TopicMember BOBS = TopicMember.user(UserId.of("bob@example"));

    private enum Cut {
        SUBSCRIBE(store -> {}, store -> get(store.subscribe(NEWS, List.of(ANNS, PHONE, BOBS)))),
        UNSUBSCRIBE(
                store -> get(store.subscribe(NEWS, List.of(ANNS, PHONE, BOBS))),
                store -> get(store.unsubscribe(NEWS, List.of(ANNS, PHONE)))),
        ERASE(store -> get(store.subscribe(NEWS, List.of(ANNS, PHONE, BOBS))), store -> get(store.erase(ANN))),
        DELETE(store -> get(store.subscribe(NEWS, List.of(ANNS, PHONE, BOBS))), store -> get(store.delete(NEWS))),
        PRUNE(
                store -> {
                    get(store.subscribe(NEWS, List.of(ANNS, PHONE, BOBS)));
                    get(store.delete(NEWS));
                },
                store -> get(store.prune(100, false)));

        private final Consumer<TopicStore> before;
        private final Consumer<TopicStore> call;

        Cut(Consumer<TopicStore> before, Consumer<TopicStore> call) {
            this.before = before;
            this.call = call;
        }
    }

    private final TestDevices stores = new TestDevices(RedisTopology.Kind.SINGLE, RedisBinary.preferred());

    @AfterEach
    void close() {
        stores.close();
    }

    @ParameterizedTest
    @EnumSource
    void whatBreaksOffLeavesNothingUndone(Cut cut) {
        TopicStore clean = store("clean");
        cut.before.accept(clean);
        cut.call.accept(clean);
        boolean broke = true;
        for (int cuts = 0; broke; cuts++) {
            assertThat(cuts).isLessThan(400);
            String name = "cut" + cuts;
            int scripts = cuts / 2;
            boolean lost = cuts % 2 == 0;
            TopicStore store = store(name);
            cut.before.accept(store);
            try {
                cut.call.accept(stores.createTopics(name, 10, way -> TestDevices.cutAfter(way, scripts, lost)));
                broke = false;
            } catch (CompletionException e) {
                assertThat(e).hasCauseInstanceOf(TopicStoreUnavailableException.class);
            }
            for (TopicMember member : members(store)) {
                assertThat(get(store.topicsOf(member))).as("of who is in it").containsExactly(NEWS);
            }

            cut.call.accept(store);
            assertThat(members(store)).isEqualTo(members(clean));
            for (TopicMember member : List.of(ANNS, PHONE, BOBS)) {
                assertThat(get(store.topicsOf(member))).isEqualTo(get(clean.topicsOf(member)));
            }

            get(store.erase(ANN));
            get(store.erase(BOBS.user()));
            assertThat(members(store)).as("of users who were erased").isEmpty();
            get(store.delete(NEWS));
            stores.passTime(Duration.ofHours(1));
            get(store.prune(100, false));
            assertThat(stores.keys(name)).as("left over after " + scripts).isEmpty();
        }
    }

    @Test
    void whatIsDamagedOrOfAnotherTypeFailsTypedAndNamesNobody() {
        TopicStore store = store("damaged");
        for (int i = 0; i < 3; i++) {
            get(store.subscribe(NEWS, List.of(ANNS, PHONE)));
            for (byte[] key : stores.keys("damaged")) {
                stores.client().del(key);
                switch (i) {
                    case 0 -> stores.client().set(key, "ann@example, and more of it".getBytes(StandardCharsets.UTF_8));
                    case 1 -> stores.client().set(key, new byte[] {7, 't', 1, 2, 3});
                    default -> stores.client().rpush(key, "ann@example".getBytes(StandardCharsets.UTF_8));
                }
            }
            List<CompletionStage<?>> calls = List.of(
                    store.subscribe(NEWS, List.of(ANNS)),
                    store.find(NEWS),
                    store.members(NEWS, Scan.all()),
                    store.delete(NEWS),
                    store.erase(ANN),
                    store.topicsOf(ANNS));
            for (CompletionStage<?> call : calls) {
                assertThatThrownBy(() -> get(call))
                        .cause()
                        .isInstanceOf(TopicStoreUnavailableException.class)
                        .hasMessageNotContainingAny("example", "secret", "damaged:");
            }
            stores.keys("damaged").forEach(key -> stores.client().del(key));
        }
    }

    @Test
    void noKeyNamesAnybody() {
        get(store("names").subscribe(TopicName.of("of-ann@example"), List.of(ANNS, PHONE)));

        assertThat(stores.keys("names"))
                .isNotEmpty()
                .allSatisfy(key ->
                        assertThat(new String(key, StandardCharsets.US_ASCII)).doesNotContain("secret", "example"));
    }

    private TopicStore store(String name) {
        return stores.createTopics(name, 10, UnaryOperator.identity());
    }

    private static List<TopicMember> members(TopicStore store) {
        return get(store.members(NEWS, Scan.all())).members();
    }

    private static <T extends @Nullable Object> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
