package dev.notifykit.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.push.Notification;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Accepted;
import dev.notifykit.push.PushResponse.Throttled;
import dev.notifykit.push.PushResponse.Unavailable;
import dev.notifykit.push.PushService;
import dev.notifykit.testkit.contract.PushPeer.Behaviour;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What every {@link PushService} has to keep, whatever its channel. A service's test extends this class and brings a {@link PushPeer}: a
 * simulated vendor that can be told what to do, and keeps its own books. For the vendors simulated here {@link SimulatorPeer} is most of
 * it.
 *
 * <p>Every answer is held against those books: accepted means taken once, "surely not accepted" means never taken, and only what is
 * unknown may be either. No answer holds the address.
 */
public abstract class PushServiceContract {

    private final List<AutoCloseable> started = new ArrayList<>();

    /** For subclasses; JUnit makes one instance per test. */
    protected PushServiceContract() {}

    /**
     * Starts a peer that has seen nothing. Closed by the contract.
     *
     * @return a new peer
     */
    protected abstract PushPeer startPeer();

    /**
     * How long a push may take, in real time, before it counts as hung.
     *
     * @return a minute when not overridden
     */
    protected Duration patience() {
        return Duration.ofMinutes(1);
    }

    /**
     * The attempt timeout of services that will meet silence. All others have half of {@link #patience()}.
     *
     * @return one second when not overridden
     */
    protected Duration shortTimeout() {
        return Duration.ofSeconds(1);
    }

    /**
     * How many pushes the random model makes at each seed.
     *
     * @return 10,000 when not overridden
     */
    protected int modelSteps() {
        return 10_000;
    }

    /**
     * When the random model stops although it has not made all of its pushes.
     *
     * @return a minute when not overridden; less where pushes go over a wire
     */
    protected Duration modelTime() {
        return Duration.ofMinutes(1);
    }

    /** Closes services, then peers. */
    @AfterEach
    public void closeAll() throws Exception {
        for (int i = started.size() - 1; i >= 0; i--) {
            started.get(i).close();
        }
    }

    // Answers

    @Test
    public void saysWhatItServes() {
        Scene scene = new Scene();

        assertEquals(scene.peer.target(0).provider(), scene.service.provider());
        assertEquals(scene.peer.target(0).environment(), scene.service.environment());
        assertTrue(scene.service.maxInFlight() > 0);
    }

    /** One test for each behaviour that the peer has. */
    @TestFactory
    public Stream<DynamicTest> everyBehaviourGetsItsAnswer() {
        return behaviours(startedPeer()).stream()
                .map(behaviour -> DynamicTest.dynamicTest(behaviour.toString(), () -> {
                    Scene scene = warm(shortTimeout());
                    PushRequest request = scene.request(1);
                    scene.peer.answer(request.target(), behaviour);

                    PushResponse response = scene.push(request);

                    Set<Class<? extends PushResponse>> allowed = PushTruth.allowed(behaviour);
                    assertTrue(
                            allowed.contains(response.getClass()), () -> "no answer to " + behaviour + ": " + response);
                    scene.sendsStill(2);
                }));
    }

    @Test
    public void passesOnHowLongToWait() {
        Scene scene = having(Behaviour.THROTTLE_WITH_WAIT);
        PushRequest request = scene.request(1);
        scene.peer.answer(request.target(), Behaviour.THROTTLE_WITH_WAIT);

        Throttled response = assertInstanceOf(Throttled.class, scene.push(request));

        assertEquals(PushPeer.WAIT, response.retryAfter());
    }

    @Test
    public void answersWhenNobodyListens() {
        Scene scene = having(Behaviour.ABSENCE);
        scene.peer.close();

        PushResponse response = scene.push(scene.request(1));

        assertInstanceOf(Unavailable.class, response, "it cannot have been sent");
    }

    @Test
    public void answersWhenThePeerHasGone() {
        Scene scene = having(Behaviour.ABSENCE);
        scene.sendsStill(0);
        scene.peer.close();

        PushResponse response = scene.push(scene.request(1));

        assertTrue(PushTruth.allowed(Behaviour.ABSENCE).contains(response.getClass()), response::toString);
    }

    @Test
    public void anAttemptIsMadeEachTimeItIsAskedFor() {
        Scene scene = new Scene();
        PushRequest request = scene.request(1);

        assertInstanceOf(Accepted.class, scene.truth.await(scene.service.push(request)));
        assertInstanceOf(Accepted.class, scene.truth.await(scene.service.push(request)));

        assertEquals(2, scene.peer.accepted(request.id()), "it is the client that knows what is a repetition");
    }

    // Hostile requests

