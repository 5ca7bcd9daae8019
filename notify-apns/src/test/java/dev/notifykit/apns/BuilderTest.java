package dev.notifykit.apns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.notifykit.apns.ApnsOptions.PushType;
import dev.notifykit.push.Environment;
import dev.notifykit.push.InvalidConfigurationException;
import dev.notifykit.push.Problems;
import dev.notifykit.testkit.credentials.TestCertificates;
import dev.notifykit.testkit.credentials.TestSigningKey;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BuilderTest {

    private static final TestSigningKey KEY = TestSigningKey.create("ABCDEFGHIJ", "TEAM123456");

    private static InvalidConfigurationException problems(ApnsPushService.Builder builder) {
        return catchThrowableOfType(
                InvalidConfigurationException.class, () -> builder.build().close());
    }

    @Test
    void allProblemsAtOnce(@TempDir Path dir) {
        ApnsPushService.Builder wrong = ApnsPushService.builder()
                .signingKey(dir.resolve("missing.p8"))
                .keyId("short")
                .topic("com acme")
                .connections(0)
                .maxInFlight(0)
                .attemptTimeout(Duration.ZERO)
                .serverErrorBackoff(Duration.ofSeconds(-1))
                .host("push.example.com")
                .port(70_000)
                .trustedCertificates(dir.resolve("missing.pem"));
        assertThat(problems(wrong).problems())
                .extracting(p -> p.substring(0, p.indexOf(':')))
                .containsExactlyInAnyOrder(
                        "keyId",
                        "teamId",
                        "topic",
                        "connections",
                        "maxInFlight",
                        "attemptTimeout",
                        "serverErrorBackoff",
                        "host",
                        "port",
                        "trustedCertificates");
        assertThat(problems(wrong.keyId("ABCDEFGHIJ").teamId("TEAM123456")).getMessage())
                .contains("signingKey: cannot be read: NoSuchFileException");
    }

    @Test
    void aCredentialIsNeededAndOneIsEnough() {
        assertThat(problems(ApnsPushService.builder()).problems())
                .anySatisfy(p -> assertThat(p).startsWith("signingKey: no credential"));
        byte[] p12 = TestCertificates.create().clientPkcs12("com.acme.app", "s3cret");
        assertThat(problems(Rig.signedBy(KEY).certificate(() -> new ByteArrayInputStream(p12), "s3cret"))
                        .problems())
                .singleElement()
                .asString()
                .contains("choose one");
    }

    @Test
    void aWrongPasswordIsNotRepeated() {
        byte[] p12 = TestCertificates.create().clientPkcs12("com.acme.app", "s3cret");
        assertThat(problems(ApnsPushService.builder().certificate(() -> new ByteArrayInputStream(p12), "wr0ng"))
                        .problems())
                .singleElement()
                .asString()
                .startsWith("certificate: cannot be read")
                .doesNotContain("wr0ng", "s3cret");
    }

    @Test
    void aKeyThatIsNoneIsNotRepeated() throws Exception {
        KeyPairGenerator p384 = KeyPairGenerator.getInstance("EC");
        p384.initialize(new ECGenParameterSpec("secp384r1"));
        String otherCurve = "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder()
                        .encodeToString(p384.generateKeyPair().getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
        for (String pem : new String[] {
            "TopSecret",
            "-----BEGIN PRIVATE KEY-----\nTopSecret%%\n-----END PRIVATE KEY-----",
            "-----END PRIVATE KEY----------BEGIN PRIVATE KEY-----TopSecret",
            KEY.p8().replace("KEY-----\nM", "KEY-----\nX"),
            KEY.p8().substring(0, 100),
            otherCurve
        }) {
            assertThat(problems(Rig.signedBy(KEY).signingKeyPem(() -> pem)).problems())
                    .singleElement()
                    .asString()
                    .startsWith("signingKey: cannot be read: GeneralSecurityException")
                    .doesNotContain("TopSecret", pem.substring(pem.length() / 2));
        }
    }

    @Test
    void aSupplierThatThrowsIsAProblemWithoutItsText() {
        assertThat(problems(Rig.signedBy(KEY).signingKeyPem(() -> {
                            throw new IllegalStateException("TopSecret");
                        }))
                        .getMessage())
                .contains("IllegalStateException")
                .doesNotContain("TopSecret");
    }

    @Test
    void streamsAreClosed() {
        AtomicBoolean closed = new AtomicBoolean();
        byte[] bytes = KEY.p8().getBytes(StandardCharsets.US_ASCII);
        Rig.signedBy(KEY)
                .signingKey(() -> new ByteArrayInputStream(bytes) {
                    @Override
                    public void close() {
                        closed.set(true);
                    }
                })
                .build()
                .close();
        assertThat(closed).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "push.example.com",
                "api.push.apple.com.evil.com",
                "evil-api.push.apple.com",
                "127.0.0.1.evil.com",
                "127.0.0.256",
                "127.1",
                "localhost.evil.com",
                "10.0.0.1",
                "::2",
                "0x7f.0.0.1",
                "api.push.apple.com@evil.com"
            })
    void foreignHostsAreRefusedUnlessAllowed(String host) {
        assertThat(problems(Rig.signedBy(KEY).host(host)).problems())
                .singleElement()
                .asString()
                .startsWith("host: is neither Apple's nor this machine");
        Rig.signedBy(KEY).host(host).allowForeignHost(true).build().close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST", "127.0.0.1", "127.255.0.9", "::1", "api.push.apple.com"})
    void applesHostAndThisMachineAreFine(String host) {
        Rig.signedBy(KEY).host(host).build().close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\r\nb"})
    void hostsThatAreNone(String host) {
        assertThat(problems(Rig.signedBy(KEY).host(host).allowForeignHost(true)).problems())
                .singleElement()
                .asString()
                .startsWith("host: must be");
    }

    @Test
    void theOtherEnvironmentsHostIsAMistake() {
        assertThat(problems(Rig.signedBy(KEY).host("api.sandbox.push.apple.com"))
                        .problems())
                .singleElement()
                .asString()
                .contains("PRODUCTION");
    }

    @Test
    void defaultsAndToString() {
        try (ApnsPushService service = Rig.signedBy(KEY).build();
                ApnsPushService sandbox =
                        Rig.signedBy(KEY).environment(Environment.SANDBOX).build()) {
            assertThat(service.maxInFlight()).isEqualTo(1000);
            assertThat(service).hasToString("ApnsPushService[PRODUCTION, api.push.apple.com:443]");
            assertThat(sandbox).hasToString("ApnsPushService[SANDBOX, api.sandbox.push.apple.com:443]");
        }
        CredentialReader reader = new CredentialReader();
        reader.signingKey(KEY::p8);
        reader.keyId(KEY.keyId());
        reader.teamId(KEY.teamId());
        assertThat(reader.read(new Problems("test"))).hasToString("SigningKey");
        assertThat(ApnsPushService.builder().toString()).doesNotContain("PRIVATE");
    }

    @Test
    void trustedCertificatesThatAreNone(@TempDir Path dir) throws Exception {
        Path empty = Files.writeString(dir.resolve("empty.pem"), "");
        Path junk = Files.writeString(dir.resolve("junk.pem"), "junk");
        assertThat(problems(Rig.signedBy(KEY).trustedCertificates(empty)).getMessage())
                .contains("trustedCertificates");
        assertThat(problems(Rig.signedBy(KEY).trustedCertificates(junk)).getMessage())
                .contains("trustedCertificates");
    }

    @Test
    void optionsHaveValueEqualityAndNameTheirProblems() {
        ApnsOptions.Builder builder =
                ApnsOptions.builder().pushType(PushType.VOIP).topic("a.voip").relevanceScore(1);
        assertThat(builder.build()).isEqualTo(builder.build()).hasSameHashCodeAs(builder.build());
        assertThat(builder.build()).isNotEqualTo(builder.contentAvailable(true).build());
        assertThat(builder.build()).hasToString("ApnsOptions[VOIP, default priority]");
        assertThatThrownBy(() -> ApnsOptions.builder()
                        .topic("a\r\nb")
                        .relevanceScore(Double.NaN)
                        .build())
                .isInstanceOfSatisfying(
                        InvalidConfigurationException.class,
                        e -> assertThat(e.problems()).hasSize(2));
        assertThat(ApnsOptions.builder()
                        .pushType(PushType.LIVE_ACTIVITY)
                        .relevanceScore(100)
                        .build()
                        .relevanceScore())
                .hasValue(100);
    }
}
