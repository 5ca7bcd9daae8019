package dev.notifykit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.fanout.FanOut;
import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.FanOutState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What befalls the processes of a fleet, at fixed places on its way: worker JVMs are killed and stopped, a real Redis and the simulated
 * vendors stay. After each run every row is held against the vendors' journals, id by id ({@link FleetBooks}). The numbers are those of
 * {@code docs/faults.md}; {@link FaultSize} says how many rows and rounds.
 */
@Timeout(2 * FaultSize.MOST_SECONDS)
class FleetFaultsTest {

    private static final List<String> THREE = List.of("worker-1", "worker-2", "worker-3");

    @TempDir
    Path dir;

    /** What happens once a round, to workers that are at work. */
    private interface Blow {
        void strike(Fleet fleet, int round) throws Exception;
    }

    // ---- 1: kill -9

    @Test
    void oneOfThreeIsKilledAgainAndAgain() throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        List<CompletableFuture<Void>> restarts = new ArrayList<>();
        endure(THREE, (fleet, round) -> {
            List<WorkerProcess> atWork = atWork(fleet);
            WorkerProcess worker = atWork.get(random.nextInt(atWork.size()));
            worker.kill();
            restarts.add(inBackground(worker::restart));
        });
        joinAll(restarts);
    }

    // ---- 10: one name for all, also for those that come back

    @Test
    void allInstancesOfOneNameAreKilledAtOnceAndComeBack() throws Exception {
        endure(List.of("pod-0", "pod-0", "pod-0"), (fleet, round) -> {
            for (WorkerProcess worker : fleet.workers()) {
                worker.kill();
            }
            List<CompletableFuture<Void>> restarts = new ArrayList<>();
            for (WorkerProcess worker : fleet.workers()) {
                restarts.add(inBackground(worker::restart));
            }
            joinAll(restarts);
        });
    }

    // ---- D3: an instance that stands still, and wakes when others have its shards

    @Test
    void instancesStandStillBeyondTheirLeases() throws Exception {
        List<CompletableFuture<Void>> thaws = new ArrayList<>();
        endure(THREE, (fleet, round) -> {
            WorkerProcess worker = atWork(fleet).get(0);
            worker.freeze();
            thaws.add(CompletableFuture.runAsync(
                    () -> unchecked(worker::thaw),
                    CompletableFuture.delayedExecutor(
                            Fleet.LEASE.multipliedBy(2).toMillis(), TimeUnit.MILLISECONDS)));
        });
        joinAll(thaws);
    }

    private void endure(List<String> names, Blow blow) throws Exception {
        Path file = dir.resolve("installations.csv");
        Installations.write(file, FaultSize.RECIPIENTS, 1);
        FleetBooks books = FleetBooks.open(file);
        FleetArguments arguments =
                FleetArguments.parse("--in-flight", Integer.toString(FaultSize.IN_FLIGHT), "--seed", "5");
        try (Fleet fleet = Fleet.start(arguments, dir.resolve("fleet"))) {
            fleet.startWorkers(names);
            try (FleetMember console = FleetMember.console(fleet.plan())) {
                FanOut fanOut = console.launch(file);
                for (int round = 1; round <= FaultSize.ROUNDS; round++) {
                    long due = (long) FaultSize.RECIPIENTS * round / (FaultSize.ROUNDS + 1);
                    FaultSize.until(
                            "round " + round,
                            () -> fanOut.progress().done() >= due
                                    && !atWork(fleet).isEmpty());
                    assertThat(fanOut.progress().state().isEnd())
                            .as("too early")
                            .isFalse();
                    blow.strike(fleet, round);
                }
                FaultSize.until("it has ended", () -> fanOut.progress().state().isEnd());
                fleet.closeWorkers();
                FanOutProgress end = fanOut.progress();
                assertThat(end.state()).isEqualTo(FanOutState.COMPLETED);
                assertThat(books.close(fleet, end).checks()).allMatch(Accounting.Check::holds);
            }
        }
    }

    private static List<WorkerProcess> atWork(Fleet fleet) {
        List<WorkerProcess> atWork = new ArrayList<>();
        for (WorkerProcess worker : fleet.workers()) {
            unchecked(() -> {
                if (worker.isAtWork()) {
                    atWork.add(worker);
                }
            });
        }
        return atWork;
    }

    private interface Step {
        void run() throws IOException, InterruptedException;
    }

    private static CompletableFuture<Void> inBackground(Step step) {
        return CompletableFuture.runAsync(() -> unchecked(step), task -> new Thread(task, "fleet-faults").start());
    }

    private static void unchecked(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void joinAll(List<CompletableFuture<Void>> steps) throws ExecutionException, InterruptedException {
        CompletableFuture.allOf(steps.toArray(CompletableFuture<?>[]::new)).get();
    }
}
