package dev.notifykit.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.push.Notification;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushService;
import dev.notifykit.testkit.contract.PushPeer.Behaviour;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Many pushes, of which each meets a random behaviour of the peer while others are in flight. Every answer must be one that the
 * behaviour allows, and in the end must agree with the peer's books.
 */
final class PushModel {

    private static final int MOST_IN_FLIGHT = 40;

    /** Silence holds a place until its timeout. */
    private static final double SILENT = 0.01;

    /** A lost connection takes along all that is in flight on it. */
    private static final double DROPPED = 0.003;

    private final PushPeer peer;
    private final PushTruth truth;
    private final Duration patience;
    private final List<Behaviour> behaviours;
    private final boolean othersSuffer;
    private final Random random;
    private final StepLog log;
    private final List<Sent> all = new ArrayList<>();
    private int judged;

    PushModel(PushPeer peer, List<Behaviour> behaviours, Duration patience, long seed) {
        this.peer = peer;
        this.behaviours = behaviours;
        this.patience = patience;
        truth = new PushTruth(peer, patience);
        // A lost connection takes along what else is on it; where there is a timeout, a slow machine may run into it.
        othersSuffer = behaviours.stream().anyMatch(PushModel::isCostly);
        random = new Random(seed);
        log = new StepLog(seed);
    }

    private record Sent(PushRequest request, Behaviour behaviour, CompletableFuture<PushResponse> future) {

        @Override
        public String toString() {
            return request.id() + ", " + behaviour;
        }
    }

    void run(PushService service, int steps, Duration atMost) {
        try {
            warmUp(service);
            long start = System.nanoTime();
            Semaphore places = new Semaphore(Math.min(MOST_IN_FLIGHT, service.maxInFlight()));
            for (int i = 0; i < steps && System.nanoTime() - start < atMost.toNanos(); i++) {
                assertTrue(
                        places.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS),
                        () -> "none of those in flight completes within " + patience);
                CompletableFuture<PushResponse> counted =
                        push(service, someBehaviour()).future.whenComplete((response, failure) -> places.release());
                assertNotNull(counted);
                judgeThoseInOrder();
            }
            while (judged < all.size()) {
                judge(all.get(judged++));
            }
            service.close();
            for (Sent sent : all) {
                log.add("in the end " + sent);
                truth.check(sent.request, truth.await(sent.future));
            }
            assertTrue(
                    peer.received() <= all.size(), () -> all.size() + " pushes, and the peer got " + peer.received());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw log.failure(e);
        } catch (RuntimeException | AssertionError e) {
            throw log.failure(e);
        }
    }

    /** Until there is a connection, where there is one; then there is something to prove. */
    private void warmUp(PushService service) {
        long start = System.nanoTime();
        do {
            assertTrue(System.nanoTime() - start < patience.toNanos(), "nothing is accepted");
            judge(push(service, Behaviour.ACCEPT));
            judged++;
        } while (!(all.get(all.size() - 1).future.join() instanceof PushResponse.Accepted));
    }

    private void judgeThoseInOrder() {
        while (judged < all.size() && all.get(judged).future.isDone()) {
            judge(all.get(judged++));
        }
    }

    private Behaviour someBehaviour() {
        Behaviour behaviour = behaviours.get(random.nextInt(behaviours.size()));
        double dice = random.nextDouble() / behaviours.size();
        return switch (behaviour) {
            case SILENCE, ACCEPT_SILENTLY -> dice < SILENT / 2 ? behaviour : Behaviour.ACCEPT;
            case DROP, ACCEPT_AND_DROP -> dice < DROPPED / 2 ? behaviour : Behaviour.ACCEPT;
            default -> behaviour;
        };
    }

    private Sent push(PushService service, Behaviour behaviour) {
        PushRequest request =
                PushRequest.of(peer.target(all.size()), Notification.alert("Hello", "x".repeat(random.nextInt(500))));
        if (behaviour != Behaviour.ACCEPT) {
            peer.answer(request.target(), behaviour);
        }
        log.add("push " + request.id() + ", the peer will " + behaviour);
        Sent sent = new Sent(request, behaviour, service.push(request));
        all.add(sent);
        return sent;
    }

    private static boolean isCostly(Behaviour behaviour) {
        return switch (behaviour) {
            case SILENCE, ACCEPT_SILENTLY, DROP, ACCEPT_AND_DROP -> true;
            default -> false;
        };
    }

    private void judge(Sent sent) {
        PushResponse response = truth.await(sent.future);
        boolean allowed = PushTruth.allowed(sent.behaviour).contains(response.getClass());
        boolean suffered = othersSuffer
                && (response instanceof PushResponse.Unknown || response instanceof PushResponse.Unavailable);
        log.add("answer to " + sent + ": " + response);
        assertTrue(allowed || suffered, () -> "no answer to " + sent.behaviour + ": " + response);
        truth.check(sent.request, response);
    }
}
