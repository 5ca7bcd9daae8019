package dev.notifykit.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.testkit.client.Eventually;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The proxy without faults, its life, and faults of all connections. */
class FaultProxyTest {
    private LineServer server;
    private FaultProxy proxy;

    @BeforeEach
    void start() throws Exception {
        server = new LineServer();
        proxy = server.proxy().start();
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
        server.close();
    }

    @Test
    void passesEverythingThrough() throws Exception {
        try (LineClient client = new LineClient(proxy)) {
            assertThat(client.ask("hello")).isEqualTo("echo:hello");
            assertThat(client.ask("big 1000000")).hasSize(999_999);
            assertThat(client.ask("y".repeat(1_000_000))).isEqualTo("echo:" + "y".repeat(1_000_000));

            ProxyTraffic traffic = proxy.traffic();
            assertThat(traffic.connections()).isEqualTo(1);
            assertThat(traffic.openConnections()).isEqualTo(1);
            assertThat(traffic.bytesToServer()).isEqualTo(6 + 12 + 1_000_001);
            assertThat(traffic.bytesToClient()).isEqualTo(11 + 1_000_000 + 1_000_006);
            assertThat(traffic.bytesLost()).isZero();
            assertThat(traffic.faults()).isEmpty();
        }
        Eventually.holds(() -> proxy.openConnections() == 0);
    }

    @Test
    void aClientThatEndsItsSideIsStillAnswered() throws Exception {
        try (LineClient client = new LineClient(proxy)) {
            assertThat(client.ask("hello")).isEqualTo("echo:hello");
            client.socket().shutdownOutput();

            assertThat(client.read()).isEqualTo("bye");
            assertThat(client.read()).isEmpty();
        }
        assertThat(server.ends()).containsExactly("end");
    }

    @Test
    void passesResetsThrough() throws Exception {
        try (LineClient client = new LineClient(proxy)) {
            client.send("abort");
            client.isReset();
        }
        try (LineClient client = new LineClient(proxy)) {
            assertThat(client.ask("hello")).isEqualTo("echo:hello");
            client.socket().setSoLinger(true, 0);
        }
        Eventually.holds(() -> server.ends().contains("reset"));
        assertThat(proxy.traffic().count(Fault.RESET)).isZero();
    }

    @Test
    void aServerThatIsNotThere() throws Exception {
        int port;
        try (ServerSocket gone = new ServerSocket(0)) {
            port = gone.getLocalPort();
        }
        try (FaultProxy toNowhere = FaultProxy.to("localhost", port).start();
                LineClient client = new LineClient(toNowhere)) {
            client.isReset();
            Eventually.holds(() -> toNowhere.openConnections() == 0);
        }
    }

    @Test
    void refuseConnections() throws Exception {
        try (LineClient open = new LineClient(proxy)) {
            assertThat(open.ask("one")).isEqualTo("echo:one");

            proxy.refuseConnections().refuseConnections();

            assertThatThrownBy(() -> new LineClient(proxy))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("Connection refused");
            assertThat(isTaken(proxy.port())).isTrue();
            assertThat(open.ask("two")).isEqualTo("echo:two");

            proxy.heal();

            try (LineClient next = new LineClient(proxy)) {
                assertThat(next.ask("three")).isEqualTo("echo:three");
            }
        }
        assertThat(proxy.connections()).isEqualTo(2);
    }

    private static boolean isTaken(int port) throws Exception {
        try (ServerSocket other = new ServerSocket()) {
            other.setReuseAddress(false);
            other.bind(new InetSocketAddress("localhost", port));
            return false;
        } catch (BindException e) {
            return true;
        }
    }

    @Test
    void resetConnections() throws Exception {
        try (LineClient one = new LineClient(proxy);
                LineClient two = new LineClient(proxy)) {
            assertThat(one.ask("one")).isEqualTo("echo:one");
            assertThat(two.ask("two")).isEqualTo("echo:two");

            proxy.resetConnections();

            one.isReset();
            two.isReset();
            assertThat(proxy.openConnections()).isZero();
            assertThat(proxy.traffic().count(Fault.RESET)).isEqualTo(2);
            try (LineClient next = new LineClient(proxy)) {
                assertThat(next.ask("three")).isEqualTo("echo:three");
            }
        }
    }

    @Test
    void closeEndsEverything() throws Exception {
        int port = proxy.port();
        try (LineClient client = new LineClient(proxy)) {
            assertThat(client.ask("hello")).isEqualTo("echo:hello");

            proxy.close();
            proxy.close();

            assertThat(client.read()).isEmpty();
        }
        Eventually.holds(() -> threads() == 0);
        assertThat(proxy.traffic().openConnections()).isZero();
        assertThatThrownBy(() -> proxy.delay(Duration.ZERO)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> proxy.nextRequest().dropReply()).isInstanceOf(IllegalStateException.class);
        try (FaultProxy again = server.proxy().port(port).start()) {
            assertThat(again.port()).isEqualTo(port);
        }
    }

    @Test
    void closesWhileItRefuses() throws Exception {
        proxy.refuseConnections();
        int port = proxy.port();

        proxy.close();

        try (FaultProxy again = server.proxy().port(port).start()) {
            assertThat(again.port()).isEqualTo(port);
        }
    }

    @Test
    void addresses() {
        assertThat(proxy.uri()).isEqualTo(URI.create("https://localhost:" + proxy.port()));
        assertThat(proxy.uri("redis")).isEqualTo(URI.create("redis://localhost:" + proxy.port()));
        assertThat(proxy).hasToString("fault proxy on port " + proxy.port() + " to localhost:" + server.port());
    }

    @Test
    void wrongArguments() {
        assertThatThrownBy(() -> FaultProxy.to("no such host!", 0)
                        .port(70_000)
                        .buffer(0)
                        .connectTimeout(Duration.ZERO)
                        .start())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("server port", "port", "buffer", "connectTimeout", "'no such host!'");
        assertThatThrownBy(() -> proxy.delay(Duration.ofMillis(-1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> proxy.delay(Duration.ofDays(2))).hasMessageContaining("delay");
        assertThatThrownBy(() -> proxy.bandwidth(0)).hasMessageContaining("bandwidth");
        assertThatThrownBy(() -> proxy.killIdle(Duration.ZERO, IdleEnd.SILENT)).hasMessageContaining("killIdle");
    }

    @Test
    void aPortThatIsTaken() throws Exception {
        assertThatThrownBy(() -> server.proxy().port(server.port()).start())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("port " + server.port());
        Eventually.holds(() -> threads() == 1);
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("fault-proxy"))
                .count();
    }
}
