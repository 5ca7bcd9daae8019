package dev.notifykit.testing;

import dev.notifykit.push.Environment;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushService;
import dev.notifykit.push.RequestId;
import dev.notifykit.testing.Script.Step;
import dev.notifykit.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A vendor that does what a test says. Every request is answered {@code Accepted} with an id of its own, unless a script says
 * otherwise: a script for the address goes first, then one for whoever comes next, then the default.
 *
 * <pre>{@code
 * FakePushService fake = FakePushService.create(ProviderId.APNS)
 *         .respondTo("token-1", new PushResponse.TokenInvalid("Unregistered", null))
 *         .respond(new PushResponse.Unavailable(SERVER_ERROR, "503"));
 * }</pre>
 *
 * <p>Thread-safe; may be scripted while it is used. Without latency a request is answered on the thread that made it, so a test needs
 * no waiting; with latency, on the thread of the {@link TimeSource}.
 */
public final class FakePushService implements PushService {

    private final ProviderId provider;
    private final Script script;
    private final List<PushRequest> requests = new ArrayList<>();
    private final List<PushRequest> accepted = new ArrayList<>();
    private final Set<Exchange> open = new LinkedHashSet<>();
    private Environment environment = Environment.PRODUCTION;
    private int maxInFlight = 100;
    private Function<PushRequest, PushResponse.@Nullable Rejected> check = request -> null;
    private @Nullable TimeSource time;
    private Duration latency = Duration.ZERO;
    private boolean holding;
    private boolean closed;
    private int maxInFlightSeen;
    private long idsGiven;

    private FakePushService(ProviderId provider) {
        this.provider = provider;
        script = new Script(new Step.Answer(request -> new PushResponse.Accepted(nextId())));
    }

    /**
     * A fake that accepts everything.
     *
     * @param provider the channel it stands for
     * @return a new fake
     */
    public static FakePushService create(ProviderId provider) {
        return new FakePushService(provider);
    }

    /**
     * The world it serves; {@link Environment#PRODUCTION} when not set.
     *
     * @param value the world
     * @return this
     */
    public synchronized FakePushService environment(Environment value) {
        environment = value;
        return this;
    }

    /**
     * What {@link #maxInFlight()} answers; 100 when not set. It only tells: more requests are taken, and {@link #maxInFlightSeen()} shows
     * them.
     *
     * @param value a positive number
     * @return this
     */
    public synchronized FakePushService maxInFlight(int value) {
        maxInFlight = value;
        return this;
    }

    /**
     * Answers come later; at once when not set. Holds for requests that are made from now on.
     *
     * @param value how much later
     * @param clock whose timers are used; a {@link ManualTime} answers when it is moved
     * @return this
     */
    public synchronized FakePushService latency(Duration value, TimeSource clock) {
        latency = value;
        time = clock;
        return this;
    }

    /**
     * The answers to the next requests, one each, whoever they are for.
     *
     * @param responses in order; they come after those of earlier calls
     * @return this
     */
    public synchronized FakePushService respond(PushResponse... responses) {
        for (PushResponse response : responses) {
            script.queue(Script.answer(response));
        }
        return this;
    }

    /**
     * The answers to the next requests to one address, one each.
     *
     * @param address the target's address
     * @param responses in order; they come after those of earlier calls
     * @return this
     */
    public synchronized FakePushService respondTo(String address, PushResponse... responses) {
        for (PushResponse response : responses) {
            script.queue(address, Script.answer(response));
        }
        return this;
    }

    /**
     * The answer to every request to one address for which none is queued.
     *
     * @param address the target's address
     * @param response the answer
     * @return this
     */
    public synchronized FakePushService respondAlwaysTo(String address, PushResponse response) {
        script.always(address, Script.answer(response));
        return this;
    }

    /**
     * The answer to every request for which there is no other; a generated {@code Accepted} when not set.
     *
     * @param response the answer
     * @return this
     */
    public FakePushService respondAlways(PushResponse response) {
        return respondWith(request -> response);
    }

