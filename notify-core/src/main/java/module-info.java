/** The API, the SPIs, the road of a notification, and an in-memory version of every store. */
module dev.notifykit.core {
    requires transitive org.jspecify;
    requires io.github.resilience4j.circuitbreaker;
    requires org.slf4j;
    requires static java.sql;

    exports dev.notifykit;
    exports dev.notifykit.codec;
    exports dev.notifykit.dedup;
    exports dev.notifykit.device;
    exports dev.notifykit.fanout;
    exports dev.notifykit.lane;
    exports dev.notifykit.limit;
    exports dev.notifykit.message;
    exports dev.notifykit.observe;
    exports dev.notifykit.push;
    exports dev.notifykit.queue;
    exports dev.notifykit.result;
    exports dev.notifykit.retry;
    exports dev.notifykit.store;
    exports dev.notifykit.testing;
    exports dev.notifykit.time;
    exports dev.notifykit.topic;

    uses dev.notifykit.push.ProviderOptionsFormat;
}
