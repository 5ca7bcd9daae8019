package dev.notifykit.examples;

import dev.notifykit.testkit.SimulatorProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** The processes: a Redis, the simulated vendors, and the workers; and the folder in which they keep what they have. Not thread-safe. */
final class Fleet implements AutoCloseable {

    /** How long a worker's shards stay with it when it is not heard of. The library's default is 30 s. */
    static final Duration LEASE = Duration.ofSeconds(2);

    private static final List<String> SIMULATORS_JVM = List.of("-Xmx512m", "-XX:+UseSerialGC");

    private final Path folder;
    private final RedisServer redis;
    private final SimulatorProcess simulators;
    private final FleetPlan plan;
    private final List<WorkerProcess> workers = new CopyOnWriteArrayList<>();

    /** Their standard input ends with this JVM, but one that stands still does not notice. */
    private final Thread onInterrupt = new Thread(() -> workers.forEach(WorkerProcess::killNow), "fleet-interrupted");

    private Fleet(Path folder, RedisServer redis, SimulatorProcess simulators, FleetPlan plan) {
        this.folder = folder;
        this.redis = redis;
        this.simulators = simulators;
        this.plan = plan;
    }

    /**
     * Starts Redis and the vendors; the workers come with {@link #startWorkers}.
     *
     * @param folder is deleted at the end
     */
    static Fleet start(FleetArguments arguments, Path folder) throws IOException {
        // What a Redis must be that keeps what it has acknowledged, but for the last second if its machine dies.
        RedisServer redis = RedisServer.start(folder.resolve("redis"), "--appendfsync", "everysec");
        try {
            Weather weather = arguments.harsh() ? Weather.harsh() : Weather.realistic();
            SimulatorProcess simulators = SimulatorProcess.start(SIMULATORS_JVM, weather.options(arguments.seed()));
            FleetPlan plan = new FleetPlan(
                    redis.port(),
                    SimulatedVendors.of(simulators),
                    arguments.harsh(),
                    arguments.loseOne(),
                    arguments.inFlight(),
                    LEASE,
                    Files.createDirectories(folder.resolve("results")));
            plan.save(folder.resolve("plan.properties"));
            Fleet fleet = new Fleet(folder, redis, simulators, plan);
            Runtime.getRuntime().addShutdownHook(fleet.onInterrupt);
            return fleet;
        } catch (IOException | RuntimeException e) {
            redis.close();
            throw e;
        }
    }

    /** Starts one of each name, and returns when all of them work. */
    void startWorkers(List<String> names) throws IOException {
        for (String name : names) {
            Path results = plan.results().resolve(workers.size() + "-" + name);
            workers.add(WorkerProcess.start(FleetWorker.class, name, folder.resolve("plan.properties"), results));
        }
        for (WorkerProcess worker : workers) {
            worker.awaitReady();
        }
    }

    FleetPlan plan() {
        return plan;
    }

    List<WorkerProcess> workers() {
        return List.copyOf(workers);
    }

    SimulatorProcess simulators() {
        return simulators;
    }

    String redis() {
        return redis.toString();
    }

    /** Ends the workers in order; afterwards nothing more reaches the vendors. */
    void closeWorkers() {
        workers.forEach(WorkerProcess::close);
        workers.clear();
    }

    @Override
    public void close() throws IOException {
        Runtime.getRuntime().removeShutdownHook(onInterrupt);
        closeWorkers();
        simulators.close();
        redis.close();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
        }
    }
}
