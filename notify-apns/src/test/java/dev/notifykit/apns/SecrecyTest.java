package dev.notifykit.apns;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.notifykit.push.Notification;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.Target;
import dev.notifykit.testkit.reply.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** No token, payload or key in any line that is logged at DEBUG, by us or below us, nor in what answers say. */
class SecrecyTest {

    private static final class Capture extends AppenderBase<ILoggingEvent> {
        private final Queue<String> lines = new ConcurrentLinkedQueue<>();

        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getLoggerName() + " " + event.getFormattedMessage() + " "
                    + (event.getThrowableProxy() == null
                            ? ""
                            : ThrowableProxyUtil.asString(event.getThrowableProxy())));
        }
    }

    private static final ApnsChannel CHANNEL = new ApnsChannel("U2VjcmV0Q2hhbm5lbA==", ApnsChannel.Storage.LATEST);

    @Test
    void nothingSecretIsSaid() throws Exception {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        Map<Logger, Level> before = new HashMap<>();
        Capture capture = new Capture();
        capture.setContext(context);
        capture.start();
        for (String name : List.of("dev.notifykit", "com.eatthepath", "com.eatthepath.pushy", "io.netty")) {
            Logger logger = context.getLogger(name);
            before.put(logger, logger.getLevel());
            logger.setLevel(Level.DEBUG);
            logger.setAdditive(false);
        }
        before.keySet().forEach(logger -> logger.addAppender(capture));
        try {
            List<String> said = new ArrayList<>(provoke());
            assertThat(capture.lines).as("it was listened").anyMatch(l -> l.contains("Connections to APNs replaced"));
            assertThat(capture.lines).anyMatch(l -> l.startsWith("com.eatthepath.pushy"));
            said.addAll(capture.lines);
            assertThat(said)
                    .allSatisfy(line -> assertThat(line)
                            .doesNotContainIgnoringCase(Rig.TOKEN.substring(0, 16))
                            .doesNotContain("SecretTitle", "SecretBody", "SecretData", "bearer", "PRIVATE KEY")
                            .doesNotContain("SecretState", CHANNEL.id()));
        } finally {
            before.forEach((logger, level) -> {
                logger.detachAppender(capture);
                logger.setLevel(level);
                logger.setAdditive(true);
            });
            root.setLevel(Level.WARN);
        }
    }

    private static List<String> provokeOnAChannel(Rig rig) {
        List<String> said = new ArrayList<>();
        LiveActivity update = LiveActivity.update("{\"state\":\"SecretState\"}").build();
        Notification n = Notification.builder()
                .title("SecretTitle")
                .options(ApnsOptions.builder().liveActivity(update).build())
                .build();
        Target target = Target.apns(Rig.APP, CHANNEL.address());
        for (Reply reply : List.of(Reply.drop(), Reply.status(400, "BadChannelId"), Reply.raw(400, "oops"))) {
            rig.apns().script(CHANNEL.id(), reply);
            said.add(rig.push(PushRequest.of(target, n)).toString());
            said.add(Rig.await(rig.service().channels(Rig.APP).read(CHANNEL.id()))
                    .toString());
        }
        said.add(Rig.await(rig.service().channels(Rig.APP).list()).toString());
        said.add(rig.service()
                .check(PushRequest.of(Target.apns(Rig.APP, CHANNEL.address() + " "), n))
                .toString());
        return said;
    }

    private static List<String> provoke() throws Exception {
        List<String> said = new ArrayList<>();
        try (Rig rig = Rig.start(b -> b, b -> b.attemptTimeout(Duration.ofMillis(300)))) {
            Notification secret = Notification.builder()
                    .title("SecretTitle")
                    .body("SecretBody")
                    .data("key", "SecretData")
                    .build();
            PushRequest request = PushRequest.of(Target.apns(Rig.APP, Rig.TOKEN), secret);
            said.add(rig.service().toString());
            List<Reply> replies = List.of(
                    Reply.ok(),
                    Reply.unregistered(Instant.EPOCH),
                    Reply.status(400, "BadTopic"),
                    Reply.unavailable(),
                    Reply.raw(400, "oops"),
                    Reply.bodyless(503),
                    Reply.drop(),
                    Reply.goAway(),
                    Reply.reset(2),
                    Reply.silence(),
                    Reply.status(403, "ExpiredProviderToken"),
                    Reply.ok());
            for (Reply reply : replies) {
                rig.apns().script(Rig.TOKEN, reply);
                said.add(rig.push(request).toString());
                said.add(rig.push(OwnWire.beyondPushy(request)).toString());
            }
            rig.apns().script(Rig.TOKEN, Reply.status(403, "ExpiredProviderToken"));
            Rig.until(
                    () -> { // the first may find no connection in time
                        said.add(rig.push(request).toString());
                        said.add(rig.push(OwnWire.beyondPushy(request)).toString());
                        return rig.service().generation() > 0 && rig.service().generationBeyondPushy() > 0;
                    });
            said.addAll(provokeOnAChannel(rig));
            said.add(rig.push(PushRequest.of(Target.apns(Rig.APP, Rig.TOKEN + "/"), secret))
                    .toString());
            said.add(rig.push(Rig.request(
                            secret.toBuilder().body("SecretBody".repeat(500)).build()))
                    .toString());
            said.add(rig.push(Rig.request(
                            secret.toBuilder().body("SecretBody \ud83d").build()))
                    .toString());
        }
        return said;
    }
}
