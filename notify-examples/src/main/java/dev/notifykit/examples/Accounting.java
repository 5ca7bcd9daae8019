package dev.notifykit.examples;

import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.FanOutState;
import dev.notifykit.result.SendResult.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Holds the books against what the library counted and, where the vendors are simulated, against their journals. Each check is one
 * line of the report; the law holds when all of them do.
 */
final class Accounting {

    /** In the demo's weather a row gives up only after more attempts than one in a thousand needs. */
    static final double LEAST_ACCEPTED = 0.999;

    /**
     * One line.
     *
     * @param what what was looked at
     * @param found what was seen
     * @param holds whether it is as it must be
     */
    record Check(String what, String found, boolean holds) {}

    private final Ledger ledger;
    private final FanOutProgress progress;
    private final List<Check> checks = new ArrayList<>();

    /**
     * Begins with what is true of every campaign: each row has one result, and the library has counted it.
     *
     * @param ledger the books
     * @param progress the library's own last count
     */
    Accounting(Ledger ledger, FanOutProgress progress) {
        this.ledger = ledger;
        this.progress = progress;
        conservation();
    }

    /**
     * Adds: each line of the file was a row, or was reported as malformed.
     *
     * @param lines counted without a CSV reader
     * @param malformed lines that were reported
     */
    Accounting file(long lines, long malformed) {
        add(
                "lines of the file = rows + malformed lines",
                Format.of("%,d = %,d + %,d", lines, ledger.rows(), malformed),
                lines == ledger.rows() + malformed);
        return this;
    }

    /**
     * Adds: each dead token was handed to the host.
     *
     * @param handed how many the listener was told of
     */
    Accounting deadTokens(long handed) {
        long dead = ledger.count(Kind.TOKEN_INVALID);
        add("dead tokens handed to the host, of those found", Format.of("%,d of %,d", handed, dead), handed == dead);
        return this;
    }

    /**
     * Adds: the vendors' journals and the ledger agree, id by id.
     *
     * @param journals the vendors' own totals; their ids are in the ledger already
     */
    Accounting journals(JournalTotals journals) {
        none("accepted rows that no journal knows", ledger.acceptedUnseen());
        none("journaled ids that no row explains", ledger.unexplainedIds());
        none("accepted messages without an id", journals.withoutId());
        add(
                "duplicates seen, of those reported as possible",
                Format.of("%,d of %,d", journals.duplicates(), progress.possibleDuplicates()),
                journals.duplicates() <= progress.possibleDuplicates());
        long dead = ledger.count(Kind.TOKEN_INVALID);
        add(
                "dead tokens found, of the vendors' answers that said so",
                Format.of("%,d of %,d", dead, journals.deadAnswers()),
                dead <= journals.deadAnswers());
        if (finished()) {
            long live = ledger.rows() - dead - ledger.withoutLane();
            long accepted = ledger.count(Kind.ACCEPTED);
            add(
                    "live tokens accepted (99.9 % are asked for)",
                    Format.of("%,d of %,d", accepted, live), accepted >= LEAST_ACCEPTED * live);
        }
        return this;
    }

    /**
     * Adds: what the workers were told and the vendors' journals agree, request id by request id.
     *
     * @param told the results of all workers; the ids of the journals are in it already
     */
    Accounting workers(ToldResults told) {
        none("rows of which different things were told", told.changed());
        none("accepted rows whose id no journal knows", told.acceptedUnseen());
        none("journaled ids of rows that ended otherwise", told.acceptedAllTheSame());
        none("journaled ids that are no row's", told.foreignIds());
        return this;
    }

    List<Check> checks() {
        return List.copyOf(checks);
    }

    private boolean finished() {
        return progress.state() == FanOutState.COMPLETED;
    }

    private void conservation() {
        long done = progress.done();
        add(
                "recipients = sum of the results + pending",
                Format.of("%,d = %,d + %,d", progress.recipients(), done, progress.pending()),
                progress.isConserved());
        if (finished()) {
            long rows = ledger.rows();
            add("rows of the file, all of them recipients", Format.count(rows), rows == progress.recipients());
            none("rows without a result", ledger.withoutResult());
        }
        none("results beyond one for each row", ledger.surplusResults());
        long told = Stream.of(Kind.values()).mapToLong(ledger::count).sum();
        // Until a fan-out ends, its last results may still be on their way to the sink.
        boolean agree = Stream.of(Kind.values())
                .allMatch(kind -> finished()
                        ? ledger.count(kind) == progress.count(kind)
                        : ledger.count(kind) <= progress.count(kind));
        add("results told to the host, of those counted", Format.of("%,d of %,d", told, done), agree);
    }

    private void none(String what, long found) {
        add(what, Format.count(found), found == 0);
    }

    private void add(String what, String found, boolean holds) {
        checks.add(new Check(what, found, holds));
    }
}
