package dev.notifykit.fcm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.push.InvalidConfigurationException;
import dev.notifykit.push.PushResponse.Accepted;
import dev.notifykit.testkit.FcmSimulator;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BuilderTest {

    private static FcmSimulator fcm;

    @BeforeAll
    static void start() {
        fcm = FcmSimulator.builder().start();
    }

    @AfterAll
    static void stop() {
        fcm.close();
    }

    private static List<String> problems(FcmPushService.Builder builder) {
        try (FcmPushService service = builder.build()) {
            throw new AssertionError("was built: " + service);
        } catch (InvalidConfigurationException e) {
            return e.problems();
        }
    }

    private static void accepts(FcmPushService.Builder builder) {
        try (FcmPushService service = builder.baseUri(fcm.uri())
                .trustedCertificates(fcm.trustedCertificate())
                .build()) {
            assertThat(Rig.await(service.push(Rig.request(Rig.TOKEN)))).isInstanceOf(Accepted.class);
        }
    }

    @Test
    void allProblemsAtOnce() {
        assertThat(problems(FcmPushService.builder()
                        .connections(0)
                        .attemptTimeout(Duration.ZERO)
                        .minimumBackoff(Duration.ofDays(1))
                        .projectId("../other")
                        .baseUri(URI.create("http://fcm.example/v1"))))
                .hasSize(8)
                .anyMatch(p -> p.startsWith("connections: must be 1 to 64, is 0"))
                .anyMatch(p -> p.startsWith("attemptTimeout:"))
                .anyMatch(p -> p.startsWith("minimumBackoff:"))
                .anyMatch(p -> p.startsWith("projectId:"))
                .anyMatch(p -> p.startsWith("baseUri: the host fcm.example is neither"))
                .anyMatch(p -> p.startsWith("baseUri: must be https"))
                .anyMatch(p -> p.startsWith("baseUri: has more than"))
                .anyMatch(p -> p.startsWith("credentials: are missing"));
    }

    @Test
    void credentialsFromEverywhere(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("key.json"), fcm.serviceAccountJson());
        accepts(FcmPushService.builder().serviceAccount(file));
        accepts(FcmPushService.builder().serviceAccount(Rig.json(fcm.serviceAccountJson())));
        accepts(FcmPushService.builder().serviceAccount(() -> Rig.json(fcm.serviceAccountJson())));
    }

    @Test
    void trustedCertificatesFromAFile(@TempDir Path folder) throws IOException {
        Path pem =
                Files.writeString(folder.resolve("ca.pem"), fcm.certificates().authorityPem());
        try (FcmPushService service = FcmPushService.builder()
                .serviceAccount(() -> Rig.json(fcm.serviceAccountJson()))
                .baseUri(fcm.uri())
                .trustedCertificates(pem)
                .build()) {
            assertThat(Rig.await(service.push(Rig.request(Rig.TOKEN)))).isInstanceOf(Accepted.class);
            assertThat(service.toString()).isEqualTo("FcmPushService[" + fcm.projectId() + "]");
        }
        assertThat(problems(FcmPushService.builder()
                        .serviceAccount(() -> Rig.json(fcm.serviceAccountJson()))
                        .trustedCertificates(folder.resolve("missing.pem"))))
                .singleElement()
                .asString()
                .startsWith("trustedCertificates: the file cannot be read");
    }

    @Test
    void twoCredentials() {
        assertThat(problems(FcmPushService.builder()
                        .serviceAccount(() -> Rig.json(fcm.serviceAccountJson()))
                        .applicationDefaultCredentials()))
                .singleElement()
                .asString()
                .startsWith("credentials: are set 2 times");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not json",
                "{}",
                "[]",
                "{\"type\":\"authorized_user\",\"client_secret\":\"s3cret\"}",
                "{\"type\":\"external_account\",\"credential_source\":{\"executable\":{\"command\":\"s3cret\"}}}",
                "{\"type\":\"service_account\",\"project_id\":\"p\",\"client_id\":\"1\",\"client_email\":\"a@b\","
                        + "\"private_key_id\":\"1\",\"private_key\":\"s3cret\"}",
            })
    void whatIsNoKeyFile(String text) {
        assertThatThrownBy(() -> FcmPushService.builder()
                        .serviceAccount(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
                        .build())
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("credentials: cannot be read or are no service account key")
                .hasMessageNotContaining("s3cret")
                .hasNoCause();
    }

    @Test
    void aMissingKeyFile(@TempDir Path folder) {
        assertThat(problems(FcmPushService.builder().serviceAccount(folder.resolve("none.json"))))
                .singleElement()
                .asString()
                .startsWith("credentials: cannot be read");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://attacker.example/token",
                "http://169.254.169.254/computeMetadata/v1/token",
                "https://oauth2.googleapis.com.attacker.example/token",
                "https://oauth2.googleapis.com@attacker.example/token",
                "https://localhost.attacker.example/token",
                "https://127.0.0.1.attacker.example/token",
                "http://oauth2.googleapis.com/token",
                "file:///etc/passwd",
            })
    void tokenEndpointsThatAreNotGoogles(String tokenUri) {
        String json = fcm.serviceAccountJson().replace(fcm.tokenEndpoint().uri().toString(), tokenUri);
        assertThat(json).contains(tokenUri);
        assertThat(problems(FcmPushService.builder().serviceAccount(() -> Rig.json(json))))
                .isNotEmpty()
                .allMatch(p -> p.startsWith("credentials: token_uri: "));
    }

    @Test
    void googlesOwnAddressesAreAllowed() {
        String json = fcm.serviceAccountJson()
                .replace(fcm.tokenEndpoint().uri().toString(), "https://oauth2.googleapis.com/token");
        FcmPushService.builder().serviceAccount(() -> Rig.json(json)).build().close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://attacker.example",
                "https://fcm.googleapis.com.attacker.example",
                "https://127.0.0.1.attacker.example",
                "https://10.0.0.1",
                "https://user@fcm.googleapis.com",
            })
    void foreignHosts(String uri) {
        FcmPushService.Builder builder = FcmPushService.builder()
                .serviceAccount(() -> Rig.json(fcm.serviceAccountJson()))
                .baseUri(URI.create(uri));
        assertThat(problems(builder)).singleElement().asString().startsWith("baseUri: ");
        if (!uri.contains("@")) {
            builder.allowForeignHost(true).build().close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://localhost:1", "https://127.0.0.1:1", "https://127.9.9.9:1", "https://[::1]:1"})
    void thisMachine(String uri) {
        FcmPushService.builder()
                .serviceAccount(() -> Rig.json(fcm.serviceAccountJson()))
                .baseUri(URI.create(uri))
                .build()
                .close();
    }

    @Test
    void aSupplierThatFails() {
        assertThat(problems(FcmPushService.builder().credentials(() -> {
                    throw new IOException("vault: s3cret");
                })))
                .singleElement()
                .asString()
                .startsWith("credentials: cannot be read")
                .doesNotContain("s3cret");
    }

    @Test
    void options() {
        assertThatThrownBy(() -> FcmOptions.builder()
                        .color("red")
                        .tag("a\nb")
                        .collapseKey("")
                        .analyticsLabel("no spaces")
                        .channelId(" ")
                        .icon("")
                        .clickAction("")
                        .build())
                .isInstanceOfSatisfying(
                        InvalidConfigurationException.class,
                        e -> assertThat(e.problems()).hasSize(7));
        FcmOptions one = FcmOptions.builder().channelId("news").color("#FF8800").build();
        FcmOptions same =
                FcmOptions.builder().channelId("news").color("#FF8800").build();
        assertThat(one).isEqualTo(same).hasSameHashCodeAs(same).isNotEqualTo(FcmOptions.NONE);
        assertThat(one.toString()).doesNotContain("news");
        assertThat(one.channelId()).contains("news");
        assertThat(one.directBootOk()).isEmpty();
    }

    @Test
    void addresses() {
        assertThat(FcmAddress.fid("abc_-9")).isEqualTo("fid:abc_-9");
        for (String bad : List.of("", "a b", "../x", "é", "a:b")) {
            assertThatThrownBy(() -> FcmAddress.fid(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("../x");
        }
    }
}
