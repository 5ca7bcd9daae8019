package dev.notifykit.examples;

import dev.notifykit.PushClient;
import dev.notifykit.PushClientBuilder;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.PushService;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Target;
import dev.notifykit.redis.RedisConfig;
import dev.notifykit.redis.RedisSettings;
import dev.notifykit.redis.RedisStores;
import dev.notifykit.result.DeliveryResult;
import dev.notifykit.result.RowResult;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * A host in a JVM of its own that works on the queue of a {@link QueueFleet}, until its standard input ends. Arguments: those of a {@link
 * FleetWorker}. In its file of results a delivery stands like a row of a fan-out.
 */
final class QueueWorker {

    /** Under which the deliveries stand in files of results. */
    static final FanOutId QUEUE = FanOutId.of("queue");

    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private QueueWorker() {}

    public static void main(String[] args) throws Exception {
        work(args, service -> service);
    }

    /**
     * Works.
     *
     * @param way what each service is replaced by
     */
    static void work(String[] args, UnaryOperator<PushService> way) throws Exception {
        FleetPlan plan = FleetPlan.load(Path.of(args[0]));
        try (ResultFile results = new ResultFile(Path.of(args[2]));
                PushClient client = client(plan, args[1], results, way)) {
            client.start();
            System.out.println(FleetWorker.READY);
            System.in.transferTo(PrintStream.nullOutputStream());
            client.close(GRACE);
        }
    }

    private static PushClient client(FleetPlan plan, String name, ResultFile results, UnaryOperator<PushService> way) {
        PushClientBuilder builder = PushClient.builder()
                .stores(stores(plan.redisPort()))
                .instance(name)
                .lease(plan.lease())
                .retryPolicy(Vendors.demoRetryPolicy())
                .messageSink(batch ->
                        results.accept(batch.stream().map(QueueWorker::row).toList()));
        for (PushService service : Vendors.services(plan.vendors(), plan.weather(), plan.loseOne())) {
            PushService used = way.apply(service);
            Installations.APPS.forEach(app -> builder.app(app, used));
            builder.limits(
                    service.provider(),
                    Vendors.limits(service, Installations.APPS.size(), plan.inFlight(), plan.weather()));
        }
        return builder.build();
    }

    /** Redis is there all the time; a machine that starts several JVMs may keep it waiting. */
    static RedisStores stores(int port) {
        return RedisStores.connect(RedisConfig.single("127.0.0.1", port)
                .settings(RedisSettings.builder().timeout(PATIENCE).build())
                .build());
    }

    private static RowResult row(DeliveryResult result) {
        Target target = Objects.requireNonNull(result.target(), "everybody here has a device");
        RequestId request = Objects.requireNonNull(result.request());
        return new RowResult(QUEUE, 0, QueueBooks.key(result.message(), target), request, target, result.result());
    }
}
