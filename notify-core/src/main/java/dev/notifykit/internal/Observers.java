package dev.notifykit.internal;

import dev.notifykit.internal.lane.DeadTokenGuard;
import dev.notifykit.internal.lane.Journey;
import dev.notifykit.internal.work.Traces;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.observe.DedupEvent;
import dev.notifykit.observe.PushListener;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.RequestId;
import dev.notifykit.result.SendResult;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the listeners, on a thread of their own. Without listeners it costs nothing. */
final class Observers implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Observers.class);

    /** Close returns within a second after its grace, whatever a listener does. */
    private static final long CLOSE_MILLIS = 300;

    private final List<PushListener> listeners;
    private final BlockingQueue<Consumer<PushListener>> events;
    private final AtomicLong missed = new AtomicLong();
    private final @Nullable Thread thread;
    private volatile boolean closed;

    Observers(List<PushListener> listeners) {
        this.listeners = List.copyOf(listeners);
        events = new ArrayBlockingQueue<>(listeners.isEmpty() ? 1 : PushListener.QUEUE_LIMIT);
        if (listeners.isEmpty()) {
            thread = null;
        } else {
            thread = new Thread(this::deliver, "notify-listener");
            thread.setDaemon(true);
            thread.start();
        }
    }

    void attempt(LaneKey lane, Journey journey, PushResponse response) {
        if (!listeners.isEmpty()) {
            RequestId id = journey.id();
            int attempt = Math.max(1, journey.attempts());
            offer(listener -> listener.onAttempt(lane, id, attempt, response));
        }
    }

    void result(LaneKey lane, RequestId id, SendResult result) {
        if (!listeners.isEmpty()) {
            offer(listener -> listener.onResult(lane, id, result));
        }
    }

    void dedup(MessageId message, DedupEvent event) {
        if (!listeners.isEmpty()) {
            offer(listener -> listener.onDedup(message, event));
        }
    }

    void tokenDead(DeadTokenGuard.Verdict verdict) {
        if (!listeners.isEmpty()) {
            offer(listener -> listener.onTokenDead(verdict.target(), verdict.response(), verdict.attemptAt()));
        }
    }

    private void offer(Consumer<PushListener> event) {
        if (!events.offer(event)) {
            missed.incrementAndGet();
        }
    }

    private void deliver() {
        try {
            while (!closed || !events.isEmpty()) {
                Consumer<PushListener> event = events.poll(100, TimeUnit.MILLISECONDS);
                long gone = missed.getAndSet(0);
                if (gone > 0) {
                    tell(listener -> listener.onMissed(gone));
                }
                if (event != null) {
                    tell(event);
                }
            }
        } catch (InterruptedException end) {
            log.debug("the listeners' thread was told to end");
        }
    }

    private void tell(Consumer<PushListener> event) {
        for (PushListener listener : listeners) {
            try {
                event.accept(listener);
            } catch (RuntimeException | Error e) {
                log.warn("a listener failed: {}", Traces.of(e));
            }
        }
    }

    /** Delivers what is queued, unless a listener blocks, and ends. */
    @Override
    public void close() {
        closed = true;
        if (thread == null || thread.equals(Thread.currentThread())) {
            return;
        }
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
