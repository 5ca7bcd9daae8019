package dev.notifykit.examples;

import dev.notifykit.PushClient;
import dev.notifykit.PushClientBuilder;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.DedupSettings;
import dev.notifykit.message.Message;
import dev.notifykit.message.Recipient;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushService;
import dev.notifykit.push.Target;
import dev.notifykit.redis.RedisConfig;
import dev.notifykit.redis.RedisSettings;
import dev.notifykit.redis.RedisStores;
import dev.notifykit.testing.FakePushService;
import dev.notifykit.testing.Stage;
import java.time.Duration;

/** A host in a process of its own that says something, and dies on the way. Arguments: the port of Redis, the stage at which it dies. */
final class DyingChild {

    static final int DEAD = 9;

    private DyingChild() {}

    public static void main(String[] args) {
        Stage last = Stage.valueOf(args[1]);
        PushClient client = client(Integer.parseInt(args[0]), FakePushService.create(ProviderId.APNS))
                .stageProbe(stage -> {
                    if (stage == last) {
                        Runtime.getRuntime().halt(DEAD);
                    }
                })
                .build();
        client.send(event()).join();
    }

    static PushClientBuilder client(int redisPort, PushService service) {
        return PushClient.builder()
                .app("app", service)
                .stores(RedisStores.connect(RedisConfig.single("127.0.0.1", redisPort)
                        .settings(RedisSettings.builder()
                                .timeout(Duration.ofSeconds(30)) // a JVM may take its time to get going
                                .build())
                        .build()))
                .dedup(DedupSettings.builder().lease(Duration.ofSeconds(4)).build());
    }

    static Message event() {
        return Message.builder(Recipient.device(Target.apns("app", "ab".repeat(32))), Notification.alert("Goal", "1:0"))
                .dedupKey(DedupKey.of("match-7:goal-1"))
                .build();
    }
}
