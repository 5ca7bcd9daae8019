package dev.notifykit.testkit.contract;

import dev.notifykit.push.PushService;
import java.util.EnumSet;

/**
 * A service made of a blocking client. When that client throws, or never returns, so does the future of its push: dropped connections
 * and silence are its own affair.
 */
class BlockingPushServiceTest extends PushServiceContract {

    @Override
    protected PushPeer startPeer() {
        return new InProcessPeer(
                (peer, timeout) -> PushService.blocking(
                        InProcessPeer.provider(),
                        peer.threads(),
                        request -> peer.take(request).orElseThrow()),
                EnumSet.of(PushPeer.Behaviour.SILENCE, PushPeer.Behaviour.ACCEPT_SILENTLY));
    }
}
