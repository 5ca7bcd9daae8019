package dev.notifykit.apns;

import dev.notifykit.push.Notification;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.Target;
import dev.notifykit.testkit.ApnsSimulator;
import dev.notifykit.testkit.credentials.TestSigningKey;
import dev.notifykit.testkit.journal.RecordedRequest;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** A simulator, and a service that talks to it. */
record Rig(ApnsSimulator apns, ApnsPushService service) implements AutoCloseable {

    static final String APP = "com.acme.app";
    static final String TOKEN = "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0";

    static Rig start() {
        return start(b -> b.recordRequests(100), b -> b);
    }

    static Rig start(UnaryOperator<ApnsSimulator.Builder> simulator, UnaryOperator<ApnsPushService.Builder> service) {
        ApnsSimulator apns = simulator.apply(ApnsSimulator.builder()).start();
        return new Rig(apns, service.apply(clientOf(apns)).build());
    }

    static ApnsPushService.Builder clientOf(ApnsSimulator apns) {
        return signedBy(apns.signingKey())
                .host(apns.host())
                .port(apns.port())
                .trustedCertificates(apns.trustedCertificate());
    }

    /** The same with a client certificate; the simulator was told to take one. */
    static ApnsPushService.Builder certifiedClientOf(ApnsSimulator apns) {
        return ApnsPushService.builder()
                .certificate(() -> new ByteArrayInputStream(apns.certificates().clientPkcs12(APP, "s3cret")), "s3cret")
                .host(apns.host())
                .port(apns.port())
                .trustedCertificates(apns.trustedCertificate());
    }

    static ApnsPushService.Builder signedBy(TestSigningKey key) {
        return ApnsPushService.builder()
                .signingKeyPem(key::p8)
                .keyId(key.keyId())
                .teamId(key.teamId())
                .attemptTimeout(Duration.ofSeconds(30));
    }

    static PushRequest request() {
        return request(Notification.alert("Hello", "world"));
    }

    static PushRequest request(Notification notification) {
        return PushRequest.of(Target.apns(APP, TOKEN), notification);
    }

    PushResponse push() {
        return push(request());
    }

    PushResponse push(PushRequest request) {
        return await(service.push(request));
    }

    /** The one request that the simulator has seen last. */
    RecordedRequest seen() {
        return apns.requests().get(apns.requests().size() - 1);
    }

    static <T> T await(CompletableFuture<T> future) {
        return future.orTimeout(60, TimeUnit.SECONDS).join();
    }

    static void until(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("the condition did not come true in time");
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Override
    public void close() {
        service.close();
        apns.close();
    }
}
