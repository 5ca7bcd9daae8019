package dev.notifykit.http2;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** Fails a test class after which buffers are found that nobody has released. Netty only logs what it finds, when it takes the next buffer. */
final class NoLeaks implements BeforeAllCallback, AfterAllCallback {

    private static final int ROUNDS = 5;

    private final Queue<String> found = new ConcurrentLinkedQueue<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            found.add(event.getFormattedMessage());
        }
    };

    @Override
    public void beforeAll(ExtensionContext context) {
        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
        begin();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        List<String> leaks = end();
        assertThat(leaks).isEmpty();
    }

    void begin() {
        Logger logger = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);
        appender.setContext(logger.getLoggerContext());
        appender.start();
        logger.addAppender(appender);
    }

    /** What was found since the beginning. */
    List<String> end() {
        for (int i = 0; i < ROUNDS; i++) {
            look();
        }
        ((Logger) LoggerFactory.getLogger(ResourceLeakDetector.class)).detachAppender(appender);
        return List.copyOf(found);
    }

    boolean look() {
        System.gc();
        PooledByteBufAllocator.DEFAULT.buffer(1).release();
        return !found.isEmpty();
    }
}
