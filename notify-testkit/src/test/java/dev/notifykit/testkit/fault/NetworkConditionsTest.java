package dev.notifykit.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.testkit.client.Eventually;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What lasts until {@code heal()}: slow, stalled, half-open and forgetful networks. */
class NetworkConditionsTest {
    private LineServer server;
    private FaultProxy proxy;
    private LineClient client;

    @BeforeEach
    void start() throws Exception {
        server = new LineServer();
        proxy = server.proxy().buffer(1_000).start();
        client = new LineClient(proxy);
        assertThat(client.ask("hello")).isEqualTo("echo:hello");
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        proxy.close();
        server.close();
    }

    @Test
    void delay() throws Exception {
        proxy.delay(Duration.ofMillis(60));
        assertThat(millisOf("one")).isGreaterThanOrEqualTo(120);

        proxy.delay(Direction.TO_CLIENT, Duration.ZERO);
        assertThat(millisOf("two")).isGreaterThanOrEqualTo(60);
        assertThat(proxy.traffic().count(Fault.DELAY)).isEqualTo(3);

        proxy.delay(Duration.ofHours(1));
        client.send("three");
        client.hearsNothing();
        assertThat(server.lines()).containsExactly("hello", "one", "two");
        proxy.heal();
        assertThat(client.read()).isEqualTo("echo:three");
    }

    @Test
    void delayedDataKeepsItsOrder() throws Exception {
        proxy.delay(Duration.ofHours(1));
        client.send("one");
        Eventually.holds(() -> proxy.traffic().count(Fault.DELAY) == 1);
        proxy.delay(Duration.ZERO);
        client.send("two");
        client.hearsNothing();

        proxy.heal();

        assertThat(client.read()).isEqualTo("echo:one");
        assertThat(client.read()).isEqualTo("echo:two");
    }

    @Test
    void bandwidth() throws Exception {
        proxy.bandwidth(40_000); // in pieces of 2,000

        assertThat(millisOf("big 10000")).isGreaterThanOrEqualTo(200);
        assertThat(proxy.traffic().count(Fault.BANDWIDTH)).isPositive();

        proxy.bandwidth(1);
        String slow = "slow".repeat(100);
        client.send(slow);
        client.hearsNothing();
        proxy.heal();
        assertThat(client.read()).isEqualTo("echo:" + slow);
    }

    @Test
    void aStalledNetworkLosesNothing() throws Exception {
        proxy.stall();
        client.send("one");
        try (LineClient next = new LineClient(proxy)) {
            next.send("two");
            client.hearsNothing();
            next.hearsNothing();
            assertThat(server.lines()).containsExactly("hello");
            assertThat(server.connections()).isEqualTo(1);

            proxy.heal();

            assertThat(client.read()).isEqualTo("echo:one");
            assertThat(next.read()).isEqualTo("echo:two");
            assertThat(proxy.traffic().count(Fault.STALL)).isEqualTo(2);
            assertThat(proxy.traffic().bytesLost()).isZero();
        }
    }

    @Test
    void aStalledNetworkDoesNotShowThatTheOtherEndHasGone() throws Exception {
        proxy.stall();
        client.close();
        Eventually.holds(() -> proxy.openConnections() == 0);
        assertThat(server.ends()).isEmpty();

        proxy.heal();

        Eventually.holds(() -> server.ends().size() == 1);
    }

    @Test
    void aFastSenderHasToWait() throws Exception {
        proxy.stall();
        try (SocketChannel fast = SocketChannel.open(new InetSocketAddress("localhost", proxy.port()))) {
            long sent = sendUntilStuck(fast, 100_000_000);
            assertThat(sent).isLessThan(100_000_000);

            proxy.heal();

            Eventually.holds(() -> proxy.traffic().bytesToServer() == 6 + sent);
        }
    }

