package dev.notifykit.fcm;

import dev.notifykit.push.Notification;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.Target;
import dev.notifykit.testkit.FcmSimulator;
import dev.notifykit.testkit.TokenEndpoint;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A simulator and a service that speaks to it; both end with it. */
final class Rig implements AutoCloseable {

    static final String TOKEN = "cOgB6w4eQqa8kJ3l5n7p9r:APA91bHun4MxP5egoKMwt2KZFBaFUH-1RYqx";

    final FcmSimulator fcm;
    final FcmPushService service;

    private Rig(FcmSimulator fcm, FcmPushService service) {
        this.fcm = fcm;
        this.service = service;
    }

    static Rig start() {
        return start(UnaryOperator.identity(), UnaryOperator.identity());
    }

    static Rig start(
            UnaryOperator<FcmSimulator.Builder> simulator, UnaryOperator<FcmPushService.Builder> configuration) {
        FcmSimulator fcm =
                simulator.apply(FcmSimulator.builder().recordRequests(64)).start();
        try {
            return new Rig(fcm, configuration.apply(pointedAt(fcm)).build());
        } catch (RuntimeException e) {
            fcm.close();
            throw e;
        }
    }

    /** All tests run twice, on one transport after the other. */
    static boolean overHttp2() {
        return "http2".equals(System.getProperty("notifykit.fcm.transport"));
    }

    static FcmTransport.Factory transport() {
        return overHttp2() ? FcmTransport.http2() : FcmTransport.okHttp();
    }

    static FcmPushService.Builder pointedAt(FcmSimulator fcm) {
        return FcmPushService.builder()
                .serviceAccount(() -> json(fcm.serviceAccountJson()))
                .baseUri(fcm.uri())
                .trustedCertificates(fcm.trustedCertificate())
                .transport(transport())
                .tokenBackoff(Duration.ofMillis(50));
    }

    static InputStream json(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    TokenEndpoint oauth() {
        return fcm.tokenEndpoint();
    }

    PushResponse push(PushRequest request) {
        return await(service.push(request));
    }

    PushResponse push(String token) {
        return push(request(token));
    }

    CompletableFuture<PushResponse> start(String token) {
        return service.push(request(token));
    }

    static PushRequest request(String token) {
        return PushRequest.of(Target.fcm("com.acme.app", token), Notification.alert("Hello", "world"));
    }

    static PushResponse await(CompletableFuture<PushResponse> future) {
        try {
            return future.get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("the future did not complete with a value", e);
        }
    }

    /** For what is seen only when nobody pauses for too long between two steps: with a short time first, then with ever longer ones. */
    static void retried(Duration first, Consumer<Duration> attempt) {
        Duration time = first;
        for (int i = 1; ; i++) {
            try {
                attempt.accept(time);
                return;
            } catch (AssertionError e) {
                if (i == 3) {
                    throw e;
                }
                time = time.multipliedBy(5);
            }
        }
    }

    /** Waits for a condition that another thread brings about. */
    static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("did not come about: " + what);
            }
            LockSupport.parkNanos(2_000_000);
        }
    }

    @Override
    public void close() {
        service.close();
        fcm.close();
    }
}
