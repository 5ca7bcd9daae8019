package dev.notifykit.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.testkit.client.Eventually;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Faults of single requests on a plain text connection. */
class NextRequestTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    private LineServer server;
    private FaultProxy proxy;
    private LineClient client;

    @BeforeEach
    void start() throws Exception {
        server = new LineServer();
        proxy = server.proxy().start();
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
    void dropReply() throws Exception {
        PlannedFault dropped = proxy.nextRequest().dropReply();

        client.send("one");

        assertThat(dropped.await(SOON)).isTrue();
        assertThat(server.lines()).containsExactly("hello", "one");
        client.hearsNothing();
        assertThat(proxy.openConnections()).isEqualTo(1);
        assertThat(client.ask("two")).isEqualTo("echo:two");
        assertThat(proxy.traffic().count(Fault.DROP_REPLY)).isEqualTo(1);
        assertThat(proxy.traffic().bytesLost()).isEqualTo("echo:one\n".length());
    }

    @Test
    void resetBeforeTheServerHasTheRequest() throws Exception {
        PlannedFault reset = proxy.nextRequest().resetBefore();

        client.send("one");

        client.isReset();
        assertThat(reset.applied()).isEqualTo(1);
        Eventually.holds(() -> server.ends().size() == 1);
        assertThat(server.lines()).containsExactly("hello");
        assertThat(proxy.openConnections()).isZero();
        assertThat(proxy.traffic().count(Fault.RESET_BEFORE)).isEqualTo(1);
    }

    @Test
    void resetAfterTheServerHasTheRequest() throws Exception {
        PlannedFault reset = proxy.nextRequest().resetAfter();

        client.send("one");

        client.isReset();
        assertThat(reset.applied()).isEqualTo(1);
        assertThat(server.lines()).containsExactly("hello", "one");
        assertThat(proxy.openConnections()).isZero();
        assertThat(proxy.traffic().count(Fault.RESET_AFTER)).isEqualTo(1);
        assertThat(proxy.traffic().bytesLost()).isEqualTo("echo:one\n".length());
    }

    @Test
    void truncatedReply() throws Exception {
        PlannedFault truncated = proxy.nextRequest().truncateReply(6);

        assertThat(client.ask("one")).isEqualTo("echo:o");

        assertThat(client.read()).isEmpty();
        assertThat(truncated.applied()).isEqualTo(1);
        assertThat(server.lines()).containsExactly("hello", "one");
        Eventually.holds(() -> server.ends().size() == 1);
        client.send("into the void");
        client.close();
        Eventually.holds(() -> proxy.openConnections() == 0);
        assertThat(server.lines()).containsExactly("hello", "one");
    }

    @Test
    void truncatedToNothing() throws Exception {
        proxy.nextRequest().truncateReply(0);

        assertThat(client.ask("one")).isEmpty();
        assertThat(server.lines()).containsExactly("hello", "one");
    }

    @Test
    void onlyTheRequestThatIsMeant() throws Exception {
        PlannedFault dropped = proxy.nextRequest().containing("SUBMIT").dropReply();

        assertThat(client.ask("PING")).isEqualTo("echo:PING");
        assertThat(dropped.applied()).isZero();
        client.send("EVALSHA SUBMIT 1");

        assertThat(dropped.await(SOON)).isTrue();
        assertThat(client.ask("EVALSHA SUBMIT 1")).isEqualTo("echo:EVALSHA SUBMIT 1");
        assertThat(server.lines()).containsExactly("hello", "PING", "EVALSHA SUBMIT 1", "EVALSHA SUBMIT 1");
    }

    @Test
    void onlyLargeOnes() throws Exception {
        PlannedFault reset = proxy.nextRequest().ofAtLeast(20).resetBefore();

        assertThat(client.ask("short")).isEqualTo("echo:short");
        client.send("a line of at least twenty bytes");

        client.isReset();
        assertThat(reset.applied()).isEqualTo(1);
    }

    @Test
    void severalInTheOrderOfThePlan() throws Exception {
        PlannedFault drops = proxy.nextRequest().times(2).dropReply();
        PlannedFault reset = proxy.nextRequest().resetAfter();

        client.send("one");
        Eventually.holds(() -> drops.applied() == 1);
        client.send("two");
        assertThat(drops.await(SOON)).isTrue();
        client.send("three");

        client.isReset();
        assertThat(reset.await(SOON)).isTrue();
        assertThat(server.lines()).containsExactly("hello", "one", "two", "three");
    }

    @Test
    void cancelledAndHealed() throws Exception {
        PlannedFault cancelled = proxy.nextRequest().resetBefore();
        cancelled.cancel();
        assertThat(client.ask("one")).isEqualTo("echo:one");

        PlannedFault healed = proxy.nextRequest().dropReply();
        proxy.heal();
        assertThat(client.ask("two")).isEqualTo("echo:two");

        assertThat(cancelled.applied()).isZero();
        assertThat(healed.applied()).isZero();
        assertThat(proxy.traffic().faults()).isEmpty();
    }

    @Test
    void wrongArguments() {
        NextRequest next = proxy.nextRequest();

        assertThatThrownBy(() -> next.containing("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> next.ofAtLeast(0)).hasMessage("ofAtLeast: must be 1 to 65536, not 0");
        assertThatThrownBy(() -> next.times(0)).hasMessageContaining("times");
        assertThatThrownBy(() -> next.truncateReply(-1)).hasMessageContaining("truncateReply");
    }
}
