package dev.notifykit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.PushClient;
import dev.notifykit.message.Message;
import dev.notifykit.push.ProviderId;
import dev.notifykit.result.MessageResult;
import dev.notifykit.result.SendResult.Suppressed;
import dev.notifykit.testing.FakePushService;
import dev.notifykit.testing.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A process dies while it says something, and another says the same: {@code docs/faults.md}, 3 and 4. */
@Timeout(300)
class DyingMessageTest {

    @TempDir
    Path dir;

    private final FakePushService apns = FakePushService.create(ProviderId.APNS);

    @ParameterizedTest
    @EnumSource(names = {"CLAIMED", "BEFORE_ATTEMPT", "ANSWERED"})
    void whatDiesBeforeItIsConfirmedIsSaidByAnother(Stage last) throws Exception {
        MessageResult result = afterADeathAt(last);

        assertThat(result.accepted()).isTrue();
        assertThat(apns.requests()).hasSize(1);
    }

    @Test
    void whatDiesAfterThatIsNotSaidAgain() throws Exception {
        MessageResult result = afterADeathAt(Stage.CLAIM_ENDED);

        assertThat(result.stopped()).isEqualTo(new Suppressed(Suppressed.Why.DUPLICATE));
        assertThat(apns.requests()).isEmpty();
    }

    private MessageResult afterADeathAt(Stage last) throws Exception {
        try (RedisServer redis = RedisServer.start(dir.resolve("redis"))) {
            assertThat(run(redis.port(), last)).isEqualTo(DyingChild.DEAD);
            Message event = DyingChild.event();
            try (PushClient client = DyingChild.client(redis.port(), apns).build()) {
                return client.send(event).join();
            }
        }
    }

    private static int run(int redisPort, Stage last) throws IOException, InterruptedException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                DyingChild.class.getName(),
                Integer.toString(redisPort),
                last.name());
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
