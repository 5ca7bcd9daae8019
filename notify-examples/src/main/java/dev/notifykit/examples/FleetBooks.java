package dev.notifykit.examples;

import dev.notifykit.fanout.FanOutProgress;
import java.nio.file.Path;

/**
 * The books of a fleet: who was to be sent to, what its workers were told, and what the vendors have accepted. Opened before anything is sent
 * and closed when nothing more can be. Not thread-safe.
 */
final class FleetBooks {

    private final Ledger ledger = new Ledger();
    private final ToldResults told = new ToldResults();
    private final Census census;

    private FleetBooks(Path file) throws Exception {
        census = Census.take(file, FleetMember.audience(file), ledger);
    }

    /** Notes everybody in the file. */
    static FleetBooks open(Path file) throws Exception {
        return new FleetBooks(file);
    }

    /**
     * Enters the results and the journals, and checks the law, id by id.
     *
     * @param progress the last count
     */
    Accounting close(Fleet fleet, FanOutProgress progress) throws Exception {
        ResultFile.readAll(fleet.plan().results(), progress.id(), told::told);
        told.sendTo(ledger);
        JournalTotals journals = JournalTotals.read(fleet.simulators(), (provider, entry) -> {
            ledger.journaled(provider, entry.token());
            told.journaled(entry.id(), entry.count());
        });
        return new Accounting(ledger, progress)
                .file(census.lines(), 0)
                .workers(told)
                .journals(journals);
    }

    Ledger ledger() {
        return ledger;
    }

    /** How often a result was told again, since whoever was told first had died. */
    long toldAgain() {
        return told.repeated();
    }
}
