package dev.notifykit.testkit.contract;

import dev.notifykit.queue.DeadLetter;
import dev.notifykit.queue.DeadLetters;
import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.Demand;
import dev.notifykit.queue.Expansion;
import dev.notifykit.queue.Fetched;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.QueueState;
import dev.notifykit.queue.Settlement;
import dev.notifykit.queue.Submission;
import dev.notifykit.queue.Submitted;
import dev.notifykit.queue.WorkQueue;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Does what another queue does, until a subclass breaks something. */
class ForwardingWorkQueue implements WorkQueue {

    final WorkQueue good;

    ForwardingWorkQueue(WorkQueue good) {
        this.good = good;
    }

    @Override
    public boolean shared() {
        return good.shared();
    }

    @Override
    public int partitions() {
        return good.partitions();
    }

    @Override
    public List<Submitted> submit(List<Submission> submissions) {
        return good.submit(submissions);
    }

    @Override
    public int attend(String instance, Duration ttl) {
        return good.attend(instance, ttl);
    }

    @Override
    public void leave(String instance) {
        good.leave(instance);
    }

    @Override
    public Optional<PartitionLease> acquire(int partition, String instance, Duration ttl) {
        return good.acquire(partition, instance, ttl);
    }

    @Override
    public void renew(PartitionLease lease, Duration ttl) {
        good.renew(lease, ttl);
    }

    @Override
    public void release(PartitionLease lease) {
        good.release(lease);
    }

    @Override
    public Fetched fetch(PartitionLease lease, Demand demand) {
        return good.fetch(lease, demand);
    }

    @Override
    public void expand(PartitionLease lease, Collection<Expansion> expansions) {
        good.expand(lease, expansions);
    }

    @Override
    public int settle(PartitionLease lease, Collection<Settlement> settlements) {
        return good.settle(lease, settlements);
    }

    @Override
    public void alone(PartitionLease lease, Delivery delivery) {
        good.alone(lease, delivery);
    }

    @Override
    public QueueState state() {
        return good.state();
    }

    @Override
    public int bury(List<DeadLetter> letters) {
        return good.bury(letters);
    }

    @Override
    public DeadLetters.Page letters(DeadLetters.@Nullable Cursor cursor, int limit) {
        return good.letters(cursor, limit);
    }

    @Override
    public List<DeadLetters.Replayed> replay(List<DeadLetter.Id> ids) {
        return good.replay(ids);
    }

    @Override
    public int purge(List<DeadLetter.Id> ids) {
        return good.purge(ids);
    }

    @Override
    public void close() {
        good.close();
    }
}
