package dev.notifykit.testkit.contract;

import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushService;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Target;
import dev.notifykit.testing.FakePushService;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Core's fake, which is service and peer in one: it has neither a connection nor a timeout. */
final class FakePeer implements PushPeer {

    private final Map<RequestId, Integer> accepted = new ConcurrentHashMap<>();
    private final FakePushService fake = FakePushService.create(ProviderId.FCM).respondWith(request -> {
        accepted.merge(request.id(), 1, Integer::sum);
        return new PushResponse.Accepted("taken");
    });

    @Override
    public PushService connect(Duration attemptTimeout) {
        return fake;
    }

    @Override
    public Target target(int number) {
        return Target.fcm("com.acme.app", "a-token-of-some-length-" + number);
    }

    @Override
    public void answer(Target target, Behaviour behaviour) {
        if (behaviour == Behaviour.ACCEPT) {
            return; // as it does by itself; no target is ever told so after something else
        }
        fake.respondAlwaysTo(
                target.address(),
                switch (behaviour) {
                    case DEAD -> new PushResponse.TokenInvalid("UNREGISTERED", null);
                    case REJECT -> new PushResponse.Rejected("INVALID_ARGUMENT", "on purpose");
                    case THROTTLE -> new PushResponse.Throttled("429", null, PushResponse.Throttled.Scope.DEVICE);
                    case THROTTLE_WITH_WAIT ->
                        new PushResponse.Throttled("429", WAIT, PushResponse.Throttled.Scope.SENDER);
                    case SERVER_ERROR ->
                        new PushResponse.Unavailable(PushResponse.Unavailable.Cause.SERVER_ERROR, "503");
                    default -> throw new IllegalArgumentException(behaviour + " is not scripted");
                });
    }

    @Override
    public int accepted(RequestId id) {
        return accepted.getOrDefault(id, 0);
    }

    @Override
    public long received() {
        return fake.requests().size();
    }

    @Override
    public Set<Behaviour> without() {
        return EnumSet.of(
                Behaviour.SILENCE,
                Behaviour.ACCEPT_SILENTLY,
                Behaviour.DROP,
                Behaviour.ACCEPT_AND_DROP,
                Behaviour.ABSENCE);
    }

    @Override
    public void close() {
        fake.close();
    }
}
