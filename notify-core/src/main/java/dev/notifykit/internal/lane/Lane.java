package dev.notifykit.internal.lane;

import dev.notifykit.internal.limit.Permits;
import dev.notifykit.internal.work.Serial;
import dev.notifykit.internal.work.Traces;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.lane.LaneLimits;
import dev.notifykit.lane.LaneState;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushService;
import dev.notifykit.result.SendResult;
import dev.notifykit.testing.Stage;
import dev.notifykit.testing.StageProbe;
import dev.notifykit.time.TimeSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bulkhead of one (app, provider, environment). It decides <em>when</em> the next attempt begins: after urgency, permits, the
 * sender's pause, the rate and the breaker have been asked, in this order. What is attempted, and what follows from the answer, is the
 * {@link Road}'s business.
 */
public final class Lane extends Serial {

    private static final Logger log = LoggerFactory.getLogger(Lane.class);

    /** How often an exhausted retry budget is asked again. */
    private static final long ASK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final LaneKey key;
    private final PushService service;
    private final Sender sender;
    private final Road road;
    private final TimeSource time;
    private final StageProbe stages;
    private final int maxInFlight;

    private final WaitingRoom room = new WaitingRoom();
    private final Attempts underWay;
    private final Set<Look> looks = new LinkedHashSet<>();
    private final Permits rate;
    private final RetryBudget budget;
    private final Breaker breaker;
    private final DeadTokenGuard guard;
    private final Admission admission;
    private final Judge judge;
    private final Alarm alarm;

    private boolean abandoned;
    private boolean permitUsed;
    private long sweepAtNanos = Long.MAX_VALUE;
    private long attempts;
    private long accepted;
    private long retries;
    private long lateReplies;

    private volatile LaneState state;

    /**
     * An empty lane.
     *
     * @param key its name
     * @param service makes the attempts
     * @param sender the credential behind it
     * @param limits its bounds
     * @param rate what an attempt needs a permit of
     * @param road what becomes of its journeys
     * @param time the clock
     * @param workers runs it
     * @param stages asked at every attempt
     */
    public Lane(
            LaneKey key,
            PushService service,
            Sender sender,
            LaneLimits limits,
            Permits rate,
            Road road,
            TimeSource time,
            Executor workers,
            StageProbe stages) {
        super(workers);
        this.key = key;
        this.service = service;
        this.sender = sender;
        this.road = road;
        this.time = time;
        this.stages = stages;
        maxInFlight = Math.min(limits.maxInFlight().orElse(Integer.MAX_VALUE), service.maxInFlight());
        this.rate = rate;
        underWay = new Attempts(limits.attemptTimeout().toNanos());
        budget = new RetryBudget(limits.retryShare(), limits.retriesPerSecond(), time.nanoTime());
        breaker = new Breaker(key.toString(), limits, time);
        guard = new DeadTokenGuard(limits.deadTokenShare());
        admission = new Admission(sender, rate, breaker);
        judge = new Judge(key, sender, guard, time);
        alarm = new Alarm(time, this);
        state = snapshot();
        sender.onResume(() -> tell(() -> {}));
        rate.onChange(() -> tell(() -> {}));
    }

    // ---- from any thread

    /**
     * Takes a journey; from now on it is the lane's.
     *
     * @param journey not in any lane
     */
    public void enter(Journey journey) {
        tell(() -> add(journey));
    }

    /**
     * Takes many at once, in order.
     *
     * @param journeys not in any lane; not changed afterwards
     */
    public void enterAll(List<? extends Journey> journeys) {
        tell(() -> journeys.forEach(this::add));
    }

    /**
     * Takes a journey whose time has not come.
     *
     * @param journey not in any lane
     * @param delayNanos how long it waits first
     */
    public void enterLater(Journey journey, long delayNanos) {
        tell(() -> later(journey, delayNanos));
    }

    /** Looks again at everything that waits: some of it is no longer wanted. */
    public void recheck() {
        tell(() -> {
            for (Journey journey : room.take(waiting -> waiting.stopped() != null || !waiting.wantedNow())) {
                road.turn(this, journey);
            }
        });
    }

