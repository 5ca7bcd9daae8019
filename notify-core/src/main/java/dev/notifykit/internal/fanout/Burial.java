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

    /** Buries letters; those that lie there already are passed over. */
    void bury(List<DeadLetter> rows) {
        for (int from = 0; from < rows.size(); from += MOST) {
            if (letters.bury(List.copyOf(rows.subList(from, Math.min(rows.size(), from + MOST)))) > 0) {
                throw new NoRoomException();
            }
        }
    }

    /** The letter of a row. Its message goes by the fan-out's id. */
    static DeadLetter letter(FanOutId fanOut, PushRequest request, SendResult.DeadLettered dead, Instant at) {
        return LetterOf.delivery(Delivery.of(MessageId.of(fanOut.value()), null, request), dead, at);
    }
}
