package dev.notifykit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.fanout.FanOut;
import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.FanOutState;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
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
        Misdeeds misdeeds = new Misdeeds();
        endure(THREE, (fleet, round) -> {
            List<WorkerProcess> atWork = Misdeeds.atWork(fleet.workers());
            WorkerProcess worker = atWork.get(random.nextInt(atWork.size()));
            worker.kill();
            misdeeds.restart(worker);
        });
        misdeeds.await();
    }

    // ---- 10: one name for all, also for those that come back

    @Test
    void allInstancesOfOneNameAreKilledAtOnceAndComeBack() throws Exception {
        endure(List.of("pod-0", "pod-0", "pod-0"), (fleet, round) -> {
            for (WorkerProcess worker : fleet.workers()) {
                worker.kill();
            }
            Misdeeds misdeeds = new Misdeeds();
            fleet.workers().forEach(misdeeds::restart);
            misdeeds.await();
        });
    }

    // ---- D3: an instance that stands still, and wakes when others have its shards

    @Test
    void instancesStandStillBeyondTheirLeases() throws Exception {
        Misdeeds misdeeds = new Misdeeds();
        endure(
                THREE,
                (fleet, round) ->
                        misdeeds.freeze(Misdeeds.atWork(fleet.workers()).get(0)));
        misdeeds.await();
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
                                    && !Misdeeds.atWork(fleet.workers()).isEmpty());
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
}
