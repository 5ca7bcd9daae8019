package dev.notifykit.redis;

import java.util.List;

/**
 * A call that takes some rounds. Its rounds are the sender's, one at a time; its answer is anybody's.
 *
 * @param <T> its answer
 */
final class TalkCall<T> extends PendingCall<T> {

    private Talk<T> talk;

    TalkCall(Talk<T> talk, long deadline) {
        super(deadline);
        this.talk = talk;
        endIfOver();
    }

    List<ScriptCall> questions() {
        return talk.questions();
    }

    /**
     * Takes the answers of a round.
     *
     * @param answers as of {@link RedisLink#runAll}
     * @throws RuntimeException when one of them is a failure, or cannot be understood
     */
    void hear(List<Object> answers) {
        for (Object answer : answers) {
            if (answer instanceof RuntimeException failure) {
                throw failure;
            }
        }
        talk = talk.hear(answers.stream().map(Talk.Answer::new).toList());
        endIfOver();
    }

    private void endIfOver() {
        if (talk.isOver()) {
            answer().complete(talk.said());
        }
    }
}
