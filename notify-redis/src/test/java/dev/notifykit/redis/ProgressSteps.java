package dev.notifykit.redis;

import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.Mark;
import dev.notifykit.fanout.ParkedRow;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.fanout.ProgressStore.ShardEnd;
import dev.notifykit.fanout.ShardGrant;
import dev.notifykit.fanout.ShardLease;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.Target;
import dev.notifykit.result.SendResult.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** A short life of a fan-out of one shard in which every script is run, with notes of what the store says on the way. */
final class ProgressSteps {

    static final Duration LEASE = Duration.ofMinutes(10);
    static final int ROWS = 6;

    private final ProgressStore store;
    private final FanOutId id;
    private final List<String> notes = new ArrayList<>();

    ProgressSteps(ProgressStore store, FanOutId id) {
        this.store = store;
        this.id = id;
    }

    static FanOutSpec spec(FanOutId id) {
        return FanOutSpec.builder(id, "customers", Notification.alert("Hello", "World"))
                .build();
    }

    static List<AudienceRow> rows(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new AudienceRow("key-" + i, Target.apns("com.acme.app", "00ff" + i)))
                .toList();
    }

    static ParkedRow parkedRow(int page, int index, int attempts) {
        return new ParkedRow(
                ParkedRow.id(page, index), rows(index + 1).get(index), attempts, false, Duration.ofSeconds(1), false);
    }

    static Mark parked(int page, int index, Duration delay) {
        return new Mark.Parked(page, index, parkedRow(page, index, 1), delay);
    }

    static Mark ended(int page, int index) {
        return new Mark.Ended(page, index, Kind.ACCEPTED);
    }

    /** What was noted. */
    List<String> run() {
        note(store.create(spec(id), List.of("all"), OptionalLong.of(99)));
        note(store.create(spec(id), List.of("all"), OptionalLong.of(99)));
        store.waiting(id, "a reason");
        note(store.progress(id).orElseThrow().reason());
        store.waiting(id, null);
        store.command(id, ProgressStore.Command.PAUSE);
        note(store.wanted(id));
        store.command(id, ProgressStore.Command.RESUME);
        ShardGrant first = store.acquire(id, 0, "one", LEASE).orElseThrow();
        note(first.released());
        store.openPage(first.lease(), 0, rows(ROWS), "cursor");
        store.renew(first.lease(), LEASE);
        store.release(first.lease());
        work(store.acquire(id, 0, "two", LEASE).orElseThrow());
        note(store.freeShards(id));
        note(store.active().contains(id));
        note(store.spec(id));
        return notes;
    }

    private void work(ShardGrant grant) {
        note(grant.released());
        note(grant.cursor());
        note(grant.openPages().get(0).rows());
        ShardLease lease = grant.lease();
        BitSet intents = new BitSet();
        intents.set(2, 4);
        store.intend(lease, 0, intents);
        store.addPossibleDuplicates(lease, 3);
        store.mark(lease, List.of(ended(0, 0), parked(0, 1, Duration.ZERO), parked(0, 2, LEASE)));
        progress();
        store.mark(lease, List.of(ended(0, 3), new Mark.Ended(0, 4, Kind.REJECTED), ended(0, 5)));
        store.mark(lease, List.of(new Mark.ParkedAgain(parkedRow(0, 1, 2), LEASE.multipliedBy(2))));
        note(store.parked(lease, true, 10));
        store.closePage(lease, 0);
        store.openPage(lease, 1, List.of(), null);
        store.closePage(lease, 1);
        store.mark(
                lease,
                List.of(
                        new Mark.ParkedEnded(ParkedRow.id(0, 1), Kind.UNKNOWN),
                        new Mark.ParkedEnded(ParkedRow.id(0, 2), Kind.ACCEPTED)));
        progress();
        store.endShard(lease, ShardEnd.COMPLETED, null);
        progress();
    }

    private void progress() {
        note(store.progress(id).orElseThrow());
    }

    private void note(Object what) {
        notes.add(what.toString());
    }
}
