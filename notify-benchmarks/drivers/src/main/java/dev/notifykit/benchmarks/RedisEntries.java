package dev.notifykit.benchmarks;

import dev.notifykit.PushClient;
import dev.notifykit.benchmarks.harness.Batch;
import dev.notifykit.benchmarks.harness.Content;
import dev.notifykit.benchmarks.road.InstantService;
import dev.notifykit.dedup.ClaimOwner;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.DedupSettings;
import dev.notifykit.dedup.DedupStore;
import dev.notifykit.dedup.TargetDigest;
import dev.notifykit.dedup.TargetEnds;
import dev.notifykit.device.Device;
import dev.notifykit.device.DeviceStore;
import dev.notifykit.device.TokenVerdict;
import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.Mark;
import dev.notifykit.fanout.ParkedRow;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.fanout.ShardLease;
import dev.notifykit.message.Message;
import dev.notifykit.message.Recipient;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.Target;
import dev.notifykit.push.TopicName;
import dev.notifykit.push.UserId;
import dev.notifykit.redis.RedisConfig;
import dev.notifykit.redis.RedisSettings;
import dev.notifykit.redis.RedisStores;
import dev.notifykit.result.SendResult;
import dev.notifykit.topic.TopicMember;
import dev.notifykit.topic.TopicStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import redis.clients.jedis.Jedis;

/** What the entries of our stores take in Redis, one of each kind, made through the stores themselves. */
final class RedisEntries {

    /** Not more than there are tokens. */
    private static final int ENTRIES = 4_000;

