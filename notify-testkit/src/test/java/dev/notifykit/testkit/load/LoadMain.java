package dev.notifykit.testkit.load;

import com.sun.management.OperatingSystemMXBean;
import dev.notifykit.testkit.ApnsSimulator;
import dev.notifykit.testkit.FcmSimulator;
import dev.notifykit.testkit.Simulator;
import dev.notifykit.testkit.client.Jwt;
import dev.notifykit.testkit.client.RawClient;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/**
 * Measures how many requests a second the simulators carry, client and server in one JVM: {@code LoadMain [apns|fcm] [requests]
 * [connections] [in flight a connection] [min latency ms] [max latency ms]}.
 */
public final class LoadMain {
    private LoadMain() {}

    public static void main(String[] args) throws Exception {
        boolean apns = args.length == 0 || "apns".equals(args[0]);
        int requests = number(args, 1, 300_000);
        int connections = number(args, 2, 1);
        int inFlight = number(args, 3, 1_000);
        Duration min = Duration.ofMillis(number(args, 4, 0));
        Duration max = Duration.ofMillis(number(args, 5, 0));
        if (apns) {
            try (ApnsSimulator simulator =
                    ApnsSimulator.builder().latency(min, max).start()) {
                String bearer = "bearer " + Jwt.apns(simulator.signingKey(), Instant.now());
                run(simulator, requests, connections, inFlight, i -> apnsHeaders(bearer, i), i -> APNS_BODY);
            }
        } else {
            try (FcmSimulator simulator = FcmSimulator.builder()
                    .latency(min, max)
                    .maxConcurrentStreams(inFlight)
                    .start()) {
                String bearer = "Bearer " + simulator.tokenEndpoint().issue(simulator.projectId());
                run(simulator, requests, connections, inFlight, i -> fcmHeaders(bearer), LoadMain::fcmBody);
            }
        }
    }

    private static final String APNS_BODY =
            "{\"aps\":{\"alert\":{\"title\":\"Hello\",\"body\":\"Something has happened, have a look\"},\"badge\":3},"
                    + "\"kind\":\"news\",\"id\":123456}";

    private interface ByIndex<T> {
        T at(int index);
    }

    private static void run(
            Simulator simulator,
            int requests,
            int connections,
            int inFlight,
            ByIndex<Http2Headers> headers,
            ByIndex<String> bodies)
            throws Exception {
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            clients.add(new RawClient(simulator.port(), simulator.certificates()));
        }
        for (RawClient client : clients) {
            client.settings().get();
        }
        round(clients, requests / 3, inFlight, headers, bodies); // warm-up
        long start = System.nanoTime();
        long cpuStart = cpuNanos();
        LongAdder failures = round(clients, requests, inFlight, headers, bodies);
        double seconds = (System.nanoTime() - start) / 1e9;
        double micros = (cpuNanos() - cpuStart) / 1e3 / requests;
        System.out.printf(
                "%s: %,d requests in %.2f s = %,.0f a second, %.1f microseconds of CPU each (client and server), %d failed%n",
                simulator, requests, seconds, requests / seconds, micros, failures.sum());
        System.out.println(simulator.traffic());
        System.out.println(simulator.journal().summary());
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        System.out.printf("heap after GC: %,d KiB%n", (runtime.totalMemory() - runtime.freeMemory()) / 1024);
        clients.forEach(RawClient::close);
    }

    private static LongAdder round(
            List<RawClient> clients, int requests, int inFlight, ByIndex<Http2Headers> headers, ByIndex<String> bodies)
            throws Exception {
        List<Semaphore> permits = new ArrayList<>();
        clients.forEach(client -> permits.add(new Semaphore(inFlight)));
        CountDownLatch done = new CountDownLatch(requests);
        LongAdder failures = new LongAdder();
        for (int i = 0; i < requests; i++) {
            Semaphore permit = permits.get(i % clients.size());
            permit.acquire();
            byte[] body = bodies.at(i).getBytes(StandardCharsets.UTF_8);
            clients.get(i % clients.size()).send(headers.at(i), body).whenComplete((response, failure) -> {
                permit.release();
                if (failure != null || response.status() != 200) {
                    failures.increment();
                }
                done.countDown();
            });
        }
        done.await();
        return failures;
    }

    private static Http2Headers apnsHeaders(String bearer, int i) {
        return new DefaultHttp2Headers(false)
                .method("POST")
                .scheme("https")
                .path("/3/device/" + "%064x".formatted(i))
                .set("authorization", bearer)
                .set("apns-id", new UUID(System.nanoTime(), i).toString())
                .set("apns-topic", "com.acme.app")
                .set("apns-push-type", "alert")
                .set("apns-priority", "10")
                .set("apns-expiration", "1999999999");
    }

    private static Http2Headers fcmHeaders(String bearer) {
        return new DefaultHttp2Headers(false)
                .method("POST")
                .scheme("https")
                .path("/v1/projects/notifykit-test/messages:send")
                .set("content-type", "application/json")
                .set("authorization", bearer);
    }

    private static String fcmBody(int i) {
        return "{\"message\":{\"token\":\"" + "%0140x".formatted(i) + "\",\"data\":{\"nk_id\":\""
                + new UUID(System.nanoTime(), i) + "\",\"kind\":\"news\"},\"notification\":{\"title\":\"Hello\","
                + "\"body\":\"Something has happened, have a look\"},\"android\":{\"ttl\":\"3600s\",\"priority\":\"HIGH\"}}}";
    }

    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    private static int number(String[] args, int index, int otherwise) {
        return args.length > index ? Integer.parseInt(args[index]) : otherwise;
    }
}
