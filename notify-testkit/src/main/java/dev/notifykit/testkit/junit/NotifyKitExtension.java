package dev.notifykit.testkit.junit;

import dev.notifykit.testkit.ApnsSimulator;
import dev.notifykit.testkit.FcmSimulator;
import dev.notifykit.testkit.Simulator;
import dev.notifykit.testkit.fault.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Starts the simulators that a test asks for, stops them, and fails the test that leaves threads or connections behind.
 *
 * <pre>{@code
 * class WelcomePushTest {
 *     @RegisterExtension
 *     final NotifyKitExtension kit = NotifyKitExtension.builder().apns(apns -> apns.recordRequests(10)).build();
 *
 *     @Test
 *     void aDeadTokenIsForgotten() {
 *         kit.apns().script(token, Reply.unregistered(since));
 *         FaultProxy proxy = kit.proxy(kit.apns());
 *         …
 *     }
 * }
 * }</pre>
 *
 * With the defaults, {@code @ExtendWith(NotifyKitExtension.class)} and a parameter of type {@link ApnsSimulator} or {@link FcmSimulator}
 * will do.
 *
 * <p><b>Life:</b> in an instance field, or at a method, everything lives as long as one test and the check comes after its
 * {@code @AfterEach} methods. In a static field, or at a class, it lives as long as the class with those nested in it, and the check comes
 * after the {@code @AfterAll} methods: so clients that tests share are no leaks. Simulators start when they are first asked for.
 *
 * <p><b>The check:</b> {@link Leaks}. Connections to the simulators and proxies are looked at first, then they are closed, then threads are
 * looked at. The threads are not where tests run in parallel ({@code junit.jupiter.execution.parallel.enabled}), for nobody could say
 * whose they are; a class that is {@link Isolated} is checked in full.
 *
 * <p>Thread-safe.
 */
public final class NotifyKitExtension
        implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, AfterEachCallback, ParameterResolver {
    private static final String PARALLEL = "junit.jupiter.execution.parallel.enabled";

    private final Builder settings;
    private final List<FaultProxy> proxies = new ArrayList<>();
    private @Nullable Leaks leaks;
    private @Nullable String owner;
    private @Nullable ApnsSimulator apns;
    private @Nullable FcmSimulator fcm;

    /** With the defaults, for {@code @ExtendWith}. */
    public NotifyKitExtension() {
        this(new Builder());
    }

    private NotifyKitExtension(Builder settings) {
        this.settings = settings;
    }

    /** Settings first, for {@code @RegisterExtension}. */
    public static Builder builder() {
        return new Builder();
    }

    /** The APNs simulator, started by the first call. */
    public synchronized ApnsSimulator apns() {
        Leaks watching = watching();
        if (apns == null) {
            apns = settings.apns.apply(ApnsSimulator.builder()).start();
            watching.connections(apns);
        }
        return apns;
    }

    /** The FCM simulator, started by the first call. */
    public synchronized FcmSimulator fcm() {
        Leaks watching = watching();
        if (fcm == null) {
            fcm = settings.fcm.apply(FcmSimulator.builder()).start();
            watching.connections(fcm);
        }
        return fcm;
    }

    /** A new proxy to one of the simulators. The certificate is good for it as well. */
    public FaultProxy proxy(Simulator to) {
        return proxy(to.host(), to.port());
    }

    /** A new proxy to any server. */
    public synchronized FaultProxy proxy(String host, int port) {
        Leaks watching = watching();
        FaultProxy proxy = FaultProxy.to(host, port).start();
        proxies.add(proxy);
        watching.connections(proxy);
        return proxy;
    }

    private Leaks watching() {
        if (leaks == null) {
            throw new IllegalStateException(
                    "no test is running: simulators and proxies are there from @BeforeAll on where the extension "
                            + "is in a static field, else from @BeforeEach on");
        }
        return leaks;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        begin(context);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        begin(context);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        end(context);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        end(context);
    }

    private synchronized void begin(ExtensionContext context) {
        if (owner == null) {
            owner = context.getUniqueId();
            leaks = settings.watch();
        }
    }

    private synchronized void end(ExtensionContext context) {
        Leaks watching = leaks;
        if (watching == null || !context.getUniqueId().equals(owner)) {
            return; // a class began it
        }
        List<String> found = new ArrayList<>();
        try {
            if (!settings.connectionsAllowed) {
                found.addAll(watching.leftConnections());
            }
        } finally {
            close();
        }
        if (mayJudgeThreads(context)) {
            found.addAll(watching.leftThreads());
        }
        Leaks.fail(found);
    }

    private void close() {
        proxies.forEach(FaultProxy::close);
        proxies.clear();
        if (apns != null) {
            apns.close();
        }
        if (fcm != null) {
            fcm.close();
        }
        apns = null;
        fcm = null;
        leaks = null;
        owner = null;
    }

    private static boolean mayJudgeThreads(ExtensionContext context) {
        boolean parallel =
                context.getConfigurationParameter(PARALLEL, Boolean::valueOf).orElse(false);
        return !parallel
                || context.getTestClass()
                        .map(test -> test.isAnnotationPresent(Isolated.class))
                        .orElse(false);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == ApnsSimulator.class || type == FcmSimulator.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == ApnsSimulator.class ? apns() : fcm();
    }

    /** Settings of a {@link NotifyKitExtension}. Not thread-safe. */
    public static final class Builder {
        private final List<String> allowedThreads = new ArrayList<>();
        private UnaryOperator<ApnsSimulator.Builder> apns = UnaryOperator.identity();
        private UnaryOperator<FcmSimulator.Builder> fcm = UnaryOperator.identity();
        private @Nullable Duration patience;
        private boolean connectionsAllowed;

        private Builder() {}

        private Builder(Builder from) {
            allowedThreads.addAll(from.allowedThreads);
            apns = from.apns;
            fcm = from.fcm;
            patience = from.patience;
            connectionsAllowed = from.connectionsAllowed;
        }

        /** How the APNs simulator is set up, each time it is started. Default: its own defaults. */
        public Builder apns(UnaryOperator<ApnsSimulator.Builder> settings) {
            apns = Objects.requireNonNull(settings, "settings");
            return this;
        }

        /** How the FCM simulator is set up, each time it is started. Default: its own defaults. */
        public Builder fcm(UnaryOperator<FcmSimulator.Builder> settings) {
            fcm = Objects.requireNonNull(settings, "settings");
            return this;
        }

        /** See {@link Leaks#allowThreads}. */
        public Builder allowThreads(String... prefixes) {
            allowedThreads.addAll(List.of(prefixes));
            return this;
        }

        /** Open connections are no leaks: for a client that cannot be closed, such as {@code java.net.http} before Java 21. */
        public Builder allowConnections() {
            connectionsAllowed = true;
            return this;
        }

        /** See {@link Leaks#patience}. */
        public Builder patience(Duration value) {
            patience = Objects.requireNonNull(value, "patience");
            return this;
        }

        /**
         * The extension.
         *
         * @throws IllegalArgumentException where a setting makes no sense; those of the simulators are checked when they start
         */
        public NotifyKitExtension build() {
            Builder copy = new Builder(this);
            copy.watch();
            return new NotifyKitExtension(copy);
        }

        private Leaks watch() {
            Leaks leaks = Leaks.watch().allowThreads(allowedThreads.toArray(String[]::new));
            return patience == null ? leaks : leaks.patience(patience);
        }
    }
}