    /** Whatever is asked for: there is an answer, it is true, and the next push goes well. */
    @TestFactory
    public Stream<DynamicTest> hostileRequestsAreAnswered() {
        Scene scene = new Scene();
        return HostileRequests.all(scene.peer.target(0)).entrySet().stream()
                .map(hostile -> DynamicTest.dynamicTest(hostile.getKey(), () -> {
                    scene.push(hostile.getValue());
                    scene.sendsStill(1);
                }));
    }

    @TestFactory
    public Stream<DynamicTest> whatCheckRefusesIsNeverSent() {
        Scene scene = new Scene();
        Map<String, PushRequest> requests = new LinkedHashMap<>();
        requests.put("a good request", scene.request(1));
        requests.putAll(HostileRequests.all(scene.peer.target(0)));
        return requests.entrySet().stream()
                .map(request -> DynamicTest.dynamicTest(request.getKey(), () -> {
                    long before = scene.peer.received();
                    Optional<PushResponse.Rejected> refusal = scene.service.check(request.getValue());
                    assertEquals(before, scene.peer.received(), "check sends nothing");
                    PushResponse response = scene.push(request.getValue());
                    if (refusal.isPresent()) {
                        assertEquals(refusal.get(), response, "push agrees with check");
                        assertEquals(before, scene.peer.received(), "and has sent nothing");
                    }
                }));
    }

    @Test
    public void checkFindsNothingWrongWithAGoodRequest() {
        Scene scene = new Scene();

        assertEquals(Optional.empty(), scene.service.check(scene.request(1)));
        assertEquals(0, scene.peer.received());
    }

    // Closing

    @Test
    public void afterCloseItTakesNothingAndSaysSo() {
        Scene scene = having(Behaviour.CLOSING);
        scene.sendsStill(0);
        scene.service.close();
        long before = scene.peer.received();

        assertInstanceOf(Unavailable.class, scene.push(scene.request(1)));
        assertEquals(before, scene.peer.received());
    }

    @Test
    public void closedBeforeItsFirstPushItTakesNothing() {
        Scene scene = having(Behaviour.CLOSING);
        scene.service.close();

        assertInstanceOf(Unavailable.class, scene.push(scene.request(1)));
        assertEquals(0, scene.peer.received());
    }

    @Test
    public void mayBeClosedByManyAndAgain() {
        Scene scene = new Scene();
        scene.sendsStill(0);

        Together.run(
                4,
                () -> {
                    scene.service.close();
                    return "closed";
                },
                patience());
        scene.service.close();
    }

    @Test
    public void mayBeClosedFromACallback() {
        Scene scene = new Scene();
        PushRequest request = scene.request(1);

        CompletableFuture<PushResponse> closed =
                scene.service.push(request).whenComplete((response, failure) -> scene.service.close());

        scene.truth.check(request, scene.truth.await(closed));
    }

    @Test
    public void whatIsOpenCompletesWhenItIsClosed() {
        Scene scene = warm(shortTimeout());
        List<PushRequest> requests = IntStream.rangeClosed(1, scene.most(60))
                .mapToObj(scene::request)
                .toList();
        for (int i = 0; i < requests.size(); i += 3) {
            if (behaviours(scene.peer).contains(Behaviour.ACCEPT_SILENTLY)) {
                scene.peer.answer(requests.get(i).target(), i % 2 == 0 ? Behaviour.SILENCE : Behaviour.ACCEPT_SILENTLY);
            }
        }
        List<CompletableFuture<PushResponse>> open =
                requests.stream().map(scene.service::push).toList();

        scene.service.close();

        for (int i = 0; i < requests.size(); i++) {
            scene.truth.check(requests.get(i), scene.truth.await(open.get(i)));
        }
    }

    // Many at once

    @Test
    public void holdsAsManyAsItSays() {
        Scene scene = new Scene();
        List<PushRequest> requests = IntStream.rangeClosed(1, scene.most(2_000))
                .mapToObj(scene::request)
                .toList();

        List<CompletableFuture<PushResponse>> open =
                requests.stream().map(scene.service::push).toList();

        for (int i = 0; i < requests.size(); i++) {
            PushResponse response = scene.truth.await(open.get(i));
            assertInstanceOf(Accepted.class, response);
            scene.truth.check(requests.get(i), response);
        }
        assertEquals(requests.size(), scene.peer.received());
    }

    @Test
    public void aCancelledFutureHarmsNothing() {
        Scene scene = new Scene();
        List<PushRequest> cancelled = IntStream.rangeClosed(1, scene.most(30))
                .mapToObj(scene::request)
                .toList();
        for (PushRequest request : cancelled) {
            scene.service.push(request).cancel(true);
            scene.sendsStill(0);
        }
        for (PushRequest request : cancelled) {
            assertTrue(scene.peer.accepted(request.id()) <= 1);
        }
    }

