package dev.notifykit.internal.lane;

import dev.notifykit.push.PushResponse;

/** What becomes of a journey at its turn, after an answer, and at its deadline. The lane decides when, the road decides what. */
public interface Road {

    /**
     * A permit is free: either {@link Lane#attempt}, or {@link Lane#attemptAfter}, or an end.
     *
     * @param lane where it waits
     * @param journey whose turn it is
     */
    void turn(Lane lane, Journey journey);

    /**
     * It waited for something before its attempt, and now the lane has no permit for it: it takes another turn.
     *
     * @param lane where it waits
     * @param journey whose turn it was
     */
    void missed(Lane lane, Journey journey);

    /**
     * An attempt was answered.
     *
     * @param lane where it was made
     * @param journey whose attempt
     * @param response the answer
     */
    void answered(Lane lane, Journey journey, PushResponse response);

    /**
     * Its deadline has come while it waited.
     *
     * @param lane where it waits
     * @param journey whose deadline
     */
    void overdue(Lane lane, Journey journey);

    /**
     * A token was found dead, and the sender is above suspicion.
     *
     * @param verdict which token
     */
    void tokenDead(DeadTokenGuard.Verdict verdict);
}
