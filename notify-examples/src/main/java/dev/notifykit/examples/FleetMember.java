package dev.notifykit.examples;

import dev.notifykit.PushClient;
import dev.notifykit.PushClientBuilder;
import dev.notifykit.fanout.Audience;
import dev.notifykit.fanout.FanOut;
import dev.notifykit.fanout.FanOutHandler;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.observe.CloseReport;
import dev.notifykit.push.Environment;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushService;
import dev.notifykit.redis.RedisConfig;
import dev.notifykit.redis.RedisStores;
import dev.notifykit.result.ResultSink;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The part that a host would write: one instance of many. All have the same handler and the same Redis; whoever has its lanes and is started
 * works on the fan-outs that any of them launches.
 */
final class FleetMember implements AutoCloseable {

    private static final String HANDLER = "installations";
    private static final String FILE = "file";

    /** Several for each worker, so that the work of one that dies can be shared by the others. */
    private static final int SHARDS = 24;

    private static final int SHARDS_PER_MEMBER = 4;

    /** What a member that dies leaves in doubt is, at most, what its open pages hold. */
    private static final int PAGE_SIZE = 250;

    private final PushClient client;

    private FleetMember(PushClientBuilder builder) {
        client = builder.build();
    }

    /**
     * One that works, once it is started.
     *
     * @param name for people who read leases
     * @param sink learns how each recipient ended
     */
    static FleetMember worker(FleetPlan plan, String name, ResultSink sink) {
        PushClientBuilder builder = builder(plan, sink)
                .instance(name)
                .lease(plan.lease())
                .maxShards(SHARDS_PER_MEMBER)
                .pageSize(PAGE_SIZE);
        for (PushService service : Vendors.services(plan.vendors(), plan.weather(), plan.loseOne())) {
            for (String app : Installations.APPS) {
                builder.app(app, service);
            }
            builder.limits(
                    service.provider(),
                    Vendors.limits(service, Installations.APPS.size(), plan.inFlight(), plan.weather()));
        }
        return new FleetMember(builder);
    }

    /** One that launches and watches, and has no way to the vendors. */
    static FleetMember console(FleetPlan plan) {
        return new FleetMember(builder(plan, results -> {}).instance("console"));
    }

    private static PushClientBuilder builder(FleetPlan plan, ResultSink sink) {
        LaneKey[] lanes = Installations.APPS.stream()
                .flatMap(app -> Stream.of(LaneKey.of(app, ProviderId.APNS), LaneKey.of(app, ProviderId.FCM)))
                .toArray(LaneKey[]::new);
        return PushClient.builder()
                .stores(RedisStores.connect(
                        RedisConfig.single("127.0.0.1", plan.redisPort()).build()))
                .handler(FanOutHandler.builder(HANDLER)
                        .audience(parameters -> audience(Path.of(parameters.get(FILE))))
                        .lanes(lanes)
                        .renderer(Greeting::render)
                        .sink(sink)
                        .build());
    }

    /** The recipients; the same file for all members. */
    static Audience audience(Path file) {
        return Audience.csv(file)
                .shards(SHARDS)
                .environment(Environment.PRODUCTION) // the simulators know one world only
                .build();
    }

    /** Begins to work, on whatever any member has launched. */
    void start() {
        client.start();
    }

    /** Launches a fan-out that all who were started work on. */
    FanOut launch(Path file) {
        return client.fanOuts()
                .launch(FanOutSpec.builder(FanOutId.random(), HANDLER, Greeting.NOTIFICATION)
                        .parameters(Map.of(FILE, file.toString()))
                        .retryPolicy(Vendors.demoRetryPolicy())
                        .build());
    }

    /** Lets what is in flight come home, and gives its shards to the others. */
    CloseReport close(Duration grace) {
        return client.close(grace);
    }

    @Override
    public void close() {
        close(Duration.ZERO);
    }
}
