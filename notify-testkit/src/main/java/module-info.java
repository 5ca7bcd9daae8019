/**
 * Simulators of APNs and FCM that speak real HTTP/2 over TLS, for tests of push code. Depends on no other NotifyKit module, so that
 * it can test any client.
 */
module dev.notifykit.testkit {
    requires com.google.gson;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.codec.http2;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.transport;
    requires jdk.httpserver;
    requires org.slf4j;
    requires static transitive org.jspecify;

    exports dev.notifykit.testkit;
    exports dev.notifykit.testkit.credentials;
    exports dev.notifykit.testkit.journal;
    exports dev.notifykit.testkit.reply;
}
