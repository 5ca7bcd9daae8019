package dev.notifykit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.ApnsClientBuilder;
import com.eatthepath.pushy.apns.PushNotificationResponse;
import com.eatthepath.pushy.apns.auth.ApnsSigningKey;
import com.eatthepath.pushy.apns.util.SimpleApnsPushNotification;
import dev.notifykit.testkit.client.Eventually;
import dev.notifykit.testkit.junit.NotifyKitExtension;
import dev.notifykit.testkit.reply.Reply;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pushy as it comes, without ALPN, is served. */
class RawPushyTest {
    private static final String TOKEN = "ab".repeat(32);
    /** Shared: a client that has to close its own waits two seconds for it. */
    private static final EventLoopGroup LOOPS = new NioEventLoopGroup(1, new DefaultThreadFactory("raw-pushy"));

    @RegisterExtension
    final NotifyKitExtension kit =
            NotifyKitExtension.builder().allowThreads("raw-pushy").build();

    private ApnsSimulator apns;
    private ApnsClient client;

    @AfterAll
    static void stopLoops() {
        LOOPS.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @BeforeEach
    void start() throws Exception {
        apns = kit.apns();
        client = client(apns, "TESTTEAM01");
    }

    @AfterEach
    void stop() throws Exception {
        client.close().get(60, TimeUnit.SECONDS);
    }

    @Test
    void acceptsAndJournals() throws Exception {
        SimpleApnsPushNotification push = push(TOKEN);

        PushNotificationResponse<?> response = send(push);

        assertThat(response.isAccepted()).isTrue();
        assertThat(response.getApnsId()).isEqualTo(push.getApnsId());
        assertThat(apns.journal().count(push.getApnsId().toString())).isEqualTo(1);
        assertThat(apns.journal().accepted()).isEqualTo(1);
    }

    @Test
    void scriptedRepliesComeInOrder() throws Exception {
        Instant since = Instant.ofEpochMilli(1_700_000_000_000L);
        apns.script(TOKEN, Reply.unavailable(), Reply.status(418, "TeapotOfTomorrow"), Reply.unregistered(since));

        PushNotificationResponse<?> first = send(push(TOKEN));
        PushNotificationResponse<?> second = send(push(TOKEN));
        PushNotificationResponse<?> third = send(push(TOKEN));

        assertThat(first.getStatusCode()).isEqualTo(503);
        assertThat(first.getRejectionReason()).contains("ServiceUnavailable");
        assertThat(second.getStatusCode()).isEqualTo(418);
        assertThat(second.getRejectionReason()).contains("TeapotOfTomorrow");
        assertThat(third.getStatusCode()).isEqualTo(410);
        assertThat(third.getRejectionReason()).contains("Unregistered");
        assertThat(third.getTokenInvalidationTimestamp()).contains(since);
        assertThat(apns.journal().accepted()).isZero();
    }

    @Test
    void scriptsKnowATokenInEitherCase() throws Exception {
        apns.script(TOKEN.toUpperCase(Locale.ROOT), Reply.throttled());

        assertThat(send(push(TOKEN)).getStatusCode()).isEqualTo(429);
        assertThat(send(push(TOKEN.toUpperCase(Locale.ROOT))).getStatusCode()).isEqualTo(429);
    }

    /** Pushy gives up everything in flight at GOAWAY; the provider has it all the same. */
    @Test
    void goAwayLeavesPushyInTheDark() throws Exception {
        apns.answerAll(Reply.ok().after(Duration.ofMinutes(1)));
        SimpleApnsPushNotification push = push(TOKEN);
        CompletableFuture<?> sent = client.sendNotification(push);
        Eventually.holds(() -> apns.traffic().inFlight() == 1);

        apns.goAway(true);

        assertThat(sent)
                .failsWithin(Duration.ofSeconds(60))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(IOException.class);
        Eventually.holds(() -> apns.journal().count(push.getApnsId().toString()) == 1);
        apns.answerByShares();
        assertThat(send(push).isAccepted()).isTrue();
        assertThat(apns.journal().duplicates()).isEqualTo(1);
    }

    /** Pushy sends a refused stream again by itself, at once. */
    @Test
    void aRefusedStreamIsSentAgain() throws Exception {
        apns.script(TOKEN, Reply.reset(7), Reply.reset(7), Reply.ok());

        assertThat(send(push(TOKEN)).isAccepted()).isTrue();
        assertThat(apns.traffic().requests()).isEqualTo(3);
        assertThat(apns.journal().accepted()).isEqualTo(1);
    }

    @Test
    void aKeyOfAnotherTeamIsRefused() throws Exception {
        ApnsClient stranger = client(apns, "OTHERTEAM1");
        try {
            PushNotificationResponse<?> response =
                    stranger.sendNotification(push(TOKEN)).get(60, TimeUnit.SECONDS);

            assertThat(response.getRejectionReason()).contains("InvalidProviderToken");
        } finally {
            stranger.close().get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void manyAtOnce() throws Exception {
        apns.answerAll(Reply.ok().after(Duration.ofMillis(20)));
        List<CompletableFuture<?>> sends = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            sends.add(client.sendNotification(push("%064x".formatted(i))));
        }
        CompletableFuture.allOf(sends.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);

        assertThat(apns.journal().distinctIds()).isEqualTo(2_000);
        assertThat(apns.journal().duplicates()).isZero();
        assertThat(apns.traffic().maxConcurrentStreams()).isBetween(2, 1_000);
    }

    private PushNotificationResponse<?> send(SimpleApnsPushNotification push) throws Exception {
        return client.sendNotification(push).get(60, TimeUnit.SECONDS);
    }

    private static ApnsClient client(ApnsSimulator apns, String teamId) throws Exception {
        byte[] p8 = apns.signingKey().p8().getBytes(StandardCharsets.UTF_8);
        ApnsSigningKey key = ApnsSigningKey.loadFromInputStream(
                new ByteArrayInputStream(p8), teamId, apns.signingKey().keyId());
        return new ApnsClientBuilder()
                .setApnsServer(apns.host(), apns.port())
                .setTrustedServerCertificateChain(apns.trustedCertificate())
                .setSigningKey(key)
                .setEventLoopGroup(LOOPS)
                .setGracefulShutdownTimeout(Duration.ofMillis(100))
                .build();
    }

    private static SimpleApnsPushNotification push(String token) {
        return new SimpleApnsPushNotification(
                token,
                "com.acme.app",
                "{\"aps\":{\"alert\":\"hello\"}}",
                Instant.now().plusSeconds(60),
                com.eatthepath.pushy.apns.DeliveryPriority.IMMEDIATE,
                com.eatthepath.pushy.apns.PushType.ALERT,
                null,
                UUID.randomUUID());
    }
}
