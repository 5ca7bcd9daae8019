package dev.notifykit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.ApnsClientBuilder;
import com.eatthepath.pushy.apns.util.SimpleApnsPushNotification;
import dev.notifykit.testkit.credentials.TestCertificates;
import dev.notifykit.testkit.credentials.TestServiceAccount;
import dev.notifykit.testkit.credentials.TestSigningKey;
import dev.notifykit.testkit.journal.JournalEntry;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CredentialsTest {
    private final TestCertificates certificates = TestCertificates.create();

    @Test
    void theChainIsValidAndNamesTheLoopbackHost() throws Exception {
        X509Certificate server = certificates.serverChain().get(0);
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(certificates.authority(), null)));
        parameters.setRevocationEnabled(false);

        CertPathValidator.getInstance("PKIX").validate(factory.generateCertPath(List.of(server)), parameters);

        Collection<List<?>> names = server.getSubjectAlternativeNames();
        assertThat(names)
                .extracting(name -> (Object) name.get(1))
                .contains("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
        assertThat(certificates.authority().getBasicConstraints()).isGreaterThanOrEqualTo(0);
        assertThat(server.getBasicConstraints()).isEqualTo(-1);
    }

    @Test
    void pemTextsCanBeReadBack() throws Exception {
        X509Certificate read = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(certificates.authorityPem().getBytes(StandardCharsets.US_ASCII)));
        TestSigningKey key = TestSigningKey.create("KEY", "TEAM");
        byte[] der = Base64.getMimeDecoder().decode(key.p8().replaceAll("-----[A-Z ]+-----", ""));

        assertThat(read).isEqualTo(certificates.authority());
        assertThat(KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der)))
                .isEqualTo(key.privateKey());
    }

    @Test
    void aClientCertificateReplacesTheToken() throws Exception {
        byte[] p12 = certificates.clientPkcs12("Apple Push Services: com.acme.app", "secret");
        try (ApnsSimulator apns = ApnsSimulator.builder()
                .certificates(certificates)
                .clientCertificates(true)
                .start()) {
            ApnsClient client = new ApnsClientBuilder()
                    .setApnsServer(apns.host(), apns.port())
                    .setTrustedServerCertificateChain(apns.trustedCertificate())
                    .setClientCredentials(new ByteArrayInputStream(p12), "secret")
                    .build();

            assertThat(client.sendNotification(new SimpleApnsPushNotification("aa", "com.acme.app", "{}"))
                            .get(60, TimeUnit.SECONDS)
                            .isAccepted())
                    .isTrue();
            client.close().get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void nothingSecretIsShown() {
        TestSigningKey key = TestSigningKey.create("KEY", "TEAM");
        TestServiceAccount account = TestServiceAccount.create("project");

        assertThat(key.toString()).isEqualTo("TestSigningKey[keyId=KEY, teamId=TEAM]");
        assertThat(account.toString()).doesNotContain("PRIVATE", account.privateKeyId());
        assertThat(certificates.toString()).isEqualTo("TestCertificates[CN=NotifyKit test authority]");
        assertThat(new JournalEntry("id", 1, "token").toString()).doesNotContain("token=");
    }
}