    @Test
    public void aCallbackThatThrowsHarmsNothing() {
        Scene scene = new Scene();
        for (int i = 1; i <= 5; i++) {
            PushRequest request = scene.request(i);
            CompletableFuture<PushResponse> answer = scene.service.push(request);
            CompletableFuture<PushResponse> broken = answer.whenComplete((response, failure) -> {
                throw new IllegalStateException("on purpose");
            });
            scene.truth.check(request, scene.truth.await(answer));
            assertNotNull(broken);
        }
        scene.sendsStill(6);
    }

    /** Threads that share one service: as many answers as pushes, and each id taken once. */
    @Test
    public void threadsShareIt() {
        Scene scene = new Scene();
        int threads = 8;
        int each = 50;
        int window = Math.max(1, Math.min(10, scene.service.maxInFlight() / threads));
        List<Callable<List<PushRequest>>> calls = IntStream.range(0, threads)
                .<Callable<List<PushRequest>>>mapToObj(thread -> () -> scene.pushAll(1 + thread * each, each, window))
                .toList();

        List<PushRequest> all =
                Together.run(calls, patience()).stream().flatMap(List::stream).toList();

        assertEquals(threads * each, all.size());
        for (PushRequest request : all) {
            assertEquals(1, scene.peer.accepted(request.id()));
        }
        assertEquals(all.size(), scene.peer.received());
    }

    @TestFactory
    public Stream<DynamicTest> neverClaimsMoreThanItKnows() {
        return Seeds.tests(seed -> {
            PushPeer peer = startedPeer();
            PushService service = connected(peer, shortTimeout());
            new PushModel(peer, behaviours(peer), patience(), seed).run(service, modelSteps(), modelTime());
        });
    }

    private static List<Behaviour> behaviours(PushPeer peer) {
        return Stream.of(Behaviour.values())
                .filter(behaviour -> behaviour != Behaviour.ABSENCE && behaviour != Behaviour.CLOSING)
                .filter(behaviour -> !peer.without().contains(behaviour))
                .toList();
    }

    private PushPeer startedPeer() {
        PushPeer peer = startPeer();
        started.add(peer);
        return peer;
    }

    private PushService connected(PushPeer peer, Duration timeout) {
        PushService service = peer.connect(timeout);
        started.add(service);
        return service;
    }

    private Scene having(Behaviour behaviour) {
        Scene scene = new Scene();
        Assumptions.assumeFalse(scene.peer.without().contains(behaviour), () -> "this channel has no " + behaviour);
        return scene;
    }

    /** A service that has an open connection, where it needs one. */
    private Scene warm(Duration timeout) {
        Scene scene = new Scene(timeout);
        long start = System.nanoTime();
        while (!(scene.push(scene.request(0)) instanceof Accepted)) {
            assertTrue(System.nanoTime() - start < patience().toNanos(), "nothing is accepted");
        }
        return scene;
    }

    /** A peer and a service that speaks to it. */
    private final class Scene {

        final PushPeer peer = startedPeer();
        final PushTruth truth = new PushTruth(peer, patience());
        final PushService service;

        Scene() {
            this(patience().dividedBy(2));
        }

        Scene(Duration timeout) {
            service = connected(peer, timeout);
        }

        PushRequest request(int number) {
            return PushRequest.of(peer.target(number), Notification.alert("Hello", "World"));
        }

        /** Pushes, waits, and holds the answer against the books. */
        PushResponse push(PushRequest request) {
            PushResponse response = truth.await(service.push(request));
            truth.check(request, response);
            return response;
        }

        /** Whatever was before, a good request is accepted, if not at the first attempt. */
        void sendsStill(int number) {
            long start = System.nanoTime();
            PushResponse response = push(request(number));
            while (!(response instanceof Accepted)) {
                PushResponse last = response;
                assertTrue(System.nanoTime() - start < patience().toNanos(), () -> "sends no more: " + last);
                response = push(request(number));
            }
        }

        int most(int limit) {
            return Math.min(limit, service.maxInFlight());
        }

        /** With so many in flight at a time. */
        List<PushRequest> pushAll(int first, int count, int window) {
            List<PushRequest> requests = IntStream.range(first, first + count)
                    .mapToObj(this::request)
                    .toList();
            List<CompletableFuture<PushResponse>> answers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                answers.add(service.push(requests.get(i)));
                if (i >= window) {
                    truth.await(answers.get(i - window));
                }
            }
            for (int i = 0; i < count; i++) {
                PushResponse response = truth.await(answers.get(i));
                assertInstanceOf(Accepted.class, response);
                truth.check(requests.get(i), response);
            }
            return requests;
        }
    }
}
