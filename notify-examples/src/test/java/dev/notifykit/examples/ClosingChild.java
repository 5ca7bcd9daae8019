package dev.notifykit.examples;

import dev.notifykit.PushClient;
import dev.notifykit.apns.ApnsPushService;
import dev.notifykit.fanout.Audience;
import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOutHandler;
import dev.notifykit.observe.CloseReport;
import dev.notifykit.push.Notification;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.Target;
import dev.notifykit.result.SendResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * A host in a process of its own: runs a fan-out and direct sends against APNs at a port of this machine, closes its client when it is
 * asked to end, and says what has become of everything.
 */
final class ClosingChild {

    static final Duration GRACE = Duration.ofSeconds(2);
    static final int ROWS = 100_000;
    static final int DIRECT = 5_000;

    private ClosingChild() {}

    public static void main(String[] args) {
        PushClient client = PushClient.builder()
                .app(
                        FaultWorld.APP,
                        ApnsPushService.builder()
                                .host("localhost")
                                .port(Integer.parseInt(args[0]))
                                .signingKey(Path.of(args[1]))
                                .keyId(args[2])
                                .teamId(args[3])
                                .trustedCertificates(Path.of(args[4]))
                                .maxInFlight(100)
                                .build())
                .handler(FanOutHandler.builder("all")
                        .audience(Audience.of(() -> IntStream.range(0, ROWS)
                                .mapToObj(i -> new AudienceRow("k" + i, phone(i)))
                                .iterator()))
                        .lanes(FaultWorld.APNS)
                        .build())
                .build();
        Map<String, CompletableFuture<SendResult>> sends = new ConcurrentHashMap<>();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> report(client, sends)));
        client.start();
        client.fanOuts().launch(FaultWorld.spec());
        for (int i = 0; i < DIRECT; i++) {
            PushRequest request = PushRequest.of(phone(ROWS + i), Notification.alert("You", "alone"));
            sends.put(request.id().toString(), client.send(request));
        }
        System.out.println("running");
        CompletableFuture.allOf(sends.values().toArray(CompletableFuture<?>[]::new))
                .join();
        new CompletableFuture<>().join(); // until it is asked to end
    }

    private static Target phone(int i) {
        return Target.apns(FaultWorld.APP, "%064x".formatted(i + 1));
    }

    private static void report(PushClient client, Map<String, CompletableFuture<SendResult>> sends) {
        long start = System.nanoTime();
        CloseReport report = client.close(GRACE);
        long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
        StringBuilder lines = new StringBuilder();
        // The last of them complete on threads of their own, just after.
        sends.forEach((id, result) -> lines.append("send ")
                .append(id)
                .append(' ')
                .append(result.orTimeout(60, TimeUnit.SECONDS).join().kind())
                .append('\n'));
        lines.append("report ").append(report.notSent()).append(' ').append(report.unknown());
        lines.append(' ').append(report.unfinishedFanOuts()).append('\n');
        lines.append("closed in ").append(millis).append(" ms\n");
        System.out.print(lines);
        System.out.flush();
    }
}
