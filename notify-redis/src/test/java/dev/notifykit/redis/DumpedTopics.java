package dev.notifykit.redis;

import static dev.notifykit.redis.Dedup.answer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.device.Device;
import dev.notifykit.device.DeviceStore;
import dev.notifykit.device.InstallationId;
import dev.notifykit.device.Scan;
import dev.notifykit.fanout.Audience;
import dev.notifykit.fanout.AudiencePage;
import dev.notifykit.push.AppId;
import dev.notifykit.push.Target;
import dev.notifykit.push.TopicName;
import dev.notifykit.push.UserId;
import dev.notifykit.topic.PruneReport;
import dev.notifykit.topic.Topic;
import dev.notifykit.topic.TopicMember;
import dev.notifykit.topic.TopicPage;
import dev.notifykit.topic.TopicStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Topics with users and with phones, some that end, and what those that have ended leave behind. */
final class DumpedTopics implements DumpPart {

    private static final TopicName MATCH = TopicName.of("match:42");
    private static final TopicName NEWS = TopicName.of("news");
    private static final TopicName DELETED = TopicName.of("deleted");
    private static final TopicName ANEW = TopicName.of("anew");
    private static final TopicName EMPTY = TopicName.of("empty");

    private static final AppId APP = AppId.of("com.acme.app");
    private static final UserId ANNA = UserId.of("anna");
    private static final UserId BERT = UserId.of("bert");
    private static final UserId ERASED = UserId.of("erased");
    private static final InstallationId IPHONE = InstallationId.of("anna's phone");
    private static final TopicMember PHONE = TopicMember.device(ANNA, APP, IPHONE);
    private static final List<TopicMember> FANS = IntStream.range(0, 40)
            .<TopicMember>mapToObj(i -> TopicMember.user(UserId.of("fan " + i)))
            .toList();

    /** Of the match. */
    private static final List<TopicMember> MEMBERS =
            inOrder(Stream.concat(FANS.stream().skip(2), Stream.of(PHONE, TopicMember.user(BERT)))
                    .toList());

    private static final Duration NEWS_LIFE = Duration.ofHours(1);

    /** Where an older build stood in the audience of the match. */
    private static final String CURSOR = "5c4e460ce47790779aa30fa29b377be0.";

    @Override
    public String name() {
        return "topics";
    }

    // ---- before

    @Override
    public void work(RedisStores stores, Clock clock) throws Exception {
        TopicStore store = stores.topicStore();
        done(store.subscribe(MATCH, FANS));
        done(store.subscribe(MATCH, List.of(PHONE, TopicMember.user(BERT), TopicMember.user(ERASED))));
        done(store.unsubscribe(MATCH, FANS.subList(0, 2)));
        answer(store.create(NEWS, NEWS_LIFE));
        done(store.subscribe(NEWS, List.of(TopicMember.user(ANNA), PHONE)));
        done(store.subscribe(DELETED, FANS.subList(0, 10)));
        answer(store.delete(DELETED));
        done(store.subscribe(ANEW, FANS.subList(10, 20)));
        answer(store.delete(ANEW));
        done(store.subscribe(ANEW, List.of(TopicMember.user(BERT))));
        answer(store.create(EMPTY, null));
        answer(store.erase(ERASED));
    }

    private static void done(CompletionStage<?> stage) throws Exception {
        stage.toCompletableFuture().get(1, TimeUnit.MINUTES);
    }

    // ---- after

    @Override
    public void goOn(Dump dump) throws Exception {
        asTheyWere(dump);
        theyEnd(dump.heir(NEWS_LIFE.multipliedBy(2)).topicStore());
    }

