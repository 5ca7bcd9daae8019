package dev.notifykit.internal.queue;

import dev.notifykit.dedup.DedupSettings;
import dev.notifykit.device.DeviceStore;
import dev.notifykit.internal.lane.Lane;
import dev.notifykit.internal.work.Serial;
import dev.notifykit.internal.work.Traces;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.lane.LaneLimits;
import dev.notifykit.message.Message;
import dev.notifykit.message.SubmitReceipt;
import dev.notifykit.queue.DeadLetters;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.QueueFullException;
import dev.notifykit.queue.QueueState;
import dev.notifykit.queue.WorkQueue;
import dev.notifykit.result.MessageSink;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.testing.Stage;
import dev.notifykit.testing.StageProbe;
import dev.notifykit.time.TimeSource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes messages, and once started takes its fair share of the queue's partitions and works on them. One actor for the taking; each partition is
 * an actor of its own.
 */
public final class QueueEngine extends Serial implements PartitionRun.Owner {

    private static final Logger log = LoggerFactory.getLogger(QueueEngine.class);

    /** How soon a partition without an owner is noticed. */
    private static final Duration LOOK = Duration.ofMillis(500);

    /** How often this instance says that it takes part, at least: by that others know their share. */
    private static final Duration ATTEND = Duration.ofSeconds(2);

    private static final int ATTENDS_PER_LEASE = 3;

    /**
     * What it is made of.
     *
     * @param queue keeps the work
     * @param devices knows the devices of users
     * @param topics takes what is for topics
     * @param lanes by key
     * @param limits of each lane
     * @param retryPolicy of every delivery
     * @param dedup how long and what counts as said
     * @param sink the host's; null: it has none
     * @param watcher told of results that no lane brings about
     */
    public record Parts(
            WorkQueue queue,
            DeviceStore devices,
            TopicRoad topics,
            Map<LaneKey, Lane> lanes,
            Map<LaneKey, LaneLimits> limits,
            RetryPolicy retryPolicy,
            DedupSettings dedup,
            @Nullable MessageSink sink,
            ResultWatcher watcher) {}

    private final WorkQueue queue;
    private final QueueSettings settings;
    private final MissingLanes missing;
    private final QueueContext context;
    private final SubmitRoad submitRoad;
    private final Letters letters;
    private final TimeSource time;
    private final List<PartitionRun> runs = new CopyOnWriteArrayList<>();
    private final Troubles troubles = new Troubles();
    private final CompletableFuture<@Nullable Void> stopped = new CompletableFuture<>();
    private final AtomicBoolean looking = new AtomicBoolean();
    private final long attendNanos;

    private volatile boolean started;
    private volatile boolean stopping;

    private int instances;
    private long attendAtNanos;

    /**
     * Takes messages only, until {@link #start}.
     *
     * @param parts what it is made of
     * @param settings how this instance works
     * @param time the clock
     * @param blocking where calls may block
     * @param stages asked at every stage
     */
    public QueueEngine(Parts parts, QueueSettings settings, TimeSource time, Executor blocking, StageProbe stages) {
        super(blocking);
        this.settings = settings;
        this.time = time;
        queue = parts.queue();
        Map<LaneKey, WorkLane> workLanes = new LinkedHashMap<>();
        parts.lanes().forEach((key, lane) -> {
            workLanes.put(key, new WorkLane(lane, parts.limits().getOrDefault(key, LaneLimits.defaults())));
            lane.sender().onResume(this::nudge);
        });
        missing = new MissingLanes(Set.copyOf(workLanes.keySet()), time);
        context = new QueueContext(
                queue,
                settings,
                workLanes,
                new Solo(),
                new Expansions(parts.devices(), parts.topics(), Set.copyOf(workLanes.keySet()), queue.shared(), time),
                missing,
                parts.retryPolicy(),
                parts.dedup(),
                parts.sink(),
                parts.watcher(),
                time,
                blocking,
                stages);
        submitRoad = new SubmitRoad(queue, parts.lanes(), missing, parts.dedup(), time, stages);
        letters = new Letters(queue, this::workCame);
        attendNanos = Math.min(ATTEND.toNanos(), settings.lease().toNanos() / ATTENDS_PER_LEASE);
        attendAtNanos = time.nanoTime();
    }

    // ---- for the host

    /**
     * Hands messages in.
     *
     * @param messages as the host gave them
     * @return what became of each
     */
    public List<SubmitReceipt> submit(List<Message> messages) {
        try {
            List<SubmitReceipt> receipts = submitRoad.submit(messages);
            troubles.note(Troubles.Kind.FULL, null);
            return receipts;
        } catch (QueueFullException e) {
            troubles.note(Troubles.Kind.FULL, "the queue is full, the last messages were not taken");
            throw e;
        } finally {
            workCame();
        }
    }

