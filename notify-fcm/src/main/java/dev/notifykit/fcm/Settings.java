package dev.notifykit.fcm;

import com.google.api.client.http.HttpTransport;
import com.google.auth.http.HttpTransportFactory;
import com.google.auth.oauth2.GoogleCredentials;
import dev.notifykit.push.InvalidConfigurationException;
import dev.notifykit.push.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What {@link FcmPushService.Builder} was told, and the checks that turn it into a running service. */
final class Settings {

    private static final URI GOOGLE = URI.create("https://" + AllowedHosts.FCM);
    private static final Duration SHORTEST_ATTEMPT = Duration.ofMillis(10);
    private static final Duration LONGEST_ATTEMPT = Duration.ofMinutes(5);
    private static final Duration LONGEST_BACKOFF = Duration.ofHours(1);

    /** It becomes part of a path, so nothing that could leave its place there. */
    private static final Pattern PROJECT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.:_-]{0,127}");

    /** What reads a service account needs to know of the rest. */
    record TokenWire(AllowedHosts allowed, HttpTransportFactory transport) {}

    private final List<Function<TokenWire, CredentialSource>> credentials = new ArrayList<>();

    @Nullable
    String projectId;

    int connections = FcmPushService.DEFAULT_CONNECTIONS;
    Duration attemptTimeout = FcmPushService.DEFAULT_ATTEMPT_TIMEOUT;
    Duration minimumBackoff = FcmPushService.DEFAULT_MINIMUM_BACKOFF;
    Duration tokenBackoff = Duration.ofSeconds(1);
    boolean dryRun;
    URI baseUri = GOOGLE;
    boolean allowForeignHost;
    List<X509Certificate> trusted = List.of();

    @Nullable
    Path trustedFile;

    FcmTransport.Factory transport = FcmTransport.okHttp();

    void credentials(Function<TokenWire, CredentialSource> source) {
        credentials.add(source);
    }

    FcmPushService open() {
        Problems problems = new Problems("FcmPushService");
        AllowedHosts hosts = new AllowedHosts(allowForeignHost);
        checkNumbers(problems);
        checkBase(problems, hosts);
        List<X509Certificate> trust = readTrusted(problems);
        HttpTransport tokenTransport = new TokenTransport(hosts, TrustedCertificates.of(trust));
        CredentialSource source = source(problems, new TokenWire(hosts, () -> tokenTransport));
        GoogleCredentials first = source == null ? null : load(problems, source);
        String project = project(problems, first);
        problems.throwIfAny();
        if (source == null || first == null || project == null) {
            throw new IllegalStateException("each of these was checked above");
        }
        return start(sameProject(source, project), first, project, trust);
    }

    private FcmPushService start(
            CredentialSource source, GoogleCredentials first, String project, List<X509Certificate> trust) {
        InstantSource clock = InstantSource.system();
        // Twice as many threads as calls: one that gives its place away is not gone yet when the next one starts.
        Workers workers = Workers.create(2 * OkHttpTransport.STREAMS_PER_CONNECTION * connections + 8);
        return new FcmPushService(new FcmEngine(
                project,
                "/v1/projects/" + project + "/messages:send",
                attemptTimeout,
                new MessageEncoder(dryRun, clock),
                new ResponseTable(project, minimumBackoff, clock),
                new AccessTokens(source, first, tokenBackoff, workers),
                transport.open(new FcmTransport.Settings(baseUri, connections, attemptTimeout, trust, workers)),
                workers,
                FcmEngine.newTimer()));
    }

    private void checkNumbers(Problems problems) {
        problems.require(
                connections >= 1 && connections <= FcmPushService.MAX_CONNECTIONS,
                "connections",
                "must be 1 to " + FcmPushService.MAX_CONNECTIONS + ", is " + connections,
                "each carries 100 requests at a time");
        problems.require(
                between(attemptTimeout, SHORTEST_ATTEMPT, LONGEST_ATTEMPT),
                "attemptTimeout",
                "must be 10 ms to 5 minutes, is " + attemptTimeout,
                "FCM asks for at least 10 s");
        problems.require(
                between(minimumBackoff, Duration.ZERO, LONGEST_BACKOFF),
                "minimumBackoff",
                "must be zero to one hour, is " + minimumBackoff,
                "FCM asks for at least 10 s");
    }

    private void checkBase(Problems problems, AllowedHosts hosts) {
        hosts.check(problems, "baseUri", baseUri, AllowedHosts.FCM, false);
        String path = baseUri.getRawPath();
        problems.require(
                (path == null || path.isEmpty() || path.equals("/"))
                        && baseUri.getRawQuery() == null
                        && baseUri.getRawFragment() == null,
                "baseUri",
                "has more than scheme, host and port",
                "leave the path out");
    }

    private List<X509Certificate> readTrusted(Problems problems) {
        if (trustedFile == null) {
            return trusted;
        }
        try (InputStream in = Files.newInputStream(trustedFile)) {
            List<X509Certificate> found = new ArrayList<>();
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                found.add((X509Certificate) certificate);
            }
            problems.require(
                    !found.isEmpty(), "trustedCertificates", "the file holds no certificate", "give PEM or DER");
            return found;
        } catch (IOException | CertificateException e) {
            problems.add(
                    "trustedCertificates",
                    "the file cannot be read (" + e.getClass().getSimpleName() + ")",
                    "give PEM or DER certificates");
            return List.of();
        }
    }

    private @Nullable CredentialSource source(Problems problems, TokenWire wire) {
        if (credentials.size() == 1) {
            return credentials.get(0).apply(wire);
        }
        problems.add(
                "credentials",
                credentials.isEmpty() ? "are missing" : "are set " + credentials.size() + " times",
                "set exactly one of serviceAccount(…), applicationDefaultCredentials(), credentials(…)");
        return null;
    }

    private static @Nullable GoogleCredentials load(Problems problems, CredentialSource source) {
        try {
            return source.load();
        } catch (InvalidConfigurationException e) {
            for (String problem : e.problems()) {
                problems.add("credentials", problem, "use the file as Google made it");
            }
        } catch (IOException | RuntimeException e) {
            // The exception's text may quote the file.
            problems.add(
                    "credentials",
                    "cannot be read or are no service account key ("
                            + e.getClass().getSimpleName() + ")",
                    "download the key file anew: Firebase console, project settings, service accounts");
        }
        return null;
    }

    private @Nullable String project(Problems problems, @Nullable GoogleCredentials loaded) {
        String project = projectId != null || loaded == null ? projectId : loaded.getProjectId();
        if (project == null) {
            if (loaded != null) {
                problems.add("projectId", "is missing, and the credentials name none", "set projectId(…)");
            }
        } else if (!PROJECT.matcher(project).matches()) {
            problems.add("projectId", "is no project id", "letters, digits and - . : _ only, as the console shows it");
        }
        return project;
    }

    /** Credentials that are exchanged while we run must be for the project that our path names. */
    private CredentialSource sameProject(CredentialSource source, String project) {
        if (projectId != null) {
            return source;
        }
        return () -> {
            GoogleCredentials loaded = source.load();
            if (!project.equals(loaded.getProjectId())) {
                throw new IOException("the credentials are now for another project");
            }
            return loaded;
        };
    }

    private static boolean between(Duration value, Duration least, Duration most) {
        return value.compareTo(least) >= 0 && value.compareTo(most) <= 0;
    }
}
