package dev.notifykit.examples;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;

/**
 * What all members of a fleet agree on: where Redis and the vendors are, and how they work. It travels to them in a file. Immutable.
 *
 * @param redisPort on 127.0.0.1
 * @param vendors where they are
 * @param harsh whether they have a very bad day
 * @param loseOne whether every worker loses one request on purpose
 * @param inFlight how many requests each worker has on their way in each lane, at most
 * @param lease how long a shard stays with a worker that is not heard of
 * @param results the folder of the files of results
 */
record FleetPlan(
        int redisPort,
        SimulatedVendors vendors,
        boolean harsh,
        boolean loseOne,
        int inFlight,
        Duration lease,
        Path results) {

    Weather weather() {
        return harsh ? Weather.harsh() : Weather.realistic();
    }

    void save(Path file) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("redis.port", Integer.toString(redisPort));
        properties.setProperty("harsh", Boolean.toString(harsh));
        properties.setProperty("lose-one", Boolean.toString(loseOne));
        properties.setProperty("in-flight", Integer.toString(inFlight));
        properties.setProperty("lease", lease.toString());
        properties.setProperty("results", results.toString());
        vendors.save(properties);
        try (Writer writer = Files.newBufferedWriter(file)) {
            properties.store(writer, null);
        }
    }

    static FleetPlan load(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        return new FleetPlan(
                Integer.parseInt(properties.getProperty("redis.port")),
                SimulatedVendors.load(properties),
                Boolean.parseBoolean(properties.getProperty("harsh")),
                Boolean.parseBoolean(properties.getProperty("lose-one")),
                Integer.parseInt(properties.getProperty("in-flight")),
                Duration.parse(properties.getProperty("lease")),
                Path.of(properties.getProperty("results")));
    }
}
