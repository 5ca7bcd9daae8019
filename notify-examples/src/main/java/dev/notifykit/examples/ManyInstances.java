package dev.notifykit.examples;

import dev.notifykit.PushClient;
import dev.notifykit.push.PushService;
import dev.notifykit.redis.RedisConfig;
import dev.notifykit.redis.RedisStores;
import java.util.function.Supplier;

/** What a host writes so that its instances share the work; shown in the README and in docs/redis.md. */
final class ManyInstances {

    private ManyInstances() {}

    /** A Redis in a network of one's own. */
    static PushClient client(PushService apns, PushService fcm) {
        PushClient client = PushClient.builder()
                .app("com.acme.app", apns, fcm)
                .stores(RedisStores.connect(
                        RedisConfig.single("redis.example", 6379).build()))
                .build();
        return client;
    }

    /** One that is reached through a network of others. */
    static RedisStores protectedStores(Supplier<char[]> password) {
        RedisStores stores = RedisStores.connect(RedisConfig.single("redis.example", 6379)
                .user("notifykit")
                .password(password)
                .tls()
                .build());
        return stores;
    }
}
