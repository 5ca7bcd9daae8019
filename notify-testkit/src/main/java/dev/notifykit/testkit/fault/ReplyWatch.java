package dev.notifykit.testkit.fault;

/** Watches for the reply to a request that a fault was planned for. For the proxy's thread only. */
final class ReplyWatch {
    private final PlannedFault planned;
    private int left;
    private boolean begun;

    ReplyWatch(PlannedFault planned) {
        this.planned = planned;
        this.left = planned.replyBytes();
    }

    Fault fault() {
        return planned.fault();
    }

    PlannedFault planned() {
        return planned;
    }

    /** Whether the server has begun to answer. */
    boolean hasBegun() {
        return begun;
    }

    /** Returns whether this is the first of the reply. */
    boolean begin() {
        boolean first = !begun;
        begun = true;
        return first;
    }

    /** How many of these bytes get through. */
    int take(int bytes) {
        int taken = Math.min(left, bytes);
        left -= taken;
        return taken;
    }

    boolean isExhausted() {
        return left == 0;
    }
}
