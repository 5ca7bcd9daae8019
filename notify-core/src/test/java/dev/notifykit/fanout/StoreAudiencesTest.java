package dev.notifykit.fanout;

import static dev.notifykit.fanout.AudienceReading.addresses;
import static dev.notifykit.fanout.AudienceReading.all;
import static dev.notifykit.fanout.AudienceReading.from;
import static dev.notifykit.fanout.AudienceReading.keys;
import static dev.notifykit.fanout.AudienceReading.pages;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.device.Device;
import dev.notifykit.device.InMemoryDeviceStore;
import dev.notifykit.device.InstallationId;
import dev.notifykit.device.TokenVerdict;
import dev.notifykit.push.AppId;
import dev.notifykit.push.Target;
import dev.notifykit.push.TopicName;
import dev.notifykit.push.UserId;
import dev.notifykit.testing.ManualTime;
import dev.notifykit.topic.InMemoryTopicStore;
import dev.notifykit.topic.TopicMember;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StoreAudiencesTest {

    private static final AppId APP = AppId.of("app");
    private static final TopicName NEWS = TopicName.of("news");
    private static final UserId ANN = UserId.of("ann");
    private static final UserId BOB = UserId.of("bob");
    private static final InstallationId PHONE = InstallationId.of("phone");
    private static final InstallationId TABLET = InstallationId.of("tablet");

    private final ManualTime time = ManualTime.create();
    private final InMemoryDeviceStore devices = new InMemoryDeviceStore(time);
    private final InMemoryTopicStore topics = new InMemoryTopicStore(time);
    private final Audience news = Audience.topic(topics, devices, NEWS);

    @Test
    void aUserIsReachedOnAllDevicesAndAnInstallationOnItsOwn() throws Exception {
        register(ANN, PHONE, Target.apns("app", "ann phone"));
        register(ANN, TABLET, Target.fcm("app", "ann tablet"));
        register(ANN, InstallationId.of("other"), Target.fcm("other.app", "ann elsewhere"));
        register(BOB, PHONE.value() + " of bob", Target.apns("app", "bob phone"));
        register(BOB, TABLET.value() + " of bob", Target.fcm("app", "bob tablet"));
        subscribe(TopicMember.user(ANN), TopicMember.device(BOB, APP, InstallationId.of("phone of bob")));

        assertThat(addresses(all(news, 100)))
                .containsExactlyInAnyOrder("ann phone", "ann tablet", "ann elsewhere", "bob phone");
        Audience ofApp =
                Audience.topic(topics, devices, NEWS, d -> d.target().app().equals(APP));
        assertThat(addresses(all(ofApp, 100))).containsExactlyInAnyOrder("ann phone", "ann tablet", "bob phone");
    }

    @Test
    void whoIsAMemberTwiceIsReachedOnceWhateverThePages() throws Exception {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            UserId user = UserId.of("user " + i);
            for (int j = 0; j < 5; j++) {
                String name = i + "/" + j;
                register(user, name, Target.fcm("app", name));
                subscribe(TopicMember.device(user, APP, InstallationId.of(name)));
                expected.add(name);
            }
            if (i % 2 == 0) {
                subscribe(TopicMember.user(user));
            }
        }
        for (int limit = 1; limit <= 70; limit++) {
            List<AudienceRow> rows = all(news, limit);
            assertThat(addresses(rows)).as("pages of " + limit).containsExactlyInAnyOrderElementsOf(expected);
            assertThat(keys(rows)).isSorted().doesNotHaveDuplicates();
        }
    }

    @Test
    void whatIsGoneIsLeftOut() throws Exception {
        register(ANN, PHONE, Target.apns("app", "dead"));
        register(ANN, TABLET, Target.fcm("app", "alive"));
        register(BOB, "bobs", Target.fcm("app", "bobs"));
        subscribe(
                TopicMember.user(ANN),
                TopicMember.user(UserId.of("nobody")),
                TopicMember.device(BOB, APP, InstallationId.of("gone")),
                TopicMember.device(BOB, APP, TABLET));
        get(devices.verdict(new TokenVerdict(Target.apns("app", "dead"), null, time.now())));

        assertThat(addresses(all(news, 2))).as("and bob has not ann's tablet").containsExactly("alive");
    }

    @Test
    void aPhoneThatChangedHandsDoesNotInheritTopics() throws Exception {
        register(ANN, PHONE, Target.apns("app", "token"));
        subscribe(TopicMember.device(ANN, APP, PHONE));
        register(BOB, PHONE, Target.apns("app", "token"));

        assertThat(all(news, 10)).isEmpty();
        register(ANN, PHONE, Target.apns("app", "newer token"));
        assertThat(addresses(all(news, 10))).containsExactly("newer token");
    }

    @Test
    void everyCursorGoesOnWhereItsPageEnded() throws Exception {
        crowd(40, 3);
        for (int limit : List.of(1, 4, 7, 100)) {
            String shard = news.shards().get(0);
            List<AudiencePage> pages = pages(news, shard, null, limit);
            List<AudienceRow> rest = new ArrayList<>();
            pages.forEach(page -> rest.addAll(page.rows()));
            assertThat(rest).hasSize(120);
            for (AudiencePage page : pages) {
                rest.subList(0, page.rows().size()).clear();
                if (page.next() != null) {
                    assertThat(from(news, shard, page.next(), 11)).isEqualTo(rest);
                }
            }
        }
    }

    @Test
    void whoComesAndGoesBetweenPagesDisturbsNobody() throws Exception {
        crowd(50, 2);
        Set<String> steady = new HashSet<>(addresses(all(news, 1_000)));
        crowd("early ", 20, 2);
        String shard = news.shards().get(0);
        List<String> reached = new ArrayList<>();
        String cursor = null;
        int turn = 0;
        do {
            AudiencePage page = news.read(shard, cursor, 7);
            reached.addAll(addresses(page.rows()));
            cursor = page.next();
            get(topics.unsubscribe(NEWS, List.of(TopicMember.user(UserId.of("early " + turn)))));
            crowd("late " + turn + "/", 1, 2);
            turn++;
        } while (cursor != null && turn < 1_000);

        assertThat(reached).doesNotHaveDuplicates().containsAll(steady);
    }

    @Test
    void aLargeTopicIsSplitInPartsThatAreTheWhole() throws Exception {
        crowd(20, 1);
        assertThat(news.shards()).hasSize(1);
        crowd("more ", 1_000, 1);

        assertThat(news.shards()).hasSize(16);
        assertThat(news.estimatedTotal()).isEqualTo(OptionalLong.of(1_020));
        assertThat(addresses(all(news, 100))).hasSize(1_020).doesNotHaveDuplicates();
        assertThat(addresses(from(news, "all", null, 100))).hasSize(1_020).doesNotHaveDuplicates();
    }

    @Test
    void allDevicesOfAnAppAreReadInPartsAndOfNoOther() throws Exception {
        crowd(30, 2);
        register(ANN, PHONE, Target.fcm("other.app", "elsewhere"));
        Audience all = Audience.devices(devices, APP);
        assertThat(all.shards()).hasSize(1);
        assertThat(addresses(all(all, 7))).hasSize(60).doesNotHaveDuplicates().doesNotContain("elsewhere");

        crowd("more ", 500, 2);
        assertThat(all.shards()).hasSize(16);
        List<AudienceRow> rows = all(all, 7);
        assertThat(addresses(rows)).hasSize(1_060).doesNotHaveDuplicates();
        assertThat(keys(rows)).isSorted();
        Audience some = Audience.devices(devices, APP, d -> d.target().address().endsWith("/1"));
        assertThat(all(some, 1_000)).hasSize(530);
    }

    @Test
    void aRowHasTheLanguageAndTheZoneOfItsDevice() throws Exception {
        get(devices.register(Device.builder(ANN, Target.fcm("app", "t"), time.now())
                .locale(Locale.CANADA_FRENCH)
                .zone(ZoneId.of("America/Montreal"))
                .build()));
        subscribe(TopicMember.user(ANN));

        for (Audience audience : List.of(news, Audience.devices(devices, APP))) {
            AudienceRow row = all(audience, 10).get(0);
            assertThat(row.locale()).isEqualTo("fr-CA");
            assertThat(row.zone()).isEqualTo("America/Montreal");
            assertThat(row.toString()).doesNotContain("ann");
        }
    }

    @Test
    void oneHandlerServesAllTopics() throws Exception {
        register(ANN, PHONE, Target.apns("app", "ann"));
        subscribe(TopicMember.user(ANN));
        var byName = Audience.topics(topics, devices);

        assertThat(addresses(all(byName.apply(Map.of(Audience.TOPIC_PARAMETER, "news")), 10)))
                .containsExactly("ann");
        assertThat(all(byName.apply(Map.of(Audience.TOPIC_PARAMETER, "none")), 10))
                .isEmpty();
        assertThatThrownBy(() -> byName.apply(Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("topic");
    }

    @Test
    void whatCannotBeReadOnFailsTheShard() {
        for (Audience audience : List.of(news, Audience.devices(devices, APP))) {
            assertThatThrownBy(() -> audience.read("all", "no cursor", 10))
                    .isInstanceOfSatisfying(
                            AudienceException.class,
                            e -> assertThat(e.kind()).isEqualTo(AudienceException.Kind.UNREADABLE));
            assertThatThrownBy(() -> audience.read("no shard", null, 10)).isInstanceOf(AudienceException.class);
        }
    }

    private void crowd(int users, int devicesEach) {
        crowd("", users, devicesEach);
    }

    private void crowd(String prefix, int users, int devicesEach) {
        List<TopicMember> members = new ArrayList<>();
        IntStream.range(0, users).forEach(i -> {
            UserId user = UserId.of(prefix + i);
            IntStream.range(0, devicesEach)
                    .forEach(j -> register(user, prefix + i + "/" + j, Target.fcm("app", prefix + i + "/" + j)));
            members.add(TopicMember.user(user));
        });
        get(topics.subscribe(NEWS, members));
    }

    private void subscribe(TopicMember... members) {
        get(topics.subscribe(NEWS, List.of(members)));
    }

    private void register(UserId user, String installation, Target target) {
        register(user, InstallationId.of(installation), target);
    }

    private void register(UserId user, InstallationId installation, Target target) {
        get(devices.register(Device.builder(user, target, time.now())
                .installation(installation)
                .build()));
    }

    private static <T extends @Nullable Object> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
