package dev.notifykit.testkit.contract;

import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.Mark;
import dev.notifykit.fanout.ParkedRow;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.fanout.ShardGrant;
import dev.notifykit.fanout.ShardLease;
import dev.notifykit.push.FanOutId;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Does what another store does, until a subclass breaks something. */
class ForwardingProgressStore implements ProgressStore {

    final ProgressStore good;

    ForwardingProgressStore(ProgressStore good) {
        this.good = good;
    }

    @Override
    public boolean shared() {
        return good.shared();
    }

    @Override
    public Launch create(FanOutSpec spec, List<String> shards, OptionalLong estimatedTotal) {
        return good.create(spec, shards, estimatedTotal);
    }

    @Override
    public Optional<FanOutSpec> spec(FanOutId id) {
        return good.spec(id);
    }

    @Override
    public List<FanOutId> active() {
        return good.active();
    }

    @Override
    public void command(FanOutId id, Command command) {
        good.command(id, command);
    }

    @Override
    public Command wanted(FanOutId id) {
        return good.wanted(id);
    }

    @Override
    public void waiting(FanOutId id, @Nullable String reason) {
        good.waiting(id, reason);
    }

    @Override
    public Optional<FanOutProgress> progress(FanOutId id) {
        return good.progress(id);
    }

    @Override
    public List<Integer> freeShards(FanOutId id) {
        return good.freeShards(id);
    }

    @Override
    public Optional<ShardGrant> acquire(FanOutId id, int shard, String owner, Duration ttl) {
        return good.acquire(id, shard, owner, ttl);
    }

    @Override
    public void renew(ShardLease lease, Duration ttl) {
        good.renew(lease, ttl);
    }

    @Override
    public void release(ShardLease lease) {
        good.release(lease);
    }

    @Override
    public void openPage(ShardLease lease, int number, List<AudienceRow> rows, @Nullable String cursor) {
        good.openPage(lease, number, rows, cursor);
    }

    @Override
    public void intend(ShardLease lease, int page, BitSet rows) {
        good.intend(lease, page, rows);
    }

    @Override
    public void mark(ShardLease lease, List<Mark> marks) {
        good.mark(lease, marks);
    }

    @Override
    public void closePage(ShardLease lease, int page) {
        good.closePage(lease, page);
    }

    @Override
    public List<ParkedRow> parked(ShardLease lease, boolean all, int limit) {
        return good.parked(lease, all, limit);
    }

    @Override
    public void addPossibleDuplicates(ShardLease lease, long more) {
        good.addPossibleDuplicates(lease, more);
    }

    @Override
    public void endShard(ShardLease lease, ShardEnd end, @Nullable String reason) {
        good.endShard(lease, end, reason);
    }

    @Override
    public void close() {
        good.close();
    }
}
