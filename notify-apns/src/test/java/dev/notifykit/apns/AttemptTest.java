package dev.notifykit.apns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.ApnsClientBuilder;
import dev.notifykit.push.Environment;
import dev.notifykit.push.Problems;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Accepted;
import dev.notifykit.push.PushResponse.Unavailable;
import dev.notifykit.push.PushResponse.Unknown;
import dev.notifykit.testkit.ApnsSimulator;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The moment that divides "never sent" from "may have arrived". */
class AttemptTest {

    private final ApnsSimulator apns = ApnsSimulator.start();
    private final NioEventLoopGroup loops = new NioEventLoopGroup(1, new DefaultThreadFactory("attempt-test", true));
    private final Deadlines deadlines = new Deadlines(TimeUnit.HOURS.toNanos(1), System::nanoTime);
    private Connections connections;
    private Answers<Connections> answers;

    @BeforeEach
    void connect() throws Exception {
        ApnsClientBuilder pushy = new ApnsClientBuilder()
                .setApnsServer(apns.host(), apns.port())
                .setTrustedServerCertificateChain(apns.trustedCertificate())
                .setEventLoopGroup(loops);
        CredentialReader reader = new CredentialReader();
        reader.signingKey(apns.signingKey()::p8);
        reader.keyId(apns.signingKey().keyId());
        reader.teamId(apns.signingKey().teamId());
        reader.read(new Problems("test")).applyTo(pushy);
        ApnsClient client = pushy.build();
        connections = new Connections(0, client, Duration.ofHours(1), System::nanoTime);
        answers = new Answers<>(
                new ReasonTable(Duration.ZERO),
                new ConnectionKeeper(() -> client, Runnable::run, Duration.ofHours(1), 1, System::nanoTime));
    }

    @AfterEach
    void disconnect() throws Exception {
        connections.close().get(60, TimeUnit.SECONDS);
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await(60, TimeUnit.SECONDS);
        apns.close();
    }

    private Attempt attempt(PushRequest request) {
        Encoded encoded = new RequestEncoder(Environment.PRODUCTION, null, InstantSource.system()).encode(request);
        Attempt attempt = new Attempt((Encoded.Ready) encoded, connections, deadlines, answers);
        assertThat(deadlines.add(attempt)).isTrue();
        return attempt;
    }

    private void timeOut(Attempt attempt) {
        deadlines.remove(attempt);
        attempt.timedOut();
    }

    @Test
    void whatTimedOutInPushysQueueIsNeverWritten() throws Exception {
        CountDownLatch hold = new CountDownLatch(1);
        loops.submit(() -> hold.await(60, TimeUnit.SECONDS));
        PushRequest early = Rig.request();
        Attempt abandoned = attempt(early);
        connections.send(abandoned);
        timeOut(abandoned);
        assertThat(abandoned.future().join())
                .isInstanceOfSatisfying(
                        Unavailable.class, u -> assertThat(u.cause()).isEqualTo(Unavailable.Cause.NOT_SENT));
        assertThat(connections.leftBehind()).isEqualTo(1);
        hold.countDown();

        Attempt next = attempt(Rig.request());
        connections.send(next);
        assertThat(Rig.await(next.future())).isInstanceOf(Accepted.class);
        assertThat(apns.journal().count(early.id().toString())).isZero();
        assertThat(apns.traffic().connections()).as("the connection survives").isEqualTo(1);
        Rig.until(() -> connections.leftBehind() == 0 && deadlines.size() == 0); // pushy let go of both
    }

    @Test
    void whatTimedOutAfterItWasWrittenIsUnknown() {
        Attempt attempt = attempt(Rig.request());
        assertThat(attempt.getToken()).isEqualTo(Rig.TOKEN);
        timeOut(attempt);
        assertThat(attempt.future().join())
                .isInstanceOfSatisfying(
                        Unknown.class, u -> assertThat(u.cause()).isEqualTo(Unknown.Cause.TIMEOUT));
        assertThat(attempt.getToken()).as("a refused stream is written again").isEqualTo(Rig.TOKEN);
    }

    @Test
    void aFailureBeforeTheWriteIsSurelyNotSentWhateverItsType() {
        Attempt attempt = attempt(Rig.request());
        attempt.end(null, new IOException("Stream closed before a reply was received"));
        assertThat(attempt.future().join())
                .isEqualTo(new Unavailable(
                        Unavailable.Cause.REFUSED, "IOException: Stream closed before a reply was received"));
    }

    @Test
    void aFailureAfterTheWriteMayHaveFollowedADelivery() {
        Attempt attempt = attempt(Rig.request());
        attempt.getToken();
        attempt.end(null, new IOException("Stream closed before a reply was received"));
        assertThat(attempt.future().join())
                .isEqualTo(new Unknown(
                        Unknown.Cause.CONNECTION_LOST, "IOException: Stream closed before a reply was received"));
    }

    @Test
    void anErrorInOurOwnCodeCompletesTheFutureToo() {
        Attempt attempt = attempt(Rig.request());
        attempt.end(null, new IOException() {
            @Override
            public String getMessage() {
                throw new NoClassDefFoundError("test");
            }
        });
        assertThat(attempt.future()).isCompletedExceptionally();
        assertThat(deadlines.size()).isZero();
    }

    @Test
    void foreignExceptionsShowNoMessage() {
        PushResponse read = Failures.read(new IllegalStateException(Rig.TOKEN), true);
        assertThat(read).isEqualTo(new Unknown(Unknown.Cause.CONNECTION_LOST, "IllegalStateException"));
    }

    @Test
    void anAbandonedAttemptLetsGoOfItsPayload() {
        Attempt attempt = attempt(Rig.request());
        timeOut(attempt);
        assertThatThrownBy(attempt::getToken).hasNoCause().hasMessageContaining("timed out");
        assertThatThrownBy(attempt::getPayload).isInstanceOf(RuntimeException.class);
        assertThat(attempt.toString()).isEqualTo("Attempt[abandoned, ABANDONED]");
    }

    @Test
    void showsNeitherTokenNorPayload() {
        Attempt attempt = attempt(Rig.request());
        assertThat(attempt.toString()).doesNotContain(Rig.TOKEN, "Hello", "world");
    }
}