    /**
     * Gives up everything at once: what waits, what is in flight and what still comes.
     *
     * @return completes when that has been done, the last verdicts on tokens told among it
     */
    public CompletableFuture<@Nullable Void> abandon() {
        CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        tell(() -> {
            abandoned = true;
            room.take(journey -> true).forEach(journey -> journey.abandon(false));
            looks.forEach(look -> {
                road.missed(this, look.journey);
                look.journey.abandon(false);
            });
            looks.clear();
            underWay.endAll().forEach(attempt -> attempt.journey.abandon(true));
            guard.rest().forEach(road::tokenDead);
            done.complete(null);
        });
        return done;
    }

    /**
     * Its name.
     *
     * @return the key
     */
    public LaneKey key() {
        return key;
    }

    /**
     * Its provider.
     *
     * @return the service
     */
    public PushService service() {
        return service;
    }

    /**
     * The credential behind it.
     *
     * @return the sender
     */
    public Sender sender() {
        return sender;
    }

    /**
     * How many attempts a second its rates allow: its own, its sender's, and those that instances share.
     *
     * @return the lowest of them; infinite where there is none
     */
    public double ratePerSecond() {
        return rate.perSecond();
    }

    /**
     * How it was after its last step; a pause shows at once, since other lanes may have brought it about.
     *
     * @return the state
     */
    public LaneState state() {
        return state.withPausedFor(sender.pausedFor());
    }

    // ---- for the road, during a turn or an answer

    /**
     * Makes the attempt whose turn it is.
     *
     * @param journey whose turn it is
     * @param request its request
     */
    @SuppressWarnings("FutureReturnValueIgnored") // the attempt is told of both ends itself, and throws nothing
    public void attempt(Journey journey, PushRequest request) {
        int number = journey.beginAttempt();
        if (number == 1) {
            budget.firstAttempt();
        } else {
            retries++;
        }
        attempts++;
        permitUsed = true;
        Attempt attempt = new Attempt(this, journey, request, time.nanoTime(), admission.isProbe());
        underWay.add(attempt);
        try {
            stages.at(Stage.BEFORE_ATTEMPT);
            CompletableFuture<PushResponse> answer = service.push(request);
            stages.at(Stage.ATTEMPT_BEGUN);
            answer.whenComplete(attempt);
        } catch (RuntimeException | Error e) {
            attempt.accept(null, e);
        }
    }

    /**
     * Lets the journey whose turn it is wait for something that takes a moment, with its permits in hand.
     *
     * @param journey whose turn it is
     * @param what it waits for; its end is enough
     * @param then either {@link #attempt} or an end; in a later step of the lane
     */
    public void attemptAfter(Journey journey, CompletionStage<?> what, Runnable then) {
        permitUsed = true;
        Look look = new Look(journey, then, time.nanoTime(), admission.isProbe());
        looks.add(look);
        CompletionStage<?> unused = what.whenComplete((answer, failure) -> tell(look));
    }

    /**
     * Lets a journey wait here before its next attempt.
     *
     * @param journey just answered
     * @param delayNanos how long
     */
    public void later(Journey journey, long delayNanos) {
        if (abandoned) {
            journey.abandon(false);
            return;
        }
        sweepAtNanos = Math.min(sweepAtNanos, journey.deadlineNanos());
        room.addLater(journey, time.nanoTime() + delayNanos);
    }

    // ---- the actor's own steps

    private void add(Journey journey) {
        if (abandoned) {
            journey.abandon(false);
            return;
        }
        sweepAtNanos = Math.min(sweepAtNanos, journey.deadlineNanos());
        room.add(journey);
    }

    @Override
    protected void afterBatch() {
        long now = time.nanoTime();
        room.admitDue(now);
        expireAttempts(now);
        endOverdue(now);
        long beginIn = beginAttempts();
        guard.due(now).forEach(road::tokenDead);
        alarm.in(Math.min(beginIn, nextEventIn(now)), now);
        state = snapshot();
    }

    /** Begins what may begin. Answers when to look again, if it is not an answer that frees the way. */
    private long beginAttempts() {
        while (inFlight() < maxInFlight && !room.isEmpty()) {
            long now = time.nanoTime();
            long wait = admission.ask(now, Math.min(room.readyCount(), maxInFlight - inFlight()));
            if (wait != Admission.GO) {
                if (admission.isSenderPaused()) {
                    room.take(journey -> !journey.waitsForSender())
                            .forEach(journey -> journey.giveBack(Journey.GivenBack.SENDER_PAUSED));
                }
                return wait;
            }
            if (!takeTurn(now)) {
                admission.notMade(now);
            }
        }
        return Long.MAX_VALUE;
    }

