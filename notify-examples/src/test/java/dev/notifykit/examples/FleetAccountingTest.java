package dev.notifykit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.FanOutState;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Target;
import dev.notifykit.result.RowResult;
import dev.notifykit.result.SendResult;
import dev.notifykit.result.SendResult.Kind;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The end of a fleet's run: 1,000 rows that were all accepted, as four lives of workers have written them down; then something is wrong. */
class FleetAccountingTest {

    private static final int ROWS = 1_000;
    private static final int LIVES = 4;
    private static final FanOutId ID = FanOutId.of("test");

    private record Id(String id, String token, int count) {}

    @TempDir
    Path results;

    private final List<Id> journal = new ArrayList<>();
    private final ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    private ToldResults told = new ToldResults();
    private long possibleDuplicates;

    @BeforeEach
    void everythingAddsUp() throws Exception {
        for (int life = 0; life < LIVES; life++) {
            int first = life * ROWS / LIVES;
            try (ResultFile file = new ResultFile(results.resolve("worker-" + life + ".tsv"))) {
                for (int i = first; i < first + ROWS / LIVES; i++) {
                    file.accept(List.of(row(i, new SendResult.Accepted(""))));
                    journal.add(new Id(request(i).toString(), token(i), 1));
                }
            }
        }
    }

    @Test
    void itEndsWithZero() throws Exception {
        assertThat(code()).as(this::out).isZero();
    }

    @Test
    void aMissingIdIsFound() throws Exception {
        journal.remove(17);

        assertThat(code()).isEqualTo(1);
        assertThat(out()).containsPattern("accepted rows whose id no journal knows +1 +WRONG");
    }

    @Test
    void anExtraIdIsFound() throws Exception {
        journal.add(new Id(RequestId.random().toString(), token(17), 1));

        assertThat(code()).isEqualTo(1);
        assertThat(out()).containsPattern("journaled ids that are no row's +1 +WRONG");
    }

    @Test
    void anIdOfAnotherRowIsFound() throws Exception {
        journal.set(17, new Id(RequestId.random().toString(), token(17), 1));

        assertThat(code()).isEqualTo(1);
        assertThat(out())
                .containsPattern("accepted rows whose id no journal knows +1 +WRONG")
                .containsPattern("journaled ids that are no row's +1 +WRONG");
    }

    @Test
    void oneDuplicateMoreThanReportedIsFound() throws Exception {
        possibleDuplicates = 3;
        journal.set(17, new Id(journal.get(17).id(), token(17), 4));
        assertThat(code()).as(this::out).isZero();

        possibleDuplicates = 2;
        assertThat(code()).isEqualTo(1);
        assertThat(out()).containsPattern("duplicates seen, of those reported as possible +3 of 2 +WRONG");
    }

    @Test
    void aResultThatNoWorkerWasToldIsFound() throws Exception {
        Path file = results.resolve("worker-2.tsv");
        List<String> lines = Files.readAllLines(file);
        Files.write(file, lines.subList(1, lines.size()));

        assertThat(code()).isEqualTo(1);
        assertThat(out())
                .containsPattern("rows without a result +1 +WRONG")
                .containsPattern("journaled ids that are no row's +1 +WRONG");
    }

    @Test
    void aResultThatWasToldAgainCountsOnceAndATornLineNotAtAll() throws Exception {
        try (ResultFile heir = new ResultFile(results.resolve("heir.tsv"))) {
            heir.accept(List.of(row(17, new SendResult.Accepted(""))));
        }
        Path file = results.resolve("worker-2.tsv");
        Files.writeString(file, Files.readString(file) + "170000\t0\tk");

        assertThat(code()).as(this::out).isZero();
        assertThat(told.repeated()).isEqualTo(1);
    }

    @Test
    void aRowOfWhichDifferentThingsWereToldIsFound() throws Exception {
        try (ResultFile heir = new ResultFile(results.resolve("heir.tsv"))) {
            heir.accept(List.of(row(17, new SendResult.Expired())));
        }

        assertThat(code()).isEqualTo(1);
        assertThat(out()).containsPattern("rows of which different things were told +1 +WRONG");
    }

    private int code() throws Exception {
        Ledger ledger = new Ledger();
        told = new ToldResults();
        IntStream.range(0, ROWS).mapToObj(FleetAccountingTest::target).forEach(ledger::expect);
        ResultFile.readAll(results, ID, told::told);
        told.sendTo(ledger);
        for (Id each : journal) {
            ledger.journaled(ProviderId.APNS, each.token());
            told.journaled(each.id(), each.count());
        }
        long duplicates = journal.stream().mapToLong(each -> each.count() - 1).sum();
        Map<Kind, Long> counted = Map.of(Kind.ACCEPTED, (long) ROWS);
        FanOutProgress progress = new FanOutProgress(
                ID, FanOutState.COMPLETED, null, ROWS, counted, 0, 0, true, null, possibleDuplicates, 0);
        return FleetExample.verdict(
                new PrintStream(outBytes, true, StandardCharsets.UTF_8),
                ledger,
                progress,
                new Accounting(ledger, progress)
                        .file(ROWS, 0)
                        .workers(told)
                        .journals(new JournalTotals(duplicates, 0, 0)));
    }

    private String out() {
        return outBytes.toString(StandardCharsets.UTF_8);
    }

    private static RowResult row(int row, SendResult result) {
        return new RowResult(ID, 0, "k" + row, request(row), target(row), result);
    }

    private static RequestId request(int row) {
        return RequestId.parse("00000000-0000-4000-8000-%012x".formatted(row));
    }

    private static Target target(int row) {
        return Target.apns("com.acme.one", token(row));
    }

    private static String token(int row) {
        return "%064x".formatted(row + 0xabcdefL);
    }
}
