package dev.notifykit.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The detector that the other tests rely on detects. */
class NoLeaksTest {

    @Test
    void whatIsForgottenIsFound() {
        NoLeaks leaks = new NoLeaks();
        leaks.begin();
        assertThat(forget()).isEqualTo(100);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!leaks.look() && System.nanoTime() - deadline < 0) {
            Thread.onSpinWait();
        }
        assertThat(leaks.end()).anyMatch(text -> text.contains("LEAK"));
    }

    private static int forget() {
        ByteBuf forgotten = PooledByteBufAllocator.DEFAULT.buffer(100);
        return forgotten.writeZero(100).readableBytes();
    }
}
