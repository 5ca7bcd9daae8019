package dev.notifykit.benchmarks;

import dev.notifykit.benchmarks.peers.ApnsRoad;
import dev.notifykit.benchmarks.peers.DedupRoad;
import dev.notifykit.benchmarks.peers.FcmHttp2Road;
import dev.notifykit.benchmarks.peers.FcmOkHttpRoad;
import dev.notifykit.benchmarks.peers.MemoryFanOut;
import dev.notifykit.benchmarks.peers.PooledJedis;
import dev.notifykit.benchmarks.peers.QueueWorker;
import dev.notifykit.benchmarks.peers.RawOkHttp;
import dev.notifykit.benchmarks.peers.RawPushy;
import dev.notifykit.benchmarks.peers.RedisFanOut;
import dev.notifykit.benchmarks.peers.SubmitLists;
import dev.notifykit.benchmarks.peers.SubmitOnes;

/** Who is measured, how much it sends in a run, and how much before the first that counts. */
enum Client {
    RAW_PUSHY("raw pushy", "apns", RawPushy.class.getName(), 70_000, 400_000),
    APNS_ROAD("our APNs road", "apns", ApnsRoad.class.getName(), 70_000, 400_000),
    RAW_OKHTTP("raw OkHttp", "fcm", RawOkHttp.class.getName(), 20_000, 100_000),
    FCM_ROAD("our FCM road on OkHttp", "fcm", FcmOkHttpRoad.class.getName(), 20_000, 100_000),
    FCM_HTTP2_ROAD("our FCM road on notify-http2", "fcm", FcmHttp2Road.class.getName(), 40_000, 200_000),
    FIREBASE_ADMIN("firebase-admin sendEach", "fcm", "dev.notifykit.benchmarks.firebase.FirebaseAdmin", 8_000, 60_000),
    POOLED_JEDIS("one EVALSHA, pooled Jedis", "dedup", PooledJedis.class.getName(), 200_000, 600_000),
    DEDUP_ROAD("our claim and confirm", "dedup", DedupRoad.class.getName(), 400_000, 1_200_000),
    MEMORY_FAN_OUT("fan-out in memory", "progress", MemoryFanOut.class.getName(), 200_000, 1_000_000),
    REDIS_FAN_OUT("fan-out in Redis", "progress", RedisFanOut.class.getName(), 200_000, 1_000_000),
    SUBMIT_LISTS("submitted in lists of 100, 4 threads", "submit", SubmitLists.class.getName(), 100_000, 300_000),
    SUBMIT_ONES("submitted one by one, 32 threads", "submit", SubmitOnes.class.getName(), 50_000, 150_000),
    QUEUE_WORKER("worked on", "submit", QueueWorker.class.getName(), 100_000, 300_000);

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

    int warmUp() {
        return warmUp;
    }
}
