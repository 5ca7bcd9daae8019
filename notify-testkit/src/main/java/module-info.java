/**
 * For tests of push code: simulators of APNs and FCM that speak real HTTP/2 over TLS, contracts for every SPI, a fault proxy, and a
 * JUnit 5 extension. The simulators and the proxy know nothing of NotifyKit, so that they can test any client.
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
    requires transitive dev.notifykit.core;
    requires transitive org.junit.jupiter.api;
    requires static transitive org.jspecify;

    exports dev.notifykit.testkit;
    exports dev.notifykit.testkit.contract;
    exports dev.notifykit.testkit.credentials;
    exports dev.notifykit.testkit.fault;
    exports dev.notifykit.testkit.journal;
    exports dev.notifykit.testkit.junit;
    exports dev.notifykit.testkit.reply;
}
