package dev.notifykit.examples;

import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushService;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Accepts everything at once unless it is told to hold, and keeps of each request one bit only: there may be very many. Thread-safe. */
final class OneMomentVendor implements PushService {

    /** What the addresses of those begin with that are due at the moment; a number follows. */
    static final String SCHEDULED = "later-";

    /** What the addresses of all others begin with. */
    static final String OTHER = "now-";

    private final ProviderId provider;
    private final int maxInFlight;
    private final Instant due;
    private final Supplier<Instant> clock;
    private final BitSet seen;
    private final List<CompletableFuture<PushResponse>> held = new ArrayList<>();
    private int holdAfter = Integer.MAX_VALUE;
    private int scheduled;
    private int others;
    private int early;
    private int scheduledBeforeLastOther;

    OneMomentVendor(ProviderId provider, int maxInFlight, int count, Instant due, Supplier<Instant> clock) {
        this.provider = provider;
        this.maxInFlight = maxInFlight;
        this.due = due;
        this.clock = clock;
        seen = new BitSet(count);
    }

    @Override
    public ProviderId provider() {
        return provider;
    }

    @Override
    public int maxInFlight() {
        return maxInFlight;
    }

    @Override
    public synchronized CompletableFuture<PushResponse> push(PushRequest request) {
        String address = request.target().address();
        if (address.startsWith(SCHEDULED)) {
            scheduled++;
            early += clock.get().isBefore(due) ? 1 : 0;
            seen.set(Integer.parseInt(address.substring(SCHEDULED.length())));
        } else {
            others++;
            scheduledBeforeLastOther = scheduled;
        }
        if (scheduled >= holdAfter) {
            CompletableFuture<PushResponse> later = new CompletableFuture<>();
            held.add(later);
            return later;
        }
        return CompletableFuture.completedFuture(accepted());
    }

    private static PushResponse accepted() {
        return new PushResponse.Accepted("ok");
    }

    /** Answers nothing more when so many that were scheduled have come. */
    synchronized void holdAfter(int count) {
        holdAfter = count;
    }

    /** Answers everything. */
    void release() {
        List<CompletableFuture<PushResponse>> all;
        synchronized (this) {
            holdAfter = Integer.MAX_VALUE;
            all = List.copyOf(held);
            held.clear();
        }
        all.forEach(each -> each.complete(accepted()));
    }

    /** Requests to those that are due at the moment. */
    synchronized int scheduled() {
        return scheduled;
    }

    /** To how many of them there was a request. */
    synchronized int distinct() {
        return seen.cardinality();
    }

    /** Requests to all others. */
    synchronized int others() {
        return others;
    }

    /** Requests before their time. */
    synchronized int early() {
        return early;
    }

    /** How many that were scheduled had come before the last of the others. */
    synchronized int scheduledBeforeLastOther() {
        return scheduledBeforeLastOther;
    }

    @Override
    public void close() {
        // Nothing was opened.
    }
}
