package dev.notifykit.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Accepted;
import dev.notifykit.push.PushResponse.Misconfigured;
import dev.notifykit.push.PushResponse.Unavailable;
import dev.notifykit.testkit.ApnsSimulator;
import dev.notifykit.testkit.credentials.TestSigningKey;
import dev.notifykit.testkit.reply.Reply;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Credentials from everywhere, and what happens when Apple stops believing them. */
class CredentialsTest {

    private static final String PASSWORD = "s3cret";

    private static void assertStale(PushResponse response, String reason) {
        assertThat(response).isEqualTo(new Unavailable(Unavailable.Cause.CREDENTIAL_STALE, reason));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ExpiredProviderToken", "UnrelatedKeyIdInToken"})
    void aStaleCredentialIsReplacedOnceAndThenMisconfigured(String reason) throws Exception {
        try (Rig rig = Rig.start()) {
            assertThat(rig.push()).isInstanceOf(Accepted.class);
            rig.apns().script(Rig.TOKEN, Reply.status(403, reason));
            assertStale(rig.push(), reason);
            Rig.until(() -> rig.service().generation() == 1);
            assertThat(rig.push()).isInstanceOfSatisfying(Misconfigured.class, m -> {
                assertThat(m.reason()).isEqualTo(reason);
                assertThat(rig.seen().connection()).as("on a fresh connection").isEqualTo(2);
            });
            assertThat(rig.push()).as("and so it stays").isInstanceOf(Misconfigured.class);

            rig.apns().script(Rig.TOKEN, Reply.ok(), Reply.status(403, reason));
            assertThat(rig.push()).isInstanceOf(Accepted.class);
            assertStale(rig.push(), reason); // believed in between, so it is the first time again
        }
    }

    @Test
    void onceIsNoHarm() throws Exception {
        try (Rig rig = Rig.start()) {
            rig.apns().script(Rig.TOKEN, Reply.status(403, "ExpiredProviderToken"), Reply.ok());
            assertStale(rig.push(), "ExpiredProviderToken");
            assertThat(rig.push()).isInstanceOf(Accepted.class);
            String first = rig.apns().requests().get(0).header("authorization");
            assertThat(rig.seen().header("authorization")).startsWith("bearer ").isNotEqualTo(first);
        }
    }

    @Test
    void aClockThatIsWrongIsMisconfigured() throws Exception {
        AtomicReference<InstantSource> apples = new AtomicReference<>(InstantSource.system());
        try (Rig rig = Rig.start(b -> b.clock(() -> apples.get().instant()), b -> b)) {
            assertThat(rig.push()).isInstanceOf(Accepted.class);
            apples.set(InstantSource.fixed(Instant.now().plus(Duration.ofHours(3))));
            assertStale(rig.push(), "ExpiredProviderToken");
            Rig.until(() -> rig.service().generation() == 1);
            assertThat(rig.push()).isInstanceOf(Misconfigured.class);
        }
    }

    @Test
    void aDeadTokenProvesTheCredentialToo() throws Exception {
        try (Rig rig = Rig.start()) {
            rig.apns()
                    .script(
                            Rig.TOKEN,
                            Reply.status(403, "UnrelatedKeyIdInToken"),
                            Reply.unregistered(Instant.EPOCH),
                            Reply.status(403, "UnrelatedKeyIdInToken"));
            assertStale(rig.push(), "UnrelatedKeyIdInToken");
            Rig.until(() -> rig.service().generation() == 1);
            assertThat(rig.push()).isInstanceOf(PushResponse.TokenInvalid.class);
            assertStale(rig.push(), "UnrelatedKeyIdInToken");
        }
    }

    @Test
    void refusalsOfOneGenerationCountOnce() {
        CredentialWatch watch = new CredentialWatch();
        assertThat(watch.refused(3)).isFalse();
        assertThat(watch.refused(3)).isFalse();
        assertThat(watch.refused(2)).isFalse();
        watch.believed(3);
        assertThat(watch.refused(4))
                .as("what was believed on the old connection proves nothing")
                .isTrue();
        watch.believed(4);
        assertThat(watch.refused(4)).isFalse();
        assertThat(watch.refused(5)).isTrue();
    }

    @Test
    void aRevokedKeyIsMisconfiguredAtOnce() {
        try (Rig rig = Rig.start()) {
            rig.apns().revokeKey(rig.apns().signingKey());
            assertThat(rig.push())
                    .isInstanceOfSatisfying(
                            Misconfigured.class, m -> assertThat(m.reason()).isEqualTo("InvalidProviderToken"));
        }
    }

    @Test
    void signingKeysComeFromFilesAndStreams(@TempDir Path dir) throws Exception {
        try (ApnsSimulator apns = ApnsSimulator.start()) {
            TestSigningKey key = apns.signingKey();
            Path file = Files.writeString(dir.resolve("AuthKey.p8"), key.p8());
            byte[] bytes = key.p8().replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);
            try (ApnsPushService fromFile = Rig.clientOf(apns).signingKey(file).build();
                    ApnsPushService fromStream = Rig.clientOf(apns)
                            .signingKey(() -> new ByteArrayInputStream(bytes))
                            .build()) {
                assertThat(Rig.await(fromFile.push(Rig.request()))).isInstanceOf(Accepted.class);
                assertThat(Rig.await(fromStream.push(Rig.request()))).isInstanceOf(Accepted.class);
            }
        }
    }

    @Test
    void clientCertificatesComeFromPkcs12(@TempDir Path dir) throws Exception {
        try (ApnsSimulator apns = ApnsSimulator.builder()
                .clientCertificates(true)
                .recordRequests(1)
                .start()) {
            byte[] p12 = apns.certificates().clientPkcs12(Rig.APP, PASSWORD);
            Path file = Files.write(dir.resolve("push.p12"), p12);
            try (ApnsPushService service = ApnsPushService.builder()
                    .certificate(file, PASSWORD)
                    .host(apns.host())
                    .port(apns.port())
                    .trustedCertificates(Files.writeString(
                            dir.resolve("trust.pem"), apns.certificates().authorityPem()))
                    .build()) {
                assertThat(Rig.await(service.push(Rig.request()))).isInstanceOf(Accepted.class);
                assertThat(apns.requests().get(0).headers()).doesNotContainKey("authorization");
            }
        }
    }
}