    @Test
    void halfOpen() throws Exception {
        try (LineClient quiet = new LineClient(proxy)) {
            assertThat(quiet.ask("quiet")).isEqualTo("echo:quiet");
            proxy.halfOpen();

            client.send("lost");

            Eventually.holds(() -> proxy.traffic().bytesLost() == 5);
            client.hearsNothing();
            assertThat(proxy.openConnections()).isEqualTo(2);
            assertThat(server.ends()).isEmpty();
            try (LineClient next = new LineClient(proxy)) {
                assertThat(next.ask("new")).isEqualTo("echo:new");
            }

            proxy.heal();

            client.isReset();
            assertThat(quiet.ask("again")).isEqualTo("echo:again");
            assertThat(server.lines()).containsExactly("hello", "quiet", "new", "again");
            assertThat(proxy.traffic().count(Fault.HALF_OPEN)).isEqualTo(2);
        }
    }

    @Test
    void halfOpenSwallowsWhatIsOnItsWay() throws Exception {
        proxy.delay(Duration.ofHours(1));
        client.send("lost");
        Eventually.holds(() -> proxy.traffic().count(Fault.DELAY) == 1);

        proxy.halfOpen();
        assertThat(proxy.traffic().bytesLost()).isEqualTo(5);

        proxy.heal();
        client.isReset();
        assertThat(server.lines()).containsExactly("hello");
    }

    @Test
    void halfOpenSwallowsTheEndOfTheStream() throws Exception {
        proxy.halfOpen();
        client.close();
        Eventually.holds(() -> proxy.openConnections() == 0);
        assertThat(server.ends()).isEmpty();

        proxy.heal();

        Eventually.holds(() -> server.ends().size() == 1);
    }

    @Test
    void blackHole() throws Exception {
        proxy.blackHole();
        client.send("lost");
        try (LineClient next = new LineClient(proxy);
                LineClient quiet = new LineClient(proxy)) {
            next.send("lost too");
            Eventually.holds(() -> proxy.traffic().bytesLost() == 5 + 9);
            client.hearsNothing();
            next.hearsNothing();
            assertThat(server.connections()).isEqualTo(1);

            proxy.heal();

            client.isReset();
            next.isReset();
            assertThat(quiet.ask("one")).isEqualTo("echo:one");
            assertThat(server.lines()).containsExactly("hello", "one");
            assertThat(proxy.traffic().count(Fault.HALF_OPEN)).isEqualTo(3);
        }
    }

    @Test
    void forgottenInSilence() throws Exception {
        proxy.killIdle(Duration.ofMillis(5), IdleEnd.SILENT);
        pass(Duration.ofMillis(10));

        client.send("lost");

        Eventually.holds(() -> proxy.traffic().bytesLost() == 5);
        client.hearsNothing();
        assertThat(server.lines()).containsExactly("hello");
        assertThat(server.ends()).isEmpty();
        assertThat(proxy.traffic().count(Fault.IDLE_KILL)).isEqualTo(1);
        proxy.heal();
        client.isReset();
    }

    @Test
    void forgottenWithAReset() throws Exception {
        proxy.killIdle(Duration.ofMillis(5), IdleEnd.RESET);
        pass(Duration.ofMillis(10));

        client.send("lost");

        client.isReset();
        Eventually.holds(() -> server.ends().size() == 1);
        assertThat(server.lines()).containsExactly("hello");
        assertThat(proxy.traffic().count(Fault.IDLE_KILL)).isEqualTo(1);
    }

    @Test
    void aConnectionInUseIsNotForgotten() throws Exception {
        proxy.killIdle(Duration.ofHours(1), IdleEnd.RESET);

        assertThat(client.ask("one")).isEqualTo("echo:one");
        assertThat(proxy.traffic().faults()).isEmpty();
    }

    private long millisOf(String line) throws IOException {
        long start = System.nanoTime();
        client.ask(line);
        return Duration.ofNanos(System.nanoTime() - start).toMillis();
    }

    private static void pass(Duration time) {
        long start = System.nanoTime();
        Eventually.holds(() -> System.nanoTime() - start > time.toNanos());
    }

    /** Stuck: nothing could be written for 300 ms. */
    private static long sendUntilStuck(SocketChannel channel, long most) throws IOException {
        channel.configureBlocking(false);
        ByteBuffer data = ByteBuffer.allocate(1 << 16);
        long sent = 0;
        long last = System.nanoTime();
        while (sent < most && System.nanoTime() - last < 300_000_000) {
            int written = channel.write(data.clear());
            if (written > 0) {
                sent += written;
                last = System.nanoTime();
            }
            Thread.onSpinWait();
        }
        return sent;
    }
}
