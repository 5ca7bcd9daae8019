package dev.notifykit.examples;

import dev.notifykit.PushClient;
import dev.notifykit.queue.QueueState;
import dev.notifykit.testkit.SimulatorProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A real Redis, the simulated vendors, hosts that work on the queue, all in processes of their own; and a console here that hands messages in and works
 * on nothing. Not thread-safe.
 */
final class QueueFleet implements AutoCloseable {

    private static final List<String> SIMULATORS_JVM = List.of("-Xmx512m", "-XX:+UseSerialGC");

    private static final List<String> WELL = List.of("--seed", "7", "--latency", "10-40");

    private final Path folder;
    private final RedisServer redis;
    private final SimulatorProcess vendors;
    private final FleetPlan plan;
    private final PushClient console;
    private final List<WorkerProcess> workers = new ArrayList<>();

    /** What the vendors do. */
    enum Vendors {
        /** They accept everything. */
        WELL,
        /** A hundredth of the tokens is dead, and of all attempts a hundredth fails. */
        AS_USUAL;

        private List<String> options() {
            List<String> options = new ArrayList<>(QueueFleet.WELL);
            if (this == AS_USUAL) {
                options.addAll(List.of("--dead", "0.01", "--unavailable", "0.005"));
                options.addAll(List.of("--throttled", "0.005", "--retry-after", "1-1"));
            }
            return options;
        }
    }

    private QueueFleet(Path folder, RedisServer redis, SimulatorProcess vendors, int inFlight, Duration lease)
            throws IOException {
        this.folder = folder;
        this.redis = redis;
        this.vendors = vendors;
        plan = new FleetPlan(
                redis.port(),
                SimulatedVendors.of(vendors),
                false,
                false,
                inFlight,
                lease,
                Files.createDirectories(folder.resolve("results")));
        plan.save(planFile());
        console = PushClient.builder()
                .stores(QueueWorker.stores(redis.port()))
                .instance("console")
                .build();
    }

    /**
     * Starts Redis and the vendors.
     *
     * @param inFlight what a worker has on its way in each lane
     * @param lease how long a partition stays with a worker that is not heard of
     */
    static QueueFleet start(Path folder, int inFlight, Duration lease, Vendors vendors) throws IOException {
        RedisServer redis = RedisServer.start(folder.resolve("redis"), "--appendfsync", "everysec");
        try {
            return new QueueFleet(
                    folder, redis, SimulatorProcess.start(SIMULATORS_JVM, vendors.options()), inFlight, lease);
        } catch (IOException | RuntimeException e) {
            redis.close();
            throw e;
        }
    }

    private Path planFile() {
        return folder.resolve("plan.properties");
    }

    /** Starts one of each name; {@link WorkerProcess#awaitReady} says when they work. */
    void start(Class<?> program, String... names) throws IOException {
        for (String name : names) {
            Path results = plan.results().resolve(workers.size() + "-" + name);
            workers.add(WorkerProcess.start(program, name, planFile(), results));
        }
    }

    FleetPlan plan() {
        return plan;
    }

    PushClient console() {
        return console;
    }

    List<WorkerProcess> workers() {
        return List.copyOf(workers);
    }

    SimulatorProcess vendors() {
        return vendors;
    }

    /** How many deliveries have a result. */
    long done() {
        QueueState state = console.queueState();
        return state.results().values().stream().mapToLong(Long::longValue).sum();
    }

    /** Ends the workers in order; afterwards nothing more reaches the vendors. */
    void closeWorkers() {
        workers.forEach(WorkerProcess::close);
        workers.clear();
    }

    @Override
    public void close() {
        closeWorkers();
        console.close(Duration.ZERO);
        vendors.close();
        redis.close();
    }
}
