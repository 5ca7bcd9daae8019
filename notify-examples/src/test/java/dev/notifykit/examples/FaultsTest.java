package dev.notifykit.examples;

import static dev.notifykit.examples.FaultWorld.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.PushClient;
import dev.notifykit.PushClientBuilder;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.DedupStore;
import dev.notifykit.dedup.InMemoryDedupStore;
import dev.notifykit.fanout.Audience;
import dev.notifykit.fanout.AudiencePage;
import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOut;
import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.FanOutState;
import dev.notifykit.fanout.InMemoryProgressStore;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.lane.LaneLimits;
import dev.notifykit.lane.NotAdmittedException;
import dev.notifykit.message.Message;
import dev.notifykit.message.Recipient;
import dev.notifykit.observe.CloseReport;
import dev.notifykit.observe.Health;
import dev.notifykit.push.Notification;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.Target;
import dev.notifykit.push.UserId;
import dev.notifykit.result.MessageResult;
import dev.notifykit.result.SendResult;
import dev.notifykit.result.SendResult.Kind;
import dev.notifykit.time.TimeSource;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults that befall a whole client with both vendors behind it, over real sockets. The numbers are those of {@code docs/faults.md}.
 */
@Timeout(300)
class FaultsTest {

    private static final Duration SOON = Duration.ofMillis(5);

    private static LaneLimits.Builder generous() {
        return LaneLimits.builder().retryBudget(1, 1_000);
    }

    // ---- 5: the audience

    @Test
    void anAudienceThatThrowsIsAskedAgainWithPatience() {
        AtomicInteger reads = new AtomicInteger();
        AtomicInteger pages = new AtomicInteger();
        AtomicBoolean seenWaiting = new AtomicBoolean();
        Audience moody = new Audience() {
            @Override
            public List<String> shards() {
                return List.of("all");
            }

            @Override
            public AudiencePage read(String shard, @Nullable String cursor, int limit) {
                if (reads.incrementAndGet() <= 2 || !seenWaiting.get()) {
                    throw new IllegalStateException("the database is away");
                }
                pages.incrementAndGet();
                List<AudienceRow> rows =
                        IntStream.range(0, 100).mapToObj(FaultWorld::row).toList();
                return new AudiencePage(rows, null);
            }
        };
        try (FaultWorld world = new FaultWorld(100, Duration.ZERO)) {
            long start = System.nanoTime();
            PushClient client = world.start(PushClient.builder()
                    .app(FaultWorld.APP, world.apnsService(), world.fcmService())
                    .handler(world.handler(moody)));
            FanOut fanOut = client.fanOuts().launch(FaultWorld.spec());
            until("it waits", () -> fanOut.progress().state() == FanOutState.WAITING);
            seenWaiting.set(true);
            FanOutProgress end = FaultWorld.end(fanOut);
            assertThat(end.count(Kind.ACCEPTED)).isEqualTo(100);
            assertThat(reads).as("twice in vain at least").hasValueGreaterThanOrEqualTo(3);
            assertThat(pages).hasValue(1);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("one second, then two")
                    .isGreaterThanOrEqualTo(Duration.ofSeconds(3));
            world.assertAccounted(end);
        }
    }

    // ---- 10: one name for all

    /** The pod with the same name is there from the start, and the one that dies comes back at once. */
    @Test
    void instancesOfTheSameNameDoNotTakeThemselvesForOneAnother() {
        try (TimeSource clock = TimeSource.system();
                InMemoryProgressStore store = new InMemoryProgressStore(clock);
                FaultWorld world = new FaultWorld(4_000, SOON)) {
            AtomicBoolean dead = new AtomicBoolean();
            // Only its own lease has to end; on a slow machine the others' should not.
            PushClient dying = world.start(pod(world, cutOff(store, dead)).lease(Duration.ofSeconds(1)));
            dying.fanOuts().launch(FaultWorld.spec());
            PushClient twin = world.start(pod(world, store));
            until("some were sent", () -> world.acceptedByAll() > 800);
            dead.set(true);
            PushClient back = world.start(pod(world, store));
            FanOut fanOut = back.fanOuts().find(FaultWorld.spec().id()).orElseThrow();
            FanOutProgress end = FaultWorld.end(fanOut);
            assertThat(end.state()).isEqualTo(FanOutState.COMPLETED);
            assertThat(end.count(Kind.ACCEPTED)).isEqualTo(4_000);
            for (PushClient each : List.of(dying, twin, back)) {
                each.close(Duration.ofSeconds(
                        5)); // what the dead one had on the wire must have arrived before it is counted
            }
            world.assertAccounted(end);
        }
    }

