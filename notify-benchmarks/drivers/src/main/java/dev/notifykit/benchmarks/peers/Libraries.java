package dev.notifykit.benchmarks.peers;

import io.netty.handler.ssl.OpenSsl;
import okhttp3.OkHttp;

/** What the peers stand on, for the report. */
final class Libraries {

    private Libraries() {}

    static String apns() {
        return "pushy " + jarVersion("com.eatthepath.pushy.apns.ApnsClient") + ", netty "
                + jarVersion("io.netty.handler.ssl.SslHandler") + ", "
                + (OpenSsl.isAvailable() ? "native TLS (" + OpenSsl.versionString() + ")" : "TLS of the JDK");
    }

    static String http2() {
        return "netty " + jarVersion("io.netty.handler.ssl.SslHandler") + ", "
                + (OpenSsl.isAvailable() ? "native TLS (" + OpenSsl.versionString() + ")" : "TLS of the JDK");
    }

    static String fcm() {
        return "OkHttp " + OkHttp.VERSION + ", TLS of the JDK";
    }

    static String redis() {
        return "Jedis " + jarVersion("redis.clients.jedis.RedisClient");
    }

    /** From the name of the jar: its manifest does not say. */
    private static String jarVersion(String type) {
        try {
            String jar = Class.forName(type)
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .getPath();
            return jar.replaceAll(".*-([0-9][^/]*)\\.jar", "$1");
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
