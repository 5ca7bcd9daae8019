package dev.notifykit.testkit.contract;

import dev.notifykit.push.RequestId;
import dev.notifykit.push.Target;
import dev.notifykit.testkit.Simulator;
import dev.notifykit.testkit.reply.Reply;
import java.util.Objects;

/** One of the simulated vendors as a peer; what is left to say is how a service is pointed at it, and what its addresses look like. */
public abstract class SimulatorPeer implements PushPeer {

    private final Simulator simulator;

    /**
     * A peer that is this simulator, and ends with it.
     *
     * @param simulator a running one
     */
    protected SimulatorPeer(Simulator simulator) {
        this.simulator = Objects.requireNonNull(simulator, "simulator");
    }

    @Override
    public void answer(Target target, Behaviour behaviour) {
        simulator.script(target.address(), reply(behaviour));
    }

    private static Reply reply(Behaviour behaviour) {
        return switch (behaviour) {
            case ACCEPT -> Reply.ok();
            case DEAD -> Reply.unregistered();
            case REJECT -> Reply.status(400, "INVALID_ARGUMENT");
            case THROTTLE -> Reply.throttled();
            case THROTTLE_WITH_WAIT -> Reply.throttled().retryAfter(WAIT);
            case SERVER_ERROR -> Reply.unavailable();
            case SILENCE -> Reply.silence();
            case ACCEPT_SILENTLY -> Reply.silence().accepting();
            case DROP -> Reply.drop();
            case ACCEPT_AND_DROP -> Reply.drop().accepting();
            case ABSENCE, CLOSING -> throw new IllegalArgumentException(behaviour + " is no answer");
        };
    }

    @Override
    public int accepted(RequestId id) {
        return simulator.journal().count(id.toString());
    }

    @Override
    public long received() {
        return simulator.traffic().requests();
    }

    @Override
    public void close() {
        simulator.close();
    }
}