    private static PushClientBuilder pod(FaultWorld world, ProgressStore store) {
        return world.client(generous().maxInFlight(50).build())
                .progressStore(store)
                .instance("pod-0")
                .maxShards(2)
                .lease(Duration.ofSeconds(10));
    }

    /** A store that can be reached until it cannot. */
    private static ProgressStore cutOff(ProgressStore store, AtomicBoolean dead) {
        return (ProgressStore) Proxy.newProxyInstance(
                ProgressStore.class.getClassLoader(), new Class<?>[] {ProgressStore.class}, (proxy, method, args) -> {
                    if (method.getName().equals("close")) {
                        return null;
                    }
                    if (dead.get()) {
                        throw new IllegalStateException("out of reach");
                    }
                    try {
                        return method.invoke(store, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    // ---- 20: one event, many who say it

    @Test
    void anEventThatManyInstancesSayReachesApnsOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(64);
        try (TimeSource clock = TimeSource.system();
                InMemoryDedupStore store = new InMemoryDedupStore(clock);
                FaultWorld world = new FaultWorld(0, Duration.ofMillis(50))) {
            List<PushClient> instances = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                // The store is everybody's; each closes its own service.
                instances.add(world.start(PushClient.builder()
                        .app(FaultWorld.APP, world.apnsService())
                        .dedupStore(notClosed(store))));
            }
            Message goal = Message.builder(
                            Recipient.device(Target.apns(FaultWorld.APP, "ab".repeat(32))),
                            Notification.alert("Goal", "1:0"))
                    .dedupKey(DedupKey.of("match-7:goal-1"))
                    .build();
            List<CompletableFuture<MessageResult>> all = new CopyOnWriteArrayList<>();
            for (int i = 0; i < 192; i++) {
                PushClient instance = instances.get(i % 3);
                threads.execute(() -> all.add(instance.send(goal)));
            }
            until("everybody was told", () -> all.size() == 192 && all.stream().allMatch(CompletableFuture::isDone));
            assertThat(all).filteredOn(f -> f.join().accepted()).hasSize(1);
            assertThat(all)
                    .filteredOn(f -> new SendResult.Suppressed(SendResult.Suppressed.Why.DUPLICATE)
                            .equals(f.join().stopped()))
                    .hasSize(191);
            assertThat(world.acceptedByAll()).isEqualTo(1);
            assertThat(world.apns.traffic().requests()).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
    }

    private static DedupStore notClosed(InMemoryDedupStore store) {
        return (DedupStore) Proxy.newProxyInstance(
                FaultsTest.class.getClassLoader(), new Class<?>[] {DedupStore.class}, (proxy, method, args) -> {
                    if (method.getName().equals("close")) {
                        return null;
                    }
                    try {
                        return method.invoke(store, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    // ---- 19: names

    @Test
    void aUserIdHasBounds() {
        assertThatThrownBy(() -> UserId.of("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> UserId.of("u".repeat(1 << 20)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("uu");
    }

    // ---- 22: pause, resume, cancel

    @Test
    void aPausedFanOutStopsGoesOnAndIsCancelled() {
        int rows = 40_000;
        try (FaultWorld world = new FaultWorld(rows, SOON)) {
            // Without a stop it would go on for more than a minute.
            PushClient client =
                    world.start(world.client(generous().ratePerSecond(300).build()));
            FanOut fanOut = client.fanOuts().launch(FaultWorld.spec());
            until(
                    "both vendors are at work",
                    () -> world.apns.journal().accepted() > 100
                            && world.fcm.journal().accepted() > 100);

            fanOut.pause();
            assertStops(world, client);
            assertThat(fanOut.progress().state()).isEqualTo(FanOutState.PAUSED);
            assertThat(fanOut.progress().isConserved()).isTrue();

            long before = world.acceptedByAll();
            fanOut.resume();
            until("it goes on", () -> world.acceptedByAll() > before + 200);

            fanOut.cancel();
            fanOut.cancel();
            assertStops(world, client);
            FanOutProgress end = FaultWorld.end(fanOut);
            assertThat(end.state()).isEqualTo(FanOutState.CANCELLED);
            fanOut.cancel();
            fanOut.resume();
            assertThat(fanOut.progress().state()).isEqualTo(FanOutState.CANCELLED);
            assertThat(end.count(Kind.CANCELLED)).isPositive();
            assertThat(end.count(Kind.ACCEPTED) + end.count(Kind.CANCELLED)).isEqualTo(end.recipients());
            assertThat(end.count(Kind.ACCEPTED)).isEqualTo(world.acceptedByAll());
            world.assertAccounted(end);
            assertThat(world.repeated()).isZero();
        }
    }

    /**
     * What begins after the acknowledgement begins within a second, which is 300 for each lane; within ten on a machine that has other things to do,
     * where nothing else would stop it for a minute.
     */
    private static void assertStops(FaultWorld world, PushClient client) {
        long ack = world.acceptedByAll() + inFlight(client);
        until(
                "nothing waits in the lanes or is on its way",
                () -> client.lanes().all().stream().allMatch(lane -> lane.waitingBulk() == 0 && lane.inFlight() == 0));
        long still = world.acceptedByAll();
        assertThat(still - ack).isLessThanOrEqualTo(10 * 2 * 300);
        long later = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1_200);
        until("a while has passed", () -> System.nanoTime() - later > 0);
        assertThat(world.acceptedByAll()).isEqualTo(still);
    }

    private static long inFlight(PushClient client) {
        return client.lanes().all().stream().mapToLong(lane -> lane.inFlight()).sum();
    }

    // ---- 23: closing

    @Test
    void closingInTheMiddleOfEverythingTellsTheTruth() {
        try (TimeSource clock = TimeSource.system();
                InMemoryProgressStore store = new InMemoryProgressStore(clock);
                FaultWorld world = new FaultWorld(6_000, Duration.ofMillis(100))) {
            PushClient client =
                    world.start(pod(world, cutOff(store, new AtomicBoolean())).maxShards(4));
            FanOut fanOut = client.fanOuts().launch(FaultWorld.spec());
            List<CompletableFuture<SendResult>> direct = new ArrayList<>();
            List<PushRequest> requests = new ArrayList<>();
            until("it is under way", () -> world.acceptedByAll() > 500);
            for (int i = 0; i < 2_000; i++) {
                PushRequest request =
                        PushRequest.of(FaultWorld.row(100_000 + i).target(), Notification.alert("You", "alone"));
                requests.add(request);
                direct.add(client.send(request));
            }
            CompletableFuture<CloseReport> fromCallback =
                    direct.get(0).thenApply(result -> client.close(Duration.ofMillis(300)));
            until("a callback has begun to close it", () -> client.health().status() == Health.Status.DOWN);
            CloseReport report = client.close(Duration.ofHours(1));
            assertThat(fromCallback.orTimeout(60, TimeUnit.SECONDS).join()).isSameAs(report);
            assertThat(report.unfinishedFanOuts()).containsExactly(fanOut.id());
            assertThatThrownBy(() -> client.send(requests.get(0))).isInstanceOf(NotAdmittedException.class);

            until("every direct send has an end", () -> direct.stream().allMatch(CompletableFuture::isDone));
            long notSent = 0;
            for (int i = 0; i < direct.size(); i++) {
                String id = requests.get(i).id().toString();
                int count = world.apns.journal().count(id) + world.fcm.journal().count(id);
                SendResult result = direct.get(i).join();
                notSent += result.kind() == Kind.NOT_SENT ? 1 : 0;
                switch (result.kind()) {
                    case ACCEPTED -> assertThat(count).isEqualTo(1);
                    case NOT_SENT -> assertThat(count).isZero();
                    default -> assertThat(result.kind()).isEqualTo(Kind.UNKNOWN);
                }
            }
            assertThat(report.notSent()).isEqualTo(notSent);

            // Another takes up what is left, at once.
            PushClient heir = world.start(pod(world, store).maxShards(4));
            FanOutProgress end = FaultWorld.end(heir.fanOuts().find(fanOut.id()).orElseThrow());
            assertThat(end.count(Kind.ACCEPTED)).isEqualTo(6_000);
            assertThat(end.isConserved()).isTrue();
            long duplicates =
                    world.apns.journal().duplicates() + world.fcm.journal().duplicates();
            assertThat(duplicates).isLessThanOrEqualTo(end.possibleDuplicates());
        }
    }

    @Test
    void aProcessThatIsAskedToEndClosesItsClient(@TempDir Path dir) throws Exception {
        try (FaultWorld world = new FaultWorld(0, Duration.ofMillis(50))) {
            Path key = Files.writeString(
                    dir.resolve("key.p8"), world.apns.signingKey().p8());
            Path trusted = Files.writeString(
                    dir.resolve("ca.pem"), world.apns.certificates().authorityPem());
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            ClosingChild.class.getName(),
                            Integer.toString(world.apns.port()),
                            key.toString(),
                            world.apns.signingKey().keyId(),
                            world.apns.signingKey().teamId(),
                            trusted.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            List<String> said = new ArrayList<>();
            try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                said.add(lines.readLine());
                until("it is under way", () -> world.acceptedByAll() > 300);
                process.toHandle().destroy(); // SIGTERM; Process.destroy would also close the pipe that is read here
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    said.add(line);
                }
                assertThat(process.waitFor(FaultWorld.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
            } finally {
                process.destroyForcibly();
            }
            assertThat(said).first().isEqualTo("running");
            Map<Kind, Long> kinds = new EnumMap<>(Kind.class);
            for (String line : said) {
                if (line.startsWith("send ")) {
                    String[] words = line.split(" ");
                    Kind kind = Kind.valueOf(words[2]);
                    kinds.merge(kind, 1L, Long::sum);
                    int count = world.apns.journal().count(words[1]);
                    switch (kind) {
                        case ACCEPTED -> assertThat(count).isEqualTo(1);
                        case NOT_SENT -> assertThat(count).isZero();
                        default -> assertThat(kind).isEqualTo(Kind.UNKNOWN);
                    }
                }
            }
            assertThat(kinds.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(ClosingChild.DIRECT);
            assertThat(said)
                    .contains("report " + kinds.getOrDefault(Kind.NOT_SENT, 0L) + " "
                            + kinds.getOrDefault(Kind.UNKNOWN, 0L) + " ["
                            + FaultWorld.spec().id() + "]");
            String took = said.get(said.size() - 1);
            assertThat(took).matches("closed in \\d+ ms");
            // Grace and a second, ten times that on a machine that has other things to do; to send all of it takes
            // longer.
            assertThat(Duration.ofMillis(Long.parseLong(took.replaceAll("\\D", ""))))
                    .isLessThan(ClosingChild.GRACE.plusSeconds(1).multipliedBy(10));
        }
    }

    // ---- security: TLS

    /** What a client offers is in its first message, which is not encrypted. */
    @Test
    void nothingBelowTls12IsOffered() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                FaultWorld world = new FaultWorld(0, Duration.ZERO)) {
            server.setSoTimeout((int) FaultWorld.PATIENCE.toMillis());
            PushClient client = world.start(PushClient.builder()
                    .app(
                            FaultWorld.APP,
                            world.apnsBuilder().port(server.getLocalPort()).build(),
                            world.fcmBuilder()
                                    .baseUri(URI.create("https://localhost:" + server.getLocalPort()))
                                    .build()));
            for (int i = 0; i < 2; i++) {
                client.send(PushRequest.of(FaultWorld.row(i).target(), Notification.alert("a", "b")));
                try (Socket socket = server.accept()) {
                    assertThat(offeredVersions(new DataInputStream(socket.getInputStream())))
                            .as(FaultWorld.row(i).target().provider().toString())
                            .isNotEmpty()
                            .isSubsetOf(0x0304, 0x0303);
                }
            }
        }
    }

    /** The extension supported_versions (43) of a ClientHello: RFC 8446, 4.2.1. */
    private static List<Integer> offeredVersions(DataInputStream in) throws IOException {
        in.skipNBytes(5 + 4 + 2 + 32); // record, handshake, version of old, random
        in.skipNBytes(in.readUnsignedByte()); // session
        in.skipNBytes(in.readUnsignedShort()); // cipher suites
        in.skipNBytes(in.readUnsignedByte()); // compression
        in.skipNBytes(2);
        while (true) { // a ClientHello without it ends in an EOFException or the socket's time-out
            int type = in.readUnsignedShort();
            int length = in.readUnsignedShort();
            if (type == 43) {
                List<Integer> versions = new ArrayList<>();
                for (int left = in.readUnsignedByte(); left > 0; left -= 2) {
                    versions.add(in.readUnsignedShort());
                }
                return versions;
            }
            in.skipNBytes(length);
        }
    }
}