    /** Permits in use: by attempts, and by what waits with its permits in hand. */
    private int inFlight() {
        return underWay.open() + looks.size();
    }

    /** Whether the permit is used: an attempt began, or is about to. */
    private boolean takeTurn(long now) {
        Journey journey = room.poll();
        if (journey == null) {
            return false;
        }
        if (journey.onBudget && !budget.draw(now)) {
            room.addLater(journey, now + ASK_AGAIN_NANOS);
            return false;
        }
        permitUsed = false;
        guarded(journey, () -> road.turn(this, journey));
        return permitUsed;
    }

    /** What the journey waited for is there. Meanwhile its deadline may have come, the sender may be paused, and its permit be too old. */
    private void looked(Look look) {
        if (!looks.remove(look)) {
            return;
        }
        long now = time.nanoTime();
        permitUsed = false;
        Journey journey = look.journey;
        boolean permitted = admission.askAgain(look.probe, look.takenAtNanos, now);
        guarded(journey, () -> {
            if (journey.deadlineNanos() <= now) {
                road.missed(this, journey);
                road.overdue(this, journey);
            } else if (permitted) {
                look.then.run();
            } else {
                road.missed(this, journey);
                room.putBack(journey);
            }
        });
        if (!permitUsed) {
            admission.notMade(now);
        }
    }

    /** No journey is lost to a bug, ours or a host's: it ends, and says that it does not know how. */
    private void guarded(Journey journey, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            log.error("{}: a request ends unknown after a failure: {}", key, Traces.of(e));
            journey.finish(new SendResult.Unknown(journey.attempts()));
        }
    }

    /** An answer has come, or the attempt's time is over. */
    void answered(Attempt attempt, PushResponse response) {
        if (!underWay.end(attempt)) {
            lateReplies++;
            return;
        }
        long now = time.nanoTime();
        breaker.answered(response);
        PushResponse judged = judge.judge(attempt, response, now);
        if (attempt.probe) {
            sender.probeAnswered(judged, now);
        }
        if (judged instanceof PushResponse.Accepted) {
            accepted++;
        }
        attempt.journey.noteResponse(judged);
        attempt.journey.onBudget = Judge.drawsOnBudget(judged);
        guarded(attempt.journey, () -> {
            stages.at(Stage.ANSWERED);
            road.answered(this, attempt.journey, judged);
        });
    }

    private void expireAttempts(long now) {
        for (Attempt late = underWay.overdue(now); late != null; late = underWay.overdue(now)) {
            late.timeOut();
        }
    }

    private void endOverdue(long now) {
        if (sweepAtNanos > now) {
            return;
        }
        room.take(journey -> journey.deadlineNanos() <= now).forEach(journey -> road.overdue(this, journey));
        long earliest = room.earliestDeadline();
        sweepAtNanos = earliest == Long.MAX_VALUE ? earliest : Math.max(earliest, now + ASK_AGAIN_NANOS / 2);
    }

    private long nextEventIn(long now) {
        long next = Math.min(Math.min(room.nextDueIn(now), guard.nextNanos(now)), underWay.nextOverdueIn(now));
        return sweepAtNanos == Long.MAX_VALUE ? next : Math.min(next, sweepAtNanos - now);
    }

    private LaneState snapshot() {
        return new LaneState(
                key,
                room.urgentCount(),
                room.bulkCount(),
                room.laterCount(),
                inFlight(),
                maxInFlight,
                breaker.state(),
                sender.pausedFor(),
                attempts,
                accepted,
                retries,
                lateReplies);
    }

    @Override
    public String toString() {
        return "Lane[" + key + "]";
    }

    /** A journey that waits for something with its permits in hand, and the message that it has come. */
    private final class Look implements Runnable {

        private final Journey journey;
        private final Runnable then;
        private final long takenAtNanos;
        private final boolean probe;

        Look(Journey journey, Runnable then, long takenAtNanos, boolean probe) {
            this.journey = journey;
            this.then = then;
            this.takenAtNanos = takenAtNanos;
            this.probe = probe;
        }

        @Override
        public void run() {
            looked(this);
        }
    }
}
