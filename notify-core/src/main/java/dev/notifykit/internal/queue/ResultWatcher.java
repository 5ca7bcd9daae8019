package dev.notifykit.internal.queue;

import dev.notifykit.lane.LaneKey;
import dev.notifykit.push.RequestId;
import dev.notifykit.result.SendResult;

/** Is told of results that no lane brings about, so that listeners hear of all. */
@FunctionalInterface
public interface ResultWatcher {

    /**
     * A delivery has ended.
     *
     * @param lane where it would have gone
     * @param id its request
     * @param result how it ended
     */
    void ended(LaneKey lane, RequestId id, SendResult result);
}
