package dev.notifykit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.device.Device;
import dev.notifykit.message.Message;
import dev.notifykit.message.Recipient;
import dev.notifykit.message.SubmitReceipt;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.Target;
import dev.notifykit.push.UserId;
import dev.notifykit.queue.QueueState;
import dev.notifykit.result.SendResult.Kind;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What befalls the processes that work on what was submitted: worker JVMs are killed and stopped, and messages are handed in all the while; a
 * real Redis and the simulated vendors stay. After each run every delivery is held against the vendors' journals, id by id ({@link QueueBooks}).
 * The numbers are those of {@code docs/faults.md}; {@link FaultSize} says how many messages and rounds.
 */
@Timeout(2 * FaultSize.MOST_SECONDS)
class QueueFaultsTest {

    private static final Notification GOAL = Notification.alert("Goal", "1:0");

    /** Every so many messages one is for a user, who has a phone of each kind; all others are for one device. */
    private static final int TO_USER = 10;

    /** How many are handed in right after a blow. */
    private static final int LATE = 100;

    private static final int MOST_TOGETHER = 1_000;

    @TempDir
    Path dir;

    private final QueueBooks books = new QueueBooks();
    private final Misdeeds misdeeds = new Misdeeds();
    private int made;

    /** What happens once a round, to workers that are at work. */
    private interface Blow {
        void strike(QueueFleet fleet) throws Exception;
    }

    // ---- 1: kill -9

    @Test
    void oneOfThreeIsKilledAgainAndAgain() throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        endure(fleet -> {
            List<WorkerProcess> atWork = Misdeeds.atWork(fleet.workers());
            WorkerProcess worker = atWork.get(random.nextInt(atWork.size()));
            worker.kill();
            misdeeds.restart(worker);
        });
    }

    @Test
    void allAreKilledAtOnceAndComeBack() throws Exception {
        endure(fleet -> {
            for (WorkerProcess worker : fleet.workers()) {
                worker.kill();
            }
            fleet.workers().forEach(misdeeds::restart);
            misdeeds.await();
        });
    }

    // ---- D3: one that stands still, and wakes when others have its partitions

    @Test
    void oneStandsStillBeyondItsLease() throws Exception {
        endure(fleet -> misdeeds.freeze(Misdeeds.atWork(fleet.workers()).get(0)));
    }

    private void endure(Blow blow) throws Exception {
        try (QueueFleet fleet = QueueFleet.start(dir, FaultSize.IN_FLIGHT, Fleet.LEASE, QueueFleet.Vendors.AS_USUAL)) {
            handIn(fleet, FaultSize.RECIPIENTS - FaultSize.ROUNDS * LATE);
            fleet.start(QueueWorker.class, "worker-1", "worker-2", "worker-3");
            for (WorkerProcess worker : fleet.workers()) {
                worker.awaitReady();
            }
            for (int round = 1; round <= FaultSize.ROUNDS; round++) {
                long due = (long) FaultSize.RECIPIENTS * round / (FaultSize.ROUNDS + 1);
                FaultSize.until(
                        "round " + round,
                        () -> fleet.done() >= due
                                && !Misdeeds.atWork(fleet.workers()).isEmpty());
                assertThat(fleet.console().queueState().pending())
                        .as("too late")
                        .isPositive();
                blow.strike(fleet);
                handIn(fleet, LATE);
            }
            FaultSize.until("all have ended", () -> fleet.console().queueState().pending() == 0);
            misdeeds.await();
            fleet.closeWorkers();
            QueueState end = fleet.console().queueState();
            Map<String, Kind> results = books.close(fleet, end);
            assertThat(results.values())
                    .as("nothing gave up, and nothing is in doubt")
                    .containsOnly(Kind.ACCEPTED, Kind.TOKEN_INVALID);
        }
    }

    // ---- messages

    /** Everything is handed in twice, as by a host that has not heard an answer. */
    private void handIn(QueueFleet fleet, int recipients) {
        List<Message> messages = new ArrayList<>();
        int until = books.size() + recipients;
        while (books.size() < until) {
            messages.add(made % TO_USER == 0 && books.size() < until - 1 ? toUser(fleet) : toDevice());
            if (messages.size() == MOST_TOGETHER || books.size() == until) {
                for (int time = 1; time <= 2; time++) {
                    assertThat(fleet.console().submit(messages)).allMatch(SubmitReceipt::queued);
                }
                messages.clear();
            }
        }
    }

    private Message toDevice() {
        int i = made++;
        Target target = i % 2 == 0 ? apns(i) : fcm(i);
        Message message = message(i, Recipient.device(target));
        books.note(message, target);
        return message;
    }

    private Message toUser(QueueFleet fleet) {
        int i = made++;
        UserId user = UserId.of("user-" + i);
        Message message = message(i, Recipient.user(user));
        for (Target target : List.of(apns(i), fcm(i))) {
            fleet.console()
                    .devices()
                    .register(Device.builder(user, target, Instant.now()).build())
                    .join();
            books.note(message, target);
        }
        return message;
    }

    private static Message message(int i, Recipient recipient) {
        return Message.builder(recipient, GOAL).id(MessageId.of("goal-" + i)).build();
    }

    private static Target apns(int i) {
        return Target.apns(app(i), "%064x".formatted(i + 1));
    }

    private static Target fcm(int i) {
        return Target.fcm(app(i), "phone-" + i);
    }

    private static String app(int i) {
        return Installations.APPS.get(i / 2 % Installations.APPS.size());
    }
}