    private static final int PAGE = 1_000;
    private static final int SUBMITTED_TOGETHER = 100;
    private static final int FAN_OUTS = 100;
    private static final int CLOSED_PAGE = 2;
    private static final int PARKED_PAGE = 3;
    /** Nothing here is in a hurry. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration LEASE = Duration.ofMinutes(10);
    private static final Instant NOW = Instant.parse("2026-11-20T10:15:30.123Z");

    private final RedisStores stores;
    private final RedisMemory memory;
    private final int entries;
    private final Batch ids = new Batch(1, ENTRIES);

    private RedisEntries(RedisStores stores, RedisMemory memory, int entries) {
        this.stores = stores;
        this.memory = memory;
        this.entries = entries;
    }

    static void measure(Arguments arguments, Report report) throws IOException {
        try (RedisServer redis = RedisServer.start();
                Jedis jedis = redis.connect();
                RedisStores stores = RedisStores.connect(RedisConfig.single("127.0.0.1", redis.port())
                        .settings(RedisSettings.builder().timeout(PATIENCE).build())
                        .build())) {
            report.library(redis.about());
            RedisMemory memory = new RedisMemory(jedis);
            RedisEntries measured = new RedisEntries(stores, memory, Math.min(ENTRIES, arguments.scaled(ENTRIES)));
            measured.dedup();
            measured.devices();
            measured.topics();
            measured.fanOuts();
            measured.messages();
            report.table(memory.markdown("Memory in Redis, by MEMORY USAGE"));
        }
    }

    private static <T> void forEach(int count, IntFunction<CompletionStage<T>> call) {
        IntStream.range(0, count)
                .mapToObj(call)
                .toList()
                .forEach(stage -> stage.toCompletableFuture().join());
    }

    private void dedup() throws IOException {
        DedupStore dedup = stores.dedupStore();
        IntFunction<DedupKey> key = i -> DedupKey.of(ids.id(i).toString());
        ClaimOwner owner = ClaimOwner.random();
        TargetDigest one = new TargetDigest("0123456789abcdef".repeat(2));
        DedupSettings settings = DedupSettings.defaults();
        memory.clear();
        memory.measure(
                "dedup entry, claimed",
                entries,
                () -> forEach(entries, i -> dedup.claim(key.apply(i), owner, settings.terms())));
        memory.clear();
        memory.measure("dedup entry, confirmed", entries, () -> {
            forEach(entries, i -> dedup.claim(key.apply(i), owner, settings.terms()));
            forEach(entries, i -> dedup.confirm(key.apply(i), owner, TargetEnds.all(Set.of(one)), settings.ttl()));
        });
        memory.clear();
        memory.measure(
                "the same with a content and a version, claimed",
                entries,
                () -> forEach(
                        entries,
                        i -> dedup.claim(key.apply(i).content(Content.BODY).version(i), owner, settings.terms())));
    }

    private void devices() throws IOException {
        DeviceStore devices = stores.deviceStore();
        memory.clear();
        memory.measure(
                "device, APNs token", entries, () -> forEach(entries, i -> devices.register(device(i, this::apns))));
        memory.clear();
        memory.measure(
                "device, FCM token", entries, () -> forEach(entries, i -> devices.register(device(i, this::fcm))));
        memory.clear();
        memory.measure(
                "dead token",
                entries,
                () -> forEach(entries, i -> devices.verdict(new TokenVerdict(fcm(i), null, NOW))));
    }

    private static Device device(int number, IntFunction<Target> target) {
        return Device.builder(user(number), target.apply(number), NOW).build();
    }

    private static UserId user(int number) {
        return UserId.of("user-" + (1_000_000 + number));
    }

    private Target apns(int number) {
        return Target.apns(Content.APP, Content.apnsToken(number));
    }

    private Target fcm(int number) {
        return Target.fcm(Content.APP, Content.fcmToken(number));
    }

    private void topics() throws IOException {
        TopicStore topics = stores.topicStore();
        TopicName topic = TopicName.of("football");
        memory.clear();
        topics.create(topic, null).toCompletableFuture().join();
        memory.measure(
                "subscription of a user to one topic",
                entries,
                () -> forEach(entries, i -> topics.subscribe(topic, List.of(TopicMember.user(user(i))))));
    }

    private void fanOuts() throws IOException {
        ProgressStore progress = stores.progressStore();
        memory.clear();
        memory.measure("fan-out", FAN_OUTS, () -> {
            for (int i = 0; i < FAN_OUTS; i++) {
                progress.create(spec(i), List.of("0-" + PAGE), OptionalLong.of(PAGE));
            }
        });
        List<ShardLease> leases = new ArrayList<>();
        memory.measure("shard, taken", FAN_OUTS, () -> {
            for (int i = 0; i < FAN_OUTS; i++) {
                leases.add(take(progress, i));
            }
        });
        ShardLease lease = leases.get(0);
        memory.measure(
                "row of an open page with its mark, APNs token",
                PAGE,
                () -> progress.openPage(lease, 0, page(this::apns), Integer.toString(PAGE)));
        memory.measure(
                "row of an open page with its mark, FCM token",
                PAGE,
                () -> progress.openPage(lease, 1, page(this::fcm), Integer.toString(2 * PAGE)));
        memory.measure("row of a closed page", PAGE, () -> {
            progress.openPage(lease, CLOSED_PAGE, page(this::apns), Integer.toString(3 * PAGE));
            progress.mark(lease, accepted(CLOSED_PAGE));
            progress.closePage(lease, CLOSED_PAGE);
        });
        memory.measure("intent, where they are kept", PAGE, () -> progress.intend(lease, 1, everyRow()));
        List<AudienceRow> rows = page(this::apns);
        progress.openPage(lease, PARKED_PAGE, rows, Integer.toString(4 * PAGE));
        memory.measure(
                "parked row, APNs token",
                PAGE,
                () -> progress.mark(
                        lease,
                        IntStream.range(0, PAGE)
                                .<Mark>mapToObj(i -> parked(i, rows.get(i)))
                                .toList()));
    }

    private static List<Mark> accepted(int page) {
        return IntStream.range(0, PAGE)
                .<Mark>mapToObj(i -> new Mark.Ended(page, i, SendResult.Kind.ACCEPTED))
                .toList();
    }

    private FanOutSpec spec(int number) {
        return FanOutSpec.builder(
                        FanOutId.of("campaign-" + ids.id(number)),
                        "customers",
                        Notification.alert(Content.TITLE, Content.BODY))
                .parameters(Map.of("segment", "spring"))
                .build();
    }

    private ShardLease take(ProgressStore progress, int number) {
        return progress.acquire(spec(number).id(), 0, "worker-1", LEASE)
                .orElseThrow()
                .lease();
    }

    private static List<AudienceRow> page(IntFunction<Target> target) {
        return IntStream.range(0, PAGE)
                .mapToObj(i -> new AudienceRow(Integer.toString(10_000_000 + i), target.apply(i)))
                .toList();
    }

    private static BitSet everyRow() {
        BitSet rows = new BitSet();
        rows.set(0, PAGE);
        return rows;
    }

    private static Mark parked(int index, AudienceRow row) {
        return new Mark.Parked(
                PARKED_PAGE,
                index,
                new ParkedRow(ParkedRow.id(PARKED_PAGE, index), row, 1, false, Duration.ofSeconds(2), false),
                Duration.ofMinutes(1));
    }

    // ---- the queue

    private void messages() throws IOException {
        try (PushClient client = PushClient.builder()
                .app(Content.APP, new InstantService(1))
                .stores(stores)
                .owned(false)
                .build()) {
            memory.clear();
            memory.measure("queued message, its dedup entry too", entries, () -> submit(client, Optional.empty()));
            memory.row(
                    "what of it is the packed message",
                    (double) stores.workQueue().state().bytes() / entries);
            memory.clear();
            memory.measure(
                    "scheduled message, its dedup entry too",
                    entries,
                    () -> submit(client, Optional.of(Instant.now().plus(LEASE))));
        }
    }

    private void submit(PushClient client, Optional<Instant> notBefore) {
        List<Message> messages = IntStream.range(0, entries)
                .mapToObj(
                        i -> Message.builder(Recipient.device(apns(i)), Notification.alert(Content.TITLE, Content.BODY))
                                .id(MessageId.of(ids.id(i).toString()))
                                .notBefore(notBefore.orElse(null))
                                .build())
                .toList();
        for (int i = 0; i < entries; i += SUBMITTED_TOGETHER) {
            client.submit(messages.subList(i, Math.min(entries, i + SUBMITTED_TOGETHER)));
        }
    }
}
