package dev.notifykit.fcm;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import dev.notifykit.push.Notification;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.Target;
import dev.notifykit.testkit.FcmReplies;
import dev.notifykit.testkit.reply.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Tokens, payloads and keys stay where they belong, whatever goes wrong. */
class SecretsTest {

    private static final String TITLE = "Title-that-is-secret";
    private static final String DATA = "data-that-is-secret";

    private final ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();

    private final class Lines extends AppenderBase<ILoggingEvent> {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getLoggerName() + " " + event.getFormattedMessage() + " " + event.getMDCPropertyMap());
            for (IThrowableProxy t = event.getThrowableProxy(); t != null; t = t.getCause()) {
                lines.add(t.getClassName() + ": " + t.getMessage());
            }
        }
    }

    /** OkHttp and google-auth log through java.util.logging; a host may bridge it at any level. */
    private final class JdkLines extends Handler {
        @Override
        public void publish(LogRecord record) {
            lines.add(record.getLoggerName() + " " + record.getMessage() + " " + Arrays.toString(record.getParameters())
                    + " " + record.getThrown());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @Test
    void nothingLeaks() {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        java.util.logging.Logger jdk = java.util.logging.Logger.getLogger("");
        Level before = root.getLevel();
        java.util.logging.Level jdkBefore = jdk.getLevel();
        Lines appender = new Lines();
        JdkLines handler = new JdkLines();
        appender.setContext(root.getLoggerContext());
        appender.start();
        root.addAppender(appender);
        jdk.addHandler(handler);
        List<String> secrets = new ArrayList<>(List.of(Rig.TOKEN, TITLE, DATA, "PRIVATE KEY"));
        try {
            root.setLevel(Level.DEBUG);
            jdk.setLevel(java.util.logging.Level.FINE);
            root.detachAppender("STDOUT");
            allSortsOfTrouble(secrets);
        } finally {
            jdk.setLevel(jdkBefore);
            jdk.removeHandler(handler);
            root.setLevel(before);
            root.detachAppender(appender);
        }
        assertThat(lines).anyMatch(l -> l.startsWith("dev.notifykit.fcm.AccessTokens"));
        for (String secret : secrets) {
            assertThat(lines).noneMatch(l -> l.contains(secret));
        }
    }

    private void allSortsOfTrouble(List<String> secrets) {
        PushRequest request = PushRequest.of(
                Target.fcm("com.acme.app", Rig.TOKEN),
                Notification.builder().title(TITLE).data("key", DATA).build());
        try (Rig rig = Rig.start(s -> s, b -> b.attemptTimeout(Duration.ofSeconds(1)))) {
            rig.oauth().fail(503, "backend_error", 1);
            rig.push(request);
            rig.oauth().fail(400, "invalid_grant", 1);
            Rig.until("accepted", () -> rig.push(request) instanceof PushResponse.Accepted);
            String bearer = rig.fcm.requests().get(0).header("authorization");
            secrets.add(bearer.substring("Bearer ".length()));
            secrets.add(rig.fcm.serviceAccounts().get(0).privateKeyId());
            for (Reply reply : List.of(
                    FcmReplies.error(400, "INVALID_ARGUMENT", "bad token " + Rig.TOKEN + " for " + TITLE),
                    FcmReplies.badField("message.data[0].value", DATA),
                    FcmReplies.deviceQuotaExceeded(Rig.TOKEN),
                    FcmReplies.error("UNREGISTERED"),
                    FcmReplies.withoutFcmError(403, "PERMISSION_DENIED", Rig.TOKEN),
                    Reply.raw(500, "<html>" + Rig.TOKEN + "</html>"),
                    Reply.reset(2),
                    Reply.drop(),
                    Reply.goAway(),
                    Reply.silence(),
                    FcmReplies.withoutFcmError(401, "UNAUTHENTICATED", Rig.TOKEN))) {
                rig.fcm.answerAll(reply);
                PushResponse response = rig.push(request);
                lines.add(response.toString());
            }
            lines.add(String.valueOf(rig.service.check(request)));
            lines.add(rig.service.toString());
            PushRequest tooLarge = PushRequest.of(
                    request.target(),
                    Notification.builder()
                            .title(TITLE)
                            .data("key", DATA.repeat(1_000))
                            .build());
            lines.add(String.valueOf(rig.service.check(tooLarge)));
        }
    }
}