    /**
     * What works out the answer to every request for which there is no other; a generated {@code Accepted} when not set.
     *
     * @param responses called on the thread that answers, perhaps by several at once; an exception it throws fails the future
     * @return this
     */
    public synchronized FakePushService respondWith(Function<PushRequest, PushResponse> responses) {
        script.otherwise(new Step.Answer(responses));
        return this;
    }

    /**
     * No answer to any request for which none is queued; {@link #complete} may still give one.
     *
     * @return this
     */
    public synchronized FakePushService silent() {
        script.otherwise(new Step.Silence());
        return this;
    }

    /**
     * No answer to the next requests; {@link #complete} may still give one.
     *
     * @param count how many
     * @return this
     */
    public synchronized FakePushService silent(int count) {
        for (int i = 0; i < count; i++) {
            script.queue(new Step.Silence());
        }
        return this;
    }

    /**
     * The next request throws instead of giving a future, as a broken service does.
     *
     * @param failure what is thrown
     * @return this
     */
    public synchronized FakePushService throwNext(RuntimeException failure) {
        script.queue(new Step.Throw(failure));
        return this;
    }

    /**
     * The next request's future fails, as a broken service's does.
     *
     * @param failure what it fails with
     * @return this
     */
    public synchronized FakePushService failNext(Throwable failure) {
        script.queue(new Step.Fail(failure));
        return this;
    }

    /**
     * What {@link #check} answers; nothing when not set.
     *
     * @param value the rejection of a request, or null
     * @return this
     */
    public synchronized FakePushService rejectBeforehand(Function<PushRequest, PushResponse.@Nullable Rejected> value) {
        check = value;
        return this;
    }

    /**
     * From now on requests stay open until {@link #complete} or {@link #release}.
     *
     * @return this
     */
    public synchronized FakePushService hold() {
        holding = true;
        return this;
    }

    /**
     * Ends {@link #hold}: what was held is answered by the script, in the order in which it came, and so is what comes.
     *
     * @return this
     */
    public FakePushService release() {
        List<Exchange> held;
        synchronized (this) {
            holding = false;
            held = open.stream().filter(Exchange::takeHeld).toList();
        }
        for (Exchange exchange : held) {
            Step step = nextStep(exchange);
            // Its future was given out long ago; all that is left of a throw is a failed future.
            run(exchange, step instanceof Step.Throw t ? new Step.Fail(t.failure()) : step);
        }
        return this;
    }

    /**
     * Answers an open request by hand: a held one, a silent one, or one whose latency is not over. Of several attempts with the same id, the
     * one that has been open longest.
     *
     * @param id which request
     * @param response the answer
     * @throws NoSuchElementException when no request of this id is open
     */
    public void complete(RequestId id, PushResponse response) {
        Exchange exchange;
        synchronized (this) {
            exchange = open.stream()
                    .filter(e -> e.request.id().equals(id))
                    .findFirst()
                    .orElseThrow(() -> new NoSuchElementException("no request " + id + " is open"));
        }
        answer(exchange, response);
    }

    /**
     * Answers every open request by hand, in the order in which they came.
     *
     * @param response the answer
     */
    public void completeAll(PushResponse response) {
        List<Exchange> all;
        synchronized (this) {
            all = List.copyOf(open);
        }
        all.forEach(exchange -> answer(exchange, response));
    }

    /**
     * Every request so far, each attempt on its own.
     *
     * @return in the order in which they came
     */
    public synchronized List<PushRequest> requests() {
        return List.copyOf(requests);
    }

    /**
     * Every request to one address so far, each attempt on its own.
     *
     * @param address the target's address
     * @return in the order in which they came
     */
    public synchronized List<PushRequest> requestsTo(String address) {
        return requests.stream()
                .filter(r -> r.target().address().equals(address))
                .toList();
    }

    /**
     * The requests that were answered {@code Accepted}: what a vendor would have sent on. One that was accepted twice is there twice.
     *
     * @return in the order in which they were answered
     */
    public synchronized List<PushRequest> accepted() {
        return List.copyOf(accepted);
    }

    /**
     * How many requests wait for an answer.
     *
     * @return those whose future is not complete
     */
    public synchronized int inFlight() {
        return open.size();
    }

    /**
     * How many requests have waited at the same time.
     *
     * @return the most so far
     */
    public synchronized int maxInFlightSeen() {
        return maxInFlightSeen;
    }

