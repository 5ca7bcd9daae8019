package dev.notifykit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.message.Message;
import dev.notifykit.message.Recipient;
import dev.notifykit.message.SubmitReceipt;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.Target;
import dev.notifykit.queue.DeadLetter;
import dev.notifykit.queue.QueueState;
import dev.notifykit.result.SendResult.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One message of many kills whoever sends it: {@code docs/faults.md}, 16. Two worker JVMs share a real Redis; whoever has died is started again.
 */
@Timeout(2 * FaultSize.MOST_SECONDS)
class PoisonTest {

    private static final int MESSAGES = 300;

    /** Behind some that are accepted before it, and before most. */
    private static final int PLACE = 40;

    private static final int MOST_ATTEMPTS = 5;

    /** Each death costs one. On a machine that stands still for longer, one that runs alone would be taken for dead. */
    private static final Duration LEASE = Duration.ofSeconds(3);

    @TempDir
    Path dir;

    private final QueueBooks books = new QueueBooks();

    @Test
    void aMessageThatKillsItsWorkersBecomesALetterAndAllOthersArrive() throws Exception {
        try (QueueFleet fleet = QueueFleet.start(dir, FaultSize.IN_FLIGHT, LEASE, QueueFleet.Vendors.WELL)) {
            Message poison = message(PLACE);
            List<Message> batch = new ArrayList<>();
            for (int i = 0; i < MESSAGES; i++) {
                batch.add(i == PLACE ? poison : message(i));
            }
            assertThat(fleet.console().submit(batch)).allMatch(SubmitReceipt::queued);
            fleet.start(PoisonedWorker.class, "worker-1", "worker-2");
            FaultSize.until(
                    "all have ended",
                    () -> reviveTheDead(fleet) && fleet.console().queueState().pending() == 0);
            fleet.closeWorkers();

            assertThat(Files.readAllLines(PoisonedWorker.deaths(fleet.plan())))
                    .as("workers that have died of it")
                    .hasSizeBetween(1, MOST_ATTEMPTS);
            QueueState end = fleet.console().queueState();
            Map<String, Kind> expected = new HashMap<>();
            batch.forEach(each -> expected.put(key(each), each == poison ? Kind.DEAD_LETTERED : Kind.ACCEPTED));
            assertThat(books.close(fleet, end)).isEqualTo(expected);
            List<DeadLetter> letters =
                    fleet.console().deadLetters().page(null, 10).letters();
            assertThat(letters).extracting(DeadLetter::why).containsExactly(DeadLetter.Why.POISON);
            assertThat(letters.get(0).delivery().message()).isEqualTo(poison.id());
        }
    }

    private static boolean reviveTheDead(QueueFleet fleet) {
        try {
            for (WorkerProcess worker : fleet.workers()) {
                worker.reviveIfDead();
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Message message(int i) {
        Message message = Message.builder(Recipient.device(target(i)), Notification.alert("Goal", "1:0"))
                .id(MessageId.of("goal-" + i))
                .build();
        books.note(message, target(i));
        return message;
    }

    private static String key(Message message) {
        return QueueBooks.key(message.id(), ((Recipient.ToDevice) message.recipient()).target());
    }

    private static Target target(int i) {
        String app = Installations.APPS.get(i / 2 % Installations.APPS.size());
        if (i == PLACE) {
            return Target.apns(app, PoisonedWorker.ADDRESS);
        }
        return i % 2 == 0 ? Target.apns(app, "%064x".formatted(i + 1)) : Target.fcm(app, "phone-" + i);
    }
}
