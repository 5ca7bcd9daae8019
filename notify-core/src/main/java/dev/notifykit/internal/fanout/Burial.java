package dev.notifykit.internal.fanout;

import dev.notifykit.internal.message.LetterOf;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.queue.DeadLetter;
import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.result.SendResult;
import java.time.Instant;
import java.util.List;

/** Where the rows of fan-outs go that were given up: they lie among the queue's dead letters, each once, before its mark is saved. Blocks on the store. */
final class Burial {

    private static final int MOST = 200;

    private final WorkQueue letters;

    Burial(WorkQueue letters) {
        this.letters = letters;
    }

    /** There is no room: nothing is lost by it, the shard asks again. */
    static final class NoRoomException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        NoRoomException() {
            super("no room for dead letters");
        }
    }

    /** Buries letters, and takes out of the list those that surely lie there: a letter that somebody purges meanwhile is not buried again. */
    void bury(List<DeadLetter> rows) {
        while (!rows.isEmpty()) {
            List<DeadLetter> batch = rows.subList(0, Math.min(rows.size(), MOST));
            if (letters.bury(List.copyOf(batch)) > 0) {
                buryOneByOne(rows);
            } else {
                batch.clear();
            }
        }
    }

    private void buryOneByOne(List<DeadLetter> rows) {
        while (!rows.isEmpty()) {
            if (letters.bury(List.of(rows.get(0))) > 0) {
                throw new NoRoomException();
            }
            rows.remove(0);
        }
    }

    /** The letter of a row. Its message goes by the fan-out's id. */
    static DeadLetter letter(FanOutId fanOut, PushRequest request, SendResult.DeadLettered dead, Instant at) {
        return LetterOf.delivery(Delivery.of(MessageId.of(fanOut.value()), null, request), dead, at);
    }
}
