package dev.notifykit.testkit.internal.tls;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A throw-away certificate authority on P-256, and what it issues. Its key never leaves the JVM. */
public final class CertificateAuthority {
    private static final String ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
    private static final String COMMON_NAME = "2.5.4.3";
    private static final String BASIC_CONSTRAINTS = "2.5.29.19";
    private static final String KEY_USAGE = "2.5.29.15";
    private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";

    /** Long enough for any test run, and a day back for a clock that was set. */
    private static final Duration VALID_FOR = Duration.ofDays(3650);

    private static final SecureRandom RANDOM = new SecureRandom();

    private final String name;
    private final KeyPair keys;
    private final X509Certificate certificate;

    /** Makes a new authority with a key of its own. */
    public CertificateAuthority(String name) {
        this.name = name;
        this.keys = newKeyPair();
        byte[] constraints = extension(BASIC_CONSTRAINTS, true, Der.sequence(Der.bool(true)));
        byte[] usage = extension(KEY_USAGE, true, Der.bits(1, (byte) 0b0000_0110)); // keyCertSign, cRLSign
        this.certificate = sign(name, keys.getPublic(), constraints, usage);
    }

    /** The self-signed certificate that clients have to trust. */
    public X509Certificate certificate() {
        return certificate;
    }

    /** Issues a certificate for a server with the given DNS names and IP addresses. */
    public X509Certificate issueServer(PublicKey key, List<String> dnsNames, List<InetAddress> addresses) {
        List<byte[]> names = new ArrayList<>();
        dnsNames.forEach(dns -> names.add(Der.implicit(2, dns.getBytes(StandardCharsets.US_ASCII))));
        addresses.forEach(address -> names.add(Der.implicit(7, address.getAddress())));
        byte[] alternatives = extension(SUBJECT_ALTERNATIVE_NAME, false, Der.sequence(names.toArray(byte[][]::new)));
        return sign(dnsNames.get(0), key, alternatives);
    }

    /** Issues a certificate for a client with the given common name. */
    public X509Certificate issueClient(PublicKey key, String commonName) {
        return sign(commonName, key, extension(KEY_USAGE, true, Der.bits(7, (byte) 0b1000_0000))); // digitalSignature
    }

    /** A fresh P-256 key pair. */
    public static KeyPair newKeyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has P-256", e);
        }
    }

    private X509Certificate sign(String subject, PublicKey key, byte[]... extensions) {
        Instant now = Instant.now();
        byte[] algorithm = Der.sequence(Der.objectId(ECDSA_WITH_SHA256));
        byte[] body = Der.sequence(
                Der.explicit(0, Der.integer(BigInteger.TWO)), // version 3
                Der.integer(new BigInteger(127, RANDOM).setBit(126)), // positive, never zero
                algorithm,
                distinguishedName(name),
                Der.sequence(Der.utcTime(now.minus(Duration.ofDays(1))), Der.utcTime(now.plus(VALID_FOR))),
                distinguishedName(subject),
                key.getEncoded(), // already a DER SubjectPublicKeyInfo
                Der.explicit(3, Der.sequence(extensions)));
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(body);
            byte[] encoded = Der.sequence(body, algorithm, Der.bits(0, signature.sign()));
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("could not make a test certificate", e);
        }
    }

    private static byte[] distinguishedName(String commonName) {
        return Der.sequence(Der.set(Der.sequence(Der.objectId(COMMON_NAME), Der.utf8(commonName))));
    }

    private static byte[] extension(String id, boolean critical, byte[] value) {
        return critical
                ? Der.sequence(Der.objectId(id), Der.bool(true), Der.octets(value))
                : Der.sequence(Der.objectId(id), Der.octets(value));
    }
}