    /**
     * Dead letters.
     *
     * @return the facet
     */
    public DeadLetters letters() {
        return letters;
    }

    /**
     * How much there is.
     *
     * @return a reading of the store
     */
    public QueueState state() {
        return queue.state();
    }

    /**
     * What hinders the work at the moment.
     *
     * @return one line each
     */
    public List<String> troubles() {
        Stream<String> work = Stream.concat(Stream.of(troubles), runs.stream().map(PartitionRun::troubles))
                .flatMap(each -> each.lines().stream());
        return Stream.concat(work, missing.lines().stream())
                .distinct()
                .map(line -> "queue: " + line)
                .toList();
    }

    /** Begins to work on partitions; of a queue that nobody else sees when something is in it. */
    public void start() {
        started = true;
        if (queue.shared() || queue.state().pending() > 0) {
            keepLooking();
        }
    }

    /** Takes nothing more from the host. */
    public void closeDoor() {
        submitRoad.close();
    }

    /**
     * Gives back all partitions, as soon as nothing of them is in flight.
     *
     * @return completes when all are given back
     */
    public CompletableFuture<@Nullable Void> stop() {
        stopping = true;
        tell(() -> {
            runs.forEach(PartitionRun::giveBack);
            completeIfStopped();
        });
        return stopped;
    }

    // ---- looking for work

    private void workCame() {
        if (started) {
            keepLooking();
            nudge();
        }
    }

    private void nudge() {
        runs.forEach(PartitionRun::nudge);
    }

    private void keepLooking() {
        if (!looking.get() && looking.compareAndSet(false, true)) {
            tell(this::lookAndComeAgain);
        }
    }

    @Override
    protected void afterBatch() {
        // Each message is complete in itself.
    }

    private void lookAndComeAgain() {
        if (!stopping) {
            time.schedule(() -> tell(this::lookAndComeAgain), LOOK);
            look();
        }
    }

    private void look() {
        try {
            attendIfDue();
            int share = Math.max(1, (queue.partitions() + instances - 1) / instances);
            if (runs.size() < share) {
                acquire(share - runs.size());
            } else if (runs.size() > share && runs.stream().noneMatch(PartitionRun::isLeaving)) {
                runs.stream().min((a, b) -> Integer.compare(a.load(), b.load())).ifPresent(PartitionRun::giveBack);
            }
            troubles.note(Troubles.Kind.STORE, null);
        } catch (RuntimeException e) {
            log.warn("the queue could not be asked for work and is asked again: {}", Traces.of(e));
            troubles.note(
                    Troubles.Kind.STORE,
                    "the queue does not answer: " + e.getClass().getName());
        }
    }

    private void attendIfDue() {
        long now = time.nanoTime();
        if (instances == 0 || now - attendAtNanos >= 0) {
            instances = Math.max(1, queue.attend(settings.instance(), settings.lease()));
            attendAtNanos = now + attendNanos;
        }
    }

    /** From a random one on, so that instances that come at the same time do not ask for the same ones. */
    private void acquire(int most) {
        int partitions = queue.partitions();
        int first = ThreadLocalRandom.current().nextInt(partitions);
        int taken = 0;
        for (int i = 0; i < partitions && taken < most && !stopping; i++) {
            int partition = (first + i) % partitions;
            if (runs.stream().noneMatch(run -> run.partition() == partition)) {
                long asked = time.nanoTime();
                Optional<PartitionLease> lease = queue.acquire(partition, settings.instance(), settings.lease());
                if (lease.isPresent()) {
                    taken++;
                    context.stages().at(Stage.PARTITION_TAKEN);
                    PartitionRun run = new PartitionRun(context, lease.get(), asked, this);
                    runs.add(run);
                    run.begin();
                }
            }
        }
    }

    @Override
    public int partitionsOwned() {
        return Math.max(1, runs.size());
    }

    @Override
    public void partitionLeft(PartitionRun run) {
        runs.remove(run);
        tell(this::completeIfStopped);
    }

    private void completeIfStopped() {
        if (!stopping || !runs.isEmpty() || stopped.isDone()) {
            return;
        }
        try {
            if (instances > 0) {
                queue.leave(settings.instance());
            }
        } catch (RuntimeException e) {
            log.warn("closing: the queue could not be told that this instance leaves: {}", Traces.of(e));
        }
        stopped.complete(null);
    }
}
