package dev.notifykit.testkit.contract;

import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushResponse.Accepted;
import dev.notifykit.push.PushResponse.Rejected;
import dev.notifykit.push.PushResponse.Unavailable;
import dev.notifykit.push.PushService;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** Mistakes that a service may be written with, each with the test of the contract that is there to find it. */
enum PushServiceBug {
    SENDS_TWICE("holdsAsManyAsItSays", true, (peer, timeout) -> new TimedPushService(peer, timeout) {
        @Override
        void exchange(PushRequest request, CompletableFuture<PushResponse> answer) {
            peer.run(() -> {
                peer.take(request);
                peer.take(request).ifPresent(answer::complete);
            });
        }
    }),

    RETRIES_BY_ITSELF("neverClaimsMoreThanItKnows", true, (peer, timeout) -> new TimedPushService(peer, timeout) {
        @Override
        void exchange(PushRequest request, CompletableFuture<PushResponse> answer) {
            peer.run(() -> peer.take(request)
                    .flatMap(first -> first instanceof Unavailable ? peer.take(request) : Optional.of(first))
                    .ifPresent(answer::complete));
        }
    }),

    SAYS_UNAVAILABLE_AFTER_ACCEPTANCE(
            "everyBehaviourGetsItsAnswer",
            true,
            (peer, timeout) -> answering(
                    peer,
                    timeout,
                    response -> response instanceof PushResponse.Unknown
                            ? new Unavailable(Unavailable.Cause.REFUSED, "lost")
                            : response)),

    SAYS_ACCEPTED_WHEN_UNKNOWN(
            "everyBehaviourGetsItsAnswer",
            true,
            (peer, timeout) -> answering(
                    peer,
                    timeout,
                    response -> response instanceof PushResponse.Unknown ? new Accepted("surely") : response)),

    NEVER_COMPLETES_ON_SILENCE(
            "everyBehaviourGetsItsAnswer", true, (peer, timeout) -> new TimedPushService(peer, timeout) {
                @Override
                CompletableFuture<PushResponse> withTimeout(CompletableFuture<PushResponse> answer) {
                    return answer;
                }
            }),

    THROWS("hostileRequestsAreAnswered", false, (peer, timeout) -> new TimedPushService(peer, timeout) {
        @Override
        public CompletableFuture<PushResponse> push(PushRequest request) {
            if (request.target().address().contains("\n")) {
                throw new IllegalArgumentException("bad address");
            }
            return super.push(request);
        }
    }),

    FAILS_THE_FUTURE(
            "everyBehaviourGetsItsAnswer",
            true,
            (peer, timeout) -> answering(peer, timeout, response -> {
                if (response instanceof Unavailable) {
                    throw new IllegalStateException("503");
                }
                return response;
            })),

    FORGETS_THE_FUTURE_WHEN_CLOSED(
            "afterCloseItTakesNothingAndSaysSo", false, (peer, timeout) -> new TimedPushService(peer, timeout) {
                private volatile boolean closed;

                @Override
                public CompletableFuture<PushResponse> push(PushRequest request) {
                    return closed ? new CompletableFuture<>() : super.push(request);
                }

                @Override
                public void close() {
                    closed = true;
                }
            }),

    SENDS_WHEN_CLOSED(
            "afterCloseItTakesNothingAndSaysSo", false, (peer, timeout) -> new TimedPushService(peer, timeout) {
                @Override
                public void close() {
                    // Goes on.
                }
            }),

    CANNOT_BE_CLOSED_TWICE("mayBeClosedByManyAndAgain", false, (peer, timeout) -> new TimedPushService(peer, timeout) {
        private final AtomicInteger closes = new AtomicInteger();

        @Override
        public void close() {
            super.close();
            if (closes.incrementAndGet() > 1) {
                throw new IllegalStateException("closed already");
            }
        }
    }),

    SENDS_WHAT_CHECK_REFUSES(
            "whatCheckRefusesIsNeverSent", false, (peer, timeout) -> new TimedPushService(peer, timeout) {
                @Override
                public Optional<Rejected> check(PushRequest request) {
                    // Only when it is asked by others than push.
                    return request.target().address().contains("\n")
                            ? Optional.of(new Rejected("BAD", "address"))
                            : Optional.empty();
                }

                @Override
                public CompletableFuture<PushResponse> push(PushRequest request) {
                    CompletableFuture<PushResponse> answer = new CompletableFuture<>();
                    exchange(request, answer);
                    return withTimeout(answer);
                }
            }),

    TELLS_THE_ADDRESS("everyBehaviourGetsItsAnswer", true, (peer, timeout) -> new TimedPushService(peer, timeout) {
        @Override
        void exchange(PushRequest request, CompletableFuture<PushResponse> answer) {
            peer.run(() -> peer.take(request)
                    .map(response -> response instanceof Rejected rejected
                            ? new Rejected(rejected.reason(), request.target().address())
                            : response)
                    .ifPresent(answer::complete));
        }
    }),

    DROPS_WHAT_COMES_TOGETHER("threadsShareIt", true, (peer, timeout) -> new TimedPushService(peer, timeout) {
        private final AtomicInteger pushes = new AtomicInteger();

        @Override
        void exchange(PushRequest request, CompletableFuture<PushResponse> answer) {
            if (pushes.incrementAndGet() % 100 != 0) {
                super.exchange(request, answer);
            } else {
                answer.complete(new Accepted("lost"));
            }
        }
    });

    /** The test that has to find it. */
    final String foundBy;

    /** Whether the random model has to find it as well. */
    final boolean foundByModel;

    private final BiFunction<InProcessPeer, Duration, PushService> service;

    PushServiceBug(String foundBy, boolean foundByModel, BiFunction<InProcessPeer, Duration, PushService> service) {
        this.foundBy = foundBy;
        this.foundByModel = foundByModel;
        this.service = service;
    }

    PushService of(InProcessPeer peer, Duration timeout) {
        return service.apply(peer, timeout);
    }

    private static PushService answering(InProcessPeer peer, Duration timeout, UnaryOperator<PushResponse> change) {
        return new TimedPushService(peer, timeout) {
            @Override
            CompletableFuture<PushResponse> withTimeout(CompletableFuture<PushResponse> answer) {
                return super.withTimeout(answer).thenApply(change);
            }
        };
    }
}
