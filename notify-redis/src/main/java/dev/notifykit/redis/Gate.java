package dev.notifykit.redis;

import dev.notifykit.store.StoresState;
import dev.notifykit.store.StoresUnavailableException;
import dev.notifykit.store.StoresUnfitException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets nobody use a Redis before it was looked at, and knows afterwards how it is. Once open it stays open: what goes wrong later is for
 * the calls to find out, and for {@link #state()} to tell. Those who come at the same time wait for one look; it is taken on a thread of its
 * own, so that whoever asks for the state waits no longer than the settings say.
 *
 * <p>Thread-safe.
 */
final class Gate implements AutoCloseable {

    /** For how long a finding is usually taken for the truth: probes come every few seconds, and a look costs a script, and 5 kB of text from each node. */
    static final Duration FRESH = Duration.ofSeconds(3);

    static final String GONE =
            "the data of this fleet is gone: Redis was emptied, or came back without what it had (restore it; or start the"
                    + " clients anew, and launch again what had not ended)";

    private static final Logger log = LoggerFactory.getLogger(Gate.class);

    private final Look look;
    private final Duration patience;
    private final Duration fresh;
    private final ThreadPoolExecutor thread;
    private final Set<Turn> pending = new HashSet<>();

    private volatile boolean open;
    private boolean closed;
    private @Nullable Turn shared;
    private @Nullable Findings last;
    private long lastNanos;
    private @Nullable String fleet;
    private Set<String> told = Set.of();

    /** A look that somebody waits for. */
    private static final class Turn {

        private final CompletableFuture<Findings> answer = new CompletableFuture<>();
    }

    /** Looks at Redis. */
    interface Look {

        /**
         * Looks.
         *
         * @param join whether the fleet begins with this, if there is none
         */
        Findings take(boolean join);
    }

    /**
     * A gate that is closed.
     *
     * @param patience how long whoever asks for the state waits
     * @param fresh how long a finding is taken for the truth
     */
    Gate(Look look, Duration patience, Duration fresh) {
        this.look = look;
        this.patience = patience;
        this.fresh = fresh;
        thread = new ThreadPoolExecutor(
                1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Threads.named("notify-redis-check"));
        thread.allowCoreThreadTimeOut(true);
    }

    /**
     * Lets the caller pass, after a look if nobody has passed yet.
     *
     * @throws RedisFailure when Redis must not be used, or cannot be asked
     */
    void pass() {
        if (open) {
            return;
        }
        Findings fresh = fresh();
        // An outage may be over, and is not to be taken for granted: the call itself would ask as well.
        Findings found = fresh != null && fresh.outage() == null ? fresh : await(soon(false));
        if (found.admits()) {
            return;
        }
        throw found.refusals().isEmpty() && found.outage() != null
                ? found.outage().again()
                : new RedisFailure(RedisFailure.Kind.UNFIT, String.join("; ", found.refusals()));
    }

    /**
     * Looks at once. If the fleet's data was gone, it begins anew.
     *
     * @throws StoresUnfitException when Redis must not be used
     * @throws StoresUnavailableException when it cannot be asked
     */
    void check() {
        Findings found;
        try {
            found = await(soon(true));
        } catch (RedisFailure closed) {
            throw new StoresUnavailableException(Objects.requireNonNull(closed.getMessage()), closed);
        }
        if (!found.refusals().isEmpty()) {
            throw new StoresUnfitException("this Redis", found.faults());
        }
        if (!found.outages().isEmpty()) {
            throw new StoresUnavailableException(String.join("; ", found.outages()), found.outage());
        }
    }

    /** How Redis is; looks if nobody has done so of late. */
    StoresState state() {
        Findings found = fresh();
        if (found == null) {
            try {
                found = soon(false).get(patience.toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                return fault("Redis has not answered for " + patience.toMillis() + " ms");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return fault("whoever asked Redis was interrupted");
            } catch (ExecutionException e) {
                return fault(Objects.toString(e.getCause()));
            } catch (RedisFailure closed) {
                return fault(Objects.requireNonNull(closed.getMessage()));
            }
        }
        return new StoresState(found.faults(), found.warnings());
    }

    /** Ends its thread, and lets nobody wait. Idempotent. */
    @Override
    public synchronized void close() {
        closed = true;
        thread.shutdownNow();
        List.copyOf(pending).forEach(each -> each.answer.completeExceptionally(closed()));
        pending.clear();
    }

    private static StoresState fault(String fault) {
        return new StoresState(List.of(fault), List.of());
    }

    private static RedisFailure closed() {
        return new RedisFailure(RedisFailure.Kind.CLOSED, "");
    }

    private synchronized @Nullable Findings fresh() {
        return last != null && System.nanoTime() - lastNanos < fresh.toNanos() ? last : null;
    }

    private synchronized CompletableFuture<Findings> soon(boolean anew) {
        if (closed) {
            throw closed();
        }
        if (shared != null && !anew) {
            return shared.answer;
        }
        Turn mine = new Turn();
        pending.add(mine);
        shared = mine;
        thread.execute(() -> look(mine, anew));
        return mine.answer;
    }

    private static Findings await(CompletableFuture<Findings> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RedisFailure failure ? failure.again() : e;
        }
    }

    private void look(Turn turn, boolean anew) {
        try {
            Findings found = note(look.take(begins(anew)), anew);
            forget(turn);
            turn.answer.complete(found);
        } catch (RuntimeException | Error e) {
            forget(turn);
            turn.answer.completeExceptionally(e);
        }
    }

    private synchronized boolean begins(boolean anew) {
        return anew || fleet == null;
    }

    /** Before it is heard: whoever comes after that gets a look of his own. */
    private synchronized void forget(Turn turn) {
        pending.remove(turn);
        if (shared == turn) {
            shared = null;
        }
    }

    private synchronized Findings note(Findings found, boolean anew) {
        if (found.admits()) {
            open = true;
            fleet = fleet == null || anew ? found.fleet() : fleet;
        }
        boolean gone = fleet != null && found.fleet() != null && !fleet.equals(found.fleet());
        Findings noted = gone ? found.with(GONE) : found;
        tell(noted);
        last = noted;
        lastNanos = System.nanoTime();
        return noted;
    }

    /** Each line once, as long as it is so. */
    private void tell(Findings found) {
        List<String> bad = new ArrayList<>(found.refusals());
        found.outages().stream().filter(GONE::equals).forEach(bad::add);
        bad.stream().filter(line -> !told.contains(line)).forEach(line -> log.error("Redis: {}", line));
        Set<String> now = new HashSet<>(bad);
        for (List<String> lines : List.of(found.outages(), found.warnings())) {
            lines.stream()
                    .filter(line -> !told.contains(line) && now.add(line))
                    .forEach(line -> log.warn("Redis: {}", line));
            now.addAll(lines);
        }
        boolean wasBad = last != null && !last.faults().isEmpty();
        if (wasBad && found.faults().isEmpty()) {
            log.info("Redis: all is well again");
        }
        told = now;
    }
}