    /**
     * Whether it was closed.
     *
     * @return true after {@link #close()}
     */
    public synchronized boolean closed() {
        return closed;
    }

    @Override
    public ProviderId provider() {
        return provider;
    }

    @Override
    public synchronized Environment environment() {
        return environment;
    }

    @Override
    public synchronized int maxInFlight() {
        return maxInFlight;
    }

    @Override
    public Optional<PushResponse.Rejected> check(PushRequest request) {
        Function<PushRequest, PushResponse.@Nullable Rejected> rule;
        synchronized (this) {
            rule = check;
        }
        return Optional.ofNullable(rule.apply(request));
    }

    /** Follows the script. After {@link #close()} nothing is recorded and the answer is {@code Unavailable(NOT_SENT)}. */
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the watch on the future only counts, and cannot fail
    public CompletableFuture<PushResponse> push(PushRequest request) {
        Exchange exchange = new Exchange(request);
        Step step;
        synchronized (this) {
            if (closed) {
                return CompletableFuture.completedFuture(new PushResponse.Unavailable(
                        PushResponse.Unavailable.Cause.NOT_SENT, "the fake of " + provider + " is closed"));
            }
            requests.add(request);
            step = holding ? new Step.Silence() : script.next(request.target().address());
            exchange.held = holding;
            if (!(step instanceof Step.Throw)) {
                open.add(exchange);
                maxInFlightSeen = Math.max(maxInFlightSeen, open.size());
            }
        }
        // The caller may end the future itself, by a timeout or by cancelling.
        exchange.future.whenComplete((response, failure) -> takeOut(exchange));
        run(exchange, step);
        return exchange.future;
    }

    private synchronized Step nextStep(Exchange exchange) {
        return script.next(exchange.request.target().address());
    }

    private void run(Exchange exchange, Step step) {
        if (step instanceof Step.Throw t) {
            takeOut(exchange);
            throw t.failure();
        }
        if (step instanceof Step.Silence) {
            return;
        }
        TimeSource clock;
        Duration delay;
        synchronized (this) {
            clock = time;
            delay = latency;
        }
        if (clock == null) {
            end(exchange, step);
        } else {
            clock.schedule(() -> end(exchange, step), delay);
        }
    }

    private void end(Exchange exchange, Step step) {
        if (step instanceof Step.Fail fail) {
            fail(exchange, fail.failure());
        } else if (step instanceof Step.Answer a) {
            PushResponse response;
            try {
                response = a.response().apply(exchange.request);
            } catch (RuntimeException e) {
                fail(exchange, e);
                return;
            }
            answer(exchange, response);
        }
    }

    /**
     * Counts first, then completes: whoever waits for the future finds the counts right. An answer counts even if the caller has given
     * up on the future; a vendor does not know of that either.
     */
    private void answer(Exchange exchange, PushResponse response) {
        synchronized (this) {
            if (exchange.answered) {
                return;
            }
            exchange.answered = true;
            open.remove(exchange);
            if (response instanceof PushResponse.Accepted) {
                accepted.add(exchange.request);
            }
        }
        exchange.future.complete(response);
    }

    private void fail(Exchange exchange, Throwable failure) {
        takeOut(exchange);
        exchange.future.completeExceptionally(failure);
    }

    private synchronized void takeOut(Exchange exchange) {
        open.remove(exchange);
    }

    private synchronized String nextId() {
        return provider + "-" + ++idsGiven;
    }

    /** Takes no more requests; open ones are still answered. Idempotent. */
    @Override
    public synchronized void close() {
        closed = true;
    }

    @Override
    public synchronized String toString() {
        return "FakePushService[" + provider + ", " + requests.size() + " requests, " + open.size() + " in flight]";
    }

    /** One attempt on its way. Compared by identity: the same request may be on its way twice. */
    private static final class Exchange {

        final PushRequest request;
        final CompletableFuture<PushResponse> future = new CompletableFuture<>();
        boolean held;
        boolean answered;

        Exchange(PushRequest request) {
            this.request = request;
        }

        boolean takeHeld() {
            boolean was = held;
            held = false;
            return was;
        }
    }
}
