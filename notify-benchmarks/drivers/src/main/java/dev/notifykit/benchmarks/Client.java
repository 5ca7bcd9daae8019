package dev.notifykit.benchmarks;

import dev.notifykit.benchmarks.peers.ApnsRoad;
import dev.notifykit.benchmarks.peers.BareNetty;
import dev.notifykit.benchmarks.peers.DedupRoad;
import dev.notifykit.benchmarks.peers.FcmFanOut;
import dev.notifykit.benchmarks.peers.FcmHttp2Road;
import dev.notifykit.benchmarks.peers.FcmOkHttpRoad;
import dev.notifykit.benchmarks.peers.FedNetty;
import dev.notifykit.benchmarks.peers.MemoryFanOut;
import dev.notifykit.benchmarks.peers.MixedMemoryFanOut;
import dev.notifykit.benchmarks.peers.MixedRedisFanOut;
import dev.notifykit.benchmarks.peers.PooledJedis;
import dev.notifykit.benchmarks.peers.QueueWorker;
import dev.notifykit.benchmarks.peers.RawOkHttp;
import dev.notifykit.benchmarks.peers.RawPushy;
import dev.notifykit.benchmarks.peers.RedisFanOut;
import dev.notifykit.benchmarks.peers.SubmitLists;
import dev.notifykit.benchmarks.peers.SubmitOnes;
import java.util.Locale;

/** Who is measured, how much it sends in a run, and how much before the first that counts. */
enum Client {
    RAW_PUSHY("raw pushy", "apns", RawPushy.class.getName(), 70_000, 400_000),
    APNS_ROAD("our APNs road", "apns", ApnsRoad.class.getName(), 70_000, 400_000),
    APNS_FAN_OUT("our APNs fan-out", "apns", MemoryFanOut.class.getName(), 70_000, 400_000),
    RAW_OKHTTP("raw OkHttp", "fcm", RawOkHttp.class.getName(), 20_000, 100_000),
    FCM_ROAD("our FCM road on OkHttp", "fcm", FcmOkHttpRoad.class.getName(), 20_000, 100_000),
    FCM_HTTP2_ROAD("our FCM road on notify-http2", "fcm", FcmHttp2Road.class.getName(), 70_000, 600_000),
    FCM_FAN_OUT("our FCM fan-out on notify-http2", "fcm", FcmFanOut.class.getName(), 70_000, 600_000),
    BARE_NETTY("bare netty loop", "fcm", BareNetty.class.getName(), 70_000, 600_000),
    FED_NETTY("netty fed by a thread", "fcm", FedNetty.class.getName(), 70_000, 600_000),
    FIREBASE_ADMIN("firebase-admin sendEach", "fcm", "dev.notifykit.benchmarks.firebase.FirebaseAdmin", 8_000, 60_000),
    POOLED_JEDIS("one EVALSHA, pooled Jedis", "dedup", PooledJedis.class.getName(), 200_000, 600_000),
    DEDUP_ROAD("our claim and confirm", "dedup", DedupRoad.class.getName(), 400_000, 1_200_000),
    MEMORY_FAN_OUT("fan-out in memory", "progress", MemoryFanOut.class.getName(), 200_000, 1_000_000),
    REDIS_FAN_OUT("fan-out in Redis", "progress", RedisFanOut.class.getName(), 200_000, 1_000_000),
    MIXED_MEMORY("progress in memory", "mixed", MixedMemoryFanOut.class.getName(), 0, 400_000),
    MIXED_REDIS("progress in Redis", "mixed", MixedRedisFanOut.class.getName(), 0, 400_000),
    MIXED_REDIS_TWO("progress in Redis, two instances", "mixed", MixedRedisFanOut.class.getName(), 0, 400_000),
    SUBMIT_LISTS("submitted in lists of 100, 4 threads", "submit", SubmitLists.class.getName(), 100_000, 300_000),
    SUBMIT_ONES("submitted one by one, 32 threads", "submit", SubmitOnes.class.getName(), 50_000, 150_000),
    QUEUE_WORKER("worked on", "submit", QueueWorker.class.getName(), 100_000, 300_000);

    private static final int WINDOWS = 20;

    private final String label;
    private final String vendor;
    private final String peerClass;
    private final int messages;
    private final int warmUp;

    Client(String label, String vendor, String peerClass, int messages, int warmUp) {
        this.label = label;
        this.vendor = vendor;
        this.peerClass = peerClass;
        this.messages = messages;
        this.warmUp = warmUp;
    }

    /** As the command line names it. */
    static Client named(String word) {
        for (Client client : values()) {
            if (client.word().equals(word)) {
                return client;
            }
        }
        throw new IllegalArgumentException(word + ": no peer is called so");
    }

    /** Its name on the command line and in results. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String label() {
        return label;
    }

    String vendor() {
        return vendor;
    }

    String peerClass() {
        return peerClass;
    }

    String classPath() {
        return this == FIREBASE_ADMIN ? ClassPaths.firebaseAdmin() : ClassPaths.own();
    }

    int messages() {
        return messages;
    }

    /** The same, but at least twenty times what is in flight: the beginning and the end of a run are slower than the rest. */
    int messages(int inFlight) {
        return this == FIREBASE_ADMIN ? messages : Math.max(messages, WINDOWS * inFlight);
    }

    int warmUp() {
        return warmUp;
    }
}
