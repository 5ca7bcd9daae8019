package dev.notifykit.apns;

import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.ProviderOptions;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushService;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A service whose pushes all are such that pushy has no words for them, if nothing else was said of them. */
record OwnWire(PushService apns) implements PushService {

    /** What is shown never wakes the device; what shows nothing reloads widgets. */
    static Notification beyondPushy(Notification n) {
        ApnsOptions.Builder options = ApnsOptions.builder();
        if (n.background()) {
            options.pushType(ApnsOptions.PushType.WIDGETS);
        } else {
            options.priority(ApnsOptions.Priority.NEVER_WAKE);
        }
        return n.toBuilder().options(options.build()).build();
    }

    static PushRequest beyondPushy(PushRequest request) {
        Notification n = request.notification();
        if (n.options(ProviderId.APNS, ProviderOptions.class).isPresent()) {
            return request;
        }
        return PushRequest.builder(request.target(), beyondPushy(n))
                .id(request.id())
                .expiresAt(request.expiresAt().orElse(null))
                .urgency(request.urgency())
                .collapseId(request.collapseId().orElse(null))
                .stableId(request.stableId())
                .build();
    }

    @Override
    public ProviderId provider() {
        return apns.provider();
    }

    @Override
    public int maxInFlight() {
        return apns.maxInFlight();
    }

    @Override
    public Optional<PushResponse.Rejected> check(PushRequest request) {
        return apns.check(beyondPushy(request));
    }

    @Override
    public CompletableFuture<PushResponse> push(PushRequest request) {
        return apns.push(beyondPushy(request));
    }

    @Override
    public void close() {
        apns.close();
    }
}