    private static void asTheyWere(Dump dump) throws Exception {
        RedisStores stores = dump.heir(NEWS_LIFE.dividedBy(2));
        TopicStore store = stores.topicStore();
        assertThat(answer(store.topics(Scan.all())).topics()).containsExactlyInAnyOrder(MATCH, NEWS, ANEW, EMPTY);
        assertThat(answer(store.find(MATCH))).contains(new Topic(MATCH, null, MEMBERS.size()));
        assertThat(answer(store.find(NEWS)).orElseThrow().endsAt())
                .isBetween(
                        dump.at().plus(NEWS_LIFE).minus(Duration.ofMinutes(10)),
                        dump.at().plus(NEWS_LIFE));
        assertThat(answer(store.find(DELETED))).isEmpty();
        assertThat(members(store, ANEW)).containsExactly(TopicMember.user(BERT));
        assertThat(members(store, EMPTY)).isEmpty();
        assertThat(answer(store.topicsOf(ANNA))).containsExactlyInAnyOrder(MATCH, NEWS);
        assertThat(answer(store.topicsOf(PHONE))).containsExactlyInAnyOrder(MATCH, NEWS);
        assertThat(answer(store.topicsOf(TopicMember.user(ANNA)))).containsExactly(NEWS);
        assertThat(answer(store.topicsOf(FANS.get(0).user()))).isEmpty();
        assertThat(answer(store.topicsOf(ERASED))).isEmpty();
        assertThat(members(store, MATCH)).containsExactlyElementsOf(MEMBERS);
        theAudienceIsReadOn(stores, dump.together());

        done(store.subscribe(MATCH, FANS.subList(0, 3)));
        done(store.unsubscribe(MATCH, List.of(TopicMember.user(BERT))));
        assertThat(answer(store.expire(EMPTY, Duration.ofDays(1)))).isTrue();
        assertThat(answer(store.create(DELETED, null))).isTrue();
        assertThat(members(store, DELETED)).as("it begins anew").isEmpty();
        assertThat(answer(store.erase(ANNA))).isEqualTo(3);
        assertThat(members(store, MATCH)).containsExactlyElementsOf(inOrder(FANS));
    }

    /** From where the build that has died stood, and by two instances. */
    private static void theAudienceIsReadOn(RedisStores stores, RedisStores others) throws Exception {
        DeviceStore devices = stores.deviceStore();
        for (TopicMember fan : FANS) {
            answer(devices.register(Device.builder(
                            fan.user(), Target.apns(APP.value(), fan.position().substring(0, 32)), Instant.EPOCH)
                    .build()));
        }
        List<TopicMember> rest = MEMBERS.stream()
                .filter(member -> member.position().compareTo(CURSOR) > 0)
                .toList();
        assertThat(rest).hasSizeBetween(5, MEMBERS.size() - 5);
        List<String> tokens = new ArrayList<>();
        AudiencePage page;
        String cursor = CURSOR;
        boolean first = true;
        do {
            RedisStores reader = first ? stores : others;
            page = Audience.topic(reader.topicStore(), reader.deviceStore(), MATCH)
                    .read("", cursor, 3);
            page.rows().forEach(row -> tokens.add(row.target().address()));
            cursor = page.next();
            first = !first;
        } while (cursor != null);
        assertThat(tokens)
                .as("those who have a device")
                .containsExactlyElementsOf(rest.stream()
                        .filter(FANS::contains)
                        .map(fan -> fan.position().substring(0, 32))
                        .toList());
    }

    private static List<TopicMember> members(TopicStore store, TopicName topic) throws Exception {
        List<TopicMember> all = new ArrayList<>();
        Scan scan = Scan.all().limit(7);
        @Nullable String next;
        do {
            TopicPage page = answer(store.members(topic, scan));
            all.addAll(page.members());
            next = page.next();
            scan = next == null ? scan : scan.from(next);
        } while (next != null);
        return all;
    }

    private static List<TopicMember> inOrder(List<TopicMember> members) {
        return members.stream()
                .sorted(Comparator.comparing(TopicMember::position))
                .toList();
    }

    private static void theyEnd(TopicStore store) throws Exception {
        assertThat(answer(store.topics(Scan.all())).topics()).containsExactlyInAnyOrder(MATCH, ANEW, EMPTY);
        assertThat(answer(store.find(NEWS))).isEmpty();
        assertThat(answer(store.topicsOf(ANNA))).containsExactly(MATCH);
        PruneReport wouldGo = new PruneReport(3, 10 + 10 + 2, false);
        assertThat(answer(store.prune(100, true))).isEqualTo(wouldGo);
        assertThat(answer(store.prune(100, false))).isEqualTo(wouldGo);
        assertThat(answer(store.prune(100, false))).isEqualTo(new PruneReport(0, 0, false));
        assertThat(members(store, MATCH)).containsExactlyElementsOf(MEMBERS);
    }
}
