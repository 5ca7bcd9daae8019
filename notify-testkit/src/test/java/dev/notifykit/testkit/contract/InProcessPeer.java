package dev.notifykit.testkit.contract;

import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Unavailable;
import dev.notifykit.push.PushService;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Target;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;

/** A vendor that is a method call away, for services that have no wire. */
final class InProcessPeer implements PushPeer {

    private final Map<RequestId, Integer> accepted = new ConcurrentHashMap<>();
    private final Map<String, Behaviour> behaviours = new ConcurrentHashMap<>();
    private final AtomicLong received = new AtomicLong();
    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private final BiFunction<InProcessPeer, Duration, PushService> service;
    private final Set<Behaviour> without;
    private volatile boolean gone;

    InProcessPeer(BiFunction<InProcessPeer, Duration, PushService> service, Set<Behaviour> without) {
        this.service = service;
        this.without = without;
    }

    /** Threads for a service to work on. */
    ExecutorService threads() {
        return threads;
    }

    /** Runs a task on one of them, or here when they have ended. */
    void run(Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException ended) {
            task.run();
        }
    }

    /** Takes one request in, and does what it was told; empty when it does not answer. */
    Optional<PushResponse> take(PushRequest request) {
        if (gone) {
            return Optional.of(new Unavailable(Unavailable.Cause.NOT_SENT, "nobody is there"));
        }
        received.incrementAndGet();
        Behaviour behaviour = behaviours.getOrDefault(request.target().address(), Behaviour.ACCEPT);
        switch (behaviour) {
            case ACCEPT, ACCEPT_SILENTLY, ACCEPT_AND_DROP -> accepted.merge(request.id(), 1, Integer::sum);
            default -> {}
        }
        return Optional.ofNullable(
                switch (behaviour) {
                    case ACCEPT -> new PushResponse.Accepted("taken");
                    case DEAD -> new PushResponse.TokenInvalid("UNREGISTERED", null);
                    case REJECT -> new PushResponse.Rejected("INVALID_ARGUMENT", "on purpose");
                    case THROTTLE -> new PushResponse.Throttled("429", null, PushResponse.Throttled.Scope.DEVICE);
                    case THROTTLE_WITH_WAIT ->
                        new PushResponse.Throttled("429", WAIT, PushResponse.Throttled.Scope.SENDER);
                    case SERVER_ERROR -> new Unavailable(Unavailable.Cause.SERVER_ERROR, "503");
                    case DROP, ACCEPT_AND_DROP ->
                        new PushResponse.Unknown(PushResponse.Unknown.Cause.CONNECTION_LOST, "dropped");
                    case SILENCE, ACCEPT_SILENTLY -> null;
                    case ABSENCE, CLOSING -> throw new IllegalArgumentException(behaviour + " is no answer");
                });
    }

    @Override
    public PushService connect(Duration attemptTimeout) {
        return service.apply(this, attemptTimeout);
    }

    @Override
    public Target target(int number) {
        return Target.fcm("com.acme.app", "a-token-of-some-length-" + number);
    }

    /** The channel of its targets. */
    static ProviderId provider() {
        return ProviderId.FCM;
    }

    @Override
    public void answer(Target target, Behaviour behaviour) {
        behaviours.put(target.address(), behaviour);
    }

    @Override
    public int accepted(RequestId id) {
        return accepted.getOrDefault(id, 0);
    }

    @Override
    public long received() {
        return received.get();
    }

    @Override
    public Set<Behaviour> without() {
        return without;
    }

    @Override
    public void close() {
        gone = true;
        threads.shutdown();
    }
}
