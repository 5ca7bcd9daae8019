package dev.notifykit.testkit;

import dev.notifykit.testkit.credentials.TestCertificates;
import dev.notifykit.testkit.credentials.TestServiceAccount;
import dev.notifykit.testkit.internal.fcm.AccessTokens;
import dev.notifykit.testkit.internal.fcm.FcmVendor;
import dev.notifykit.testkit.internal.script.ReplyScript;
import dev.notifykit.testkit.internal.server.SimulatorServer;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A simulated FCM HTTP v1 with a token endpoint beside it.
 *
 * <pre>{@code
 * try (FcmSimulator fcm = FcmSimulator.builder().start()) {
 *     // client: fcm.uri(), trusts fcm.trustedCertificate(), credentials from fcm.serviceAccountJson()
 *     fcm.script(deadToken, Reply.unregistered());
 *     …
 *     assertThat(fcm.journal().count(requestId)).isEqualTo(1);
 * }
 * }</pre>
 *
 * Ids in its journal are what the messages carry as {@code nk_id} in {@code data}. Dry runs ({@code validate_only}) are answered as
 * scripted and journaled apart. A token is well formed when it consists of letters, digits, {@code _}, {@code -} and {@code :}.
 */
public final class FcmSimulator extends Simulator {
    private final List<TestServiceAccount> accounts;
    private final TokenEndpoint tokenEndpoint;

    private FcmSimulator(
            SimulatorServer server,
            ReplyScript script,
            TestCertificates certificates,
            List<TestServiceAccount> accounts,
            TokenEndpoint tokenEndpoint) {
        super(server, script, certificates);
        this.accounts = accounts;
        this.tokenEndpoint = tokenEndpoint;
    }

    /** A simulator with default settings. */
    public static FcmSimulator start() {
        return builder().start();
    }

    /** Settings first. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    String canonical(String token) {
        return token;
    }

    /** {@code https://localhost:<port>}: stands for {@code https://fcm.googleapis.com}. */
    public URI uri() {
        return URI.create("https://" + host() + ":" + port());
    }

    /** Its first, mostly only, project. */
    public String projectId() {
        return accounts.get(0).projectId();
    }

    /** The service account file of {@link #projectId()}, which points at {@link #tokenEndpoint()}. */
    public String serviceAccountJson() {
        return serviceAccountJson(projectId());
    }

    /** The service account file of one of its projects. */
    public String serviceAccountJson(String projectId) {
        return accounts.stream()
                .filter(account -> account.projectId().equals(projectId))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no project '" + projectId + "' in this simulator"))
                .json(tokenEndpoint.uri());
    }

    /** The service accounts, one a project. */
    public List<TestServiceAccount> serviceAccounts() {
        return accounts;
    }

    /** Where access tokens come from. */
    public TokenEndpoint tokenEndpoint() {
        return tokenEndpoint;
    }

    @Override
    public void close() {
        tokenEndpoint.close();
        super.close();
    }

    /** Settings of an {@link FcmSimulator}. */
    public static final class Builder extends SimulatorBuilder<Builder> {
        /** What Google's own client library counts on. */
        private static final int MAX_CONCURRENT_STREAMS = 100;

        private static final String DEFAULT_PROJECT = "notifykit-test";

        private final Map<String, TestServiceAccount> accounts = new LinkedHashMap<>();

        private Builder() {
            super(MAX_CONCURRENT_STREAMS);
        }

        @Override
        Builder self() {
            return this;
        }

        /** Adds a project with a service account of its own. Default: one, {@code notifykit-test}. */
        public Builder project(String projectId) {
            return serviceAccount(TestServiceAccount.create(projectId));
        }

        /** Adds a project with the given service account: to make the costly RSA key once for many simulators. */
        public Builder serviceAccount(TestServiceAccount account) {
            accounts.put(account.projectId(), account);
            return this;
        }

        /**
         * Opens the ports.
         *
         * @throws IllegalArgumentException naming everything that is wrong with the settings
         */
        public FcmSimulator start() {
            check();
            if (accounts.isEmpty()) {
                project(DEFAULT_PROJECT);
            }
            List<TestServiceAccount> all = List.copyOf(accounts.values());
            AccessTokens tokens = new AccessTokens(clock());
            ReplyScript script = newScript();
            FcmVendor vendor = new FcmVendor(accounts.keySet(), tokens);
            SimulatorServer server = new SimulatorServer("fcm", newSettings(false, false), vendor, script);
            TokenEndpoint endpoint = new TokenEndpoint(all, tokens, clock());
            return new FcmSimulator(server, script, certificates(), all, endpoint);
        }
    }
}
