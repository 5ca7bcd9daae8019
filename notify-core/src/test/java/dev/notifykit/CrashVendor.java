package dev.notifykit;

import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushService;
import dev.notifykit.result.SendResult;
import dev.notifykit.time.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** A vendor that treats every address in its own way, and counts what it has accepted. It outlives the clients that talk to it. */
final class CrashVendor implements PushService {

    static final Duration LATENCY = Duration.ofMillis(120);

    private static final Duration LONG = Duration.ofMillis(1_500);

    /** How an address is treated. The order is that of the rows. */
    enum Kind {
        LIVE(SendResult.Kind.ACCEPTED),
        DEAD(SendResult.Kind.TOKEN_INVALID),
        REJECTED(SendResult.Kind.REJECTED),
        /** The first attempt is told to come back much later: the row is parked. */
        THROTTLED(SendResult.Kind.ACCEPTED),
        /** The first attempt is accepted, and the answer is lost. */
        LOST_ANSWER(SendResult.Kind.ACCEPTED),
        /** The same, and the second attempt is to come much later. */
        LOST_ANSWER_LATER(SendResult.Kind.ACCEPTED),
        /** Every attempt is accepted, and no answer ever known. */
        UNKNOWN(SendResult.Kind.UNKNOWN),
        /** The first attempt fails, surely unsent, and the next may come soon. */
        UNAVAILABLE(SendResult.Kind.ACCEPTED),
        /** The first attempt is accepted and never answered. */
        SILENT(SendResult.Kind.ACCEPTED),
        /** The first attempt blames the sender, which pauses: all rows are parked for a while. */
        MISCONFIGURED(SendResult.Kind.ACCEPTED),
        /** Of a lane that nobody declared. */
        NO_LANE(SendResult.Kind.REJECTED);

        private final SendResult.Kind end;

        Kind(SendResult.Kind end) {
            this.end = end;
        }

        SendResult.Kind end() {
            return end;
        }
    }

    private final TimeSource time;
    private final Map<String, Integer> attempts = new ConcurrentHashMap<>();
    private final Map<String, Integer> accepted = new ConcurrentHashMap<>();

    CrashVendor(TimeSource time) {
        this.time = time;
    }

    /** Of all addresses together. */
    int attempts() {
        return attempts.values().stream().mapToInt(Integer::intValue).sum();
    }

    int attempts(String address) {
        return attempts.getOrDefault(address, 0);
    }

    int accepted(String address) {
        return accepted.getOrDefault(address, 0);
    }

    /** How often an address was accepted once more than once. */
    long duplicates() {
        return accepted.values().stream().mapToLong(times -> times - 1).sum();
    }

    @Override
    public ProviderId provider() {
        return ProviderId.APNS;
    }

    @Override
    public int maxInFlight() {
        return 6;
    }

    @Override
    public CompletableFuture<PushResponse> push(PushRequest request) {
        String address = request.target().address();
        boolean first = attempts.merge(address, 1, Integer::sum) == 1;
        Kind kind = kind(address);
        PushResponse answer = answer(kind, first);
        boolean accepts = answer instanceof PushResponse.Accepted
                || kind == Kind.UNKNOWN
                || (first && (kind == Kind.LOST_ANSWER || kind == Kind.LOST_ANSWER_LATER || kind == Kind.SILENT));
        if (accepts) {
            accepted.merge(address, 1, Integer::sum);
        }
        CompletableFuture<PushResponse> future = new CompletableFuture<>();
        if (!(first && kind == Kind.SILENT)) {
            time.schedule(() -> future.complete(answer), LATENCY);
        }
        return future;
    }

    static Kind kind(String address) {
        return Kind.valueOf(address.substring(address.lastIndexOf('-') + 1));
    }

    private static PushResponse answer(Kind kind, boolean first) {
        return switch (kind) {
            case DEAD -> new PushResponse.TokenInvalid("Unregistered", null);
            case REJECTED -> new PushResponse.Rejected("PayloadTooLarge", "a test says so");
            case UNKNOWN -> new PushResponse.Unknown(PushResponse.Unknown.Cause.CONNECTION_LOST, "never known");
            default -> first ? firstAnswer(kind) : new PushResponse.Accepted("id");
        };
    }

    private static PushResponse firstAnswer(Kind kind) {
        return switch (kind) {
            case THROTTLED -> new PushResponse.Throttled("TooManyRequests", LONG, PushResponse.Throttled.Scope.DEVICE);
            case LOST_ANSWER -> new PushResponse.Unknown(PushResponse.Unknown.Cause.CONNECTION_LOST, "lost");
            case LOST_ANSWER_LATER ->
                new PushResponse.Unknown(PushResponse.Unknown.Cause.CONNECTION_LOST, "lost", LONG);
            case UNAVAILABLE ->
                new PushResponse.Unavailable(PushResponse.Unavailable.Cause.SERVER_ERROR, "ServiceUnavailable");
            case MISCONFIGURED -> new PushResponse.Misconfigured("InvalidProviderToken", "a test says so");
            default -> new PushResponse.Accepted("id");
        };
    }

    /** As a client comes to it. */
    PushService over(LifeLine line) {
        return new PushService() {
            @Override
            public ProviderId provider() {
                return CrashVendor.this.provider();
            }

            @Override
            public int maxInFlight() {
                return CrashVendor.this.maxInFlight();
            }

            @Override
            public CompletableFuture<PushResponse> push(PushRequest request) {
                try {
                    return line.cross(() -> CrashVendor.this.push(request));
                } catch (RuntimeException e) {
                    throw e;
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }

            @Override
            public void close() {
                // The vendor lives on.
            }
        };
    }

    @Override
    public void close() {
        // It is not the client's.
    }
}
