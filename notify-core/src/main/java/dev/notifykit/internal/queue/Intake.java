package dev.notifykit.internal.queue;

import dev.notifykit.internal.queue.Expansions.Expanded;
import dev.notifykit.internal.work.HostBackoff;
import dev.notifykit.internal.work.SinkDoor;
import dev.notifykit.internal.work.Traces;
import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.Expansion;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.Taken;
import dev.notifykit.result.DeliveryResult;
import dev.notifykit.result.SendResult;
import dev.notifykit.testing.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages of a partition's intake that are being expanded. What a store cannot tell is asked again after a back-off; a message
 * stays in the intake until its expansion is stored. Belongs to its partition's actor.
 */
final class Intake {

    private static final Logger log = LoggerFactory.getLogger(Intake.class);

    /** So many look-ups ride together, and so many messages are replaced at once. */
    private static final int MOST = 100;

    private final QueueContext context;
    private final PartitionLease lease;
    private final SinkDoor<DeliveryResult> sink;
    private final Consumer<Runnable> actor;
    private final Consumer<@Nullable String> trouble;
    private final HostBackoff backoff = new HostBackoff();

    private final List<Taken> again = new ArrayList<>();
    private final List<Expansion> expanded = new ArrayList<>();
    private int lookingUp;
    private int atSink;
    private long restUntilNanos;

    Intake(
            QueueContext context,
            PartitionLease lease,
            SinkDoor<DeliveryResult> sink,
            Consumer<Runnable> actor,
            Consumer<@Nullable String> trouble) {
        this.context = context;
        this.lease = lease;
        this.sink = sink;
        this.actor = actor;
        this.trouble = trouble;
        restUntilNanos = context.time().nanoTime();
    }

    /** How many messages it can take. */
    int room() {
        return again.isEmpty() ? Math.max(0, MOST - lookingUp - expanded.size() - atSink) : 0;
    }

    void take(List<Taken> messages) {
        messages.forEach(this::expand);
    }

    private void expand(Taken taken) {
        lookingUp++;
        CompletionStage<Expanded> expansion;
        try {
            expansion = context.expansions().of(taken);
        } catch (RuntimeException e) {
            failed(taken, e);
            return;
        }
        CompletionStage<Expanded> unused = expansion.whenComplete((made, failure) -> actor.accept(() -> {
            if (made == null) {
                failed(taken, failure);
            } else {
                made(made);
            }
        }));
    }

    private void failed(Taken taken, Throwable failure) {
        lookingUp--;
        if (again.isEmpty()) {
            restUntilNanos = context.time().nanoTime() + backoff.afterFailure().toNanos();
            log.warn("a message could not be expanded and is tried again: {}", Traces.of(failure));
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            trouble.accept("messages cannot be expanded: " + cause.getClass().getName());
        }
        again.add(taken);
    }

    private void made(Expanded made) {
        lookingUp--;
        Expansion expansion = made.expansion();
        if (expansion instanceof Expansion.Into into) {
            into.deliveries().forEach(delivery -> context.missing().seen(delivery.lane()));
        }
        List<DeliveryResult> results = results(made);
        if (results.isEmpty() || sink.isAbsent()) {
            expanded.add(expansion);
        } else {
            atSink++;
            int last = results.size() - 1;
            results.subList(0, last).forEach(result -> sink.add(result, () -> {}));
            // The sink takes them in order.
            sink.add(results.get(last), () -> {
                atSink--;
                expanded.add(expansion);
            });
        }
        if (again.isEmpty()) {
            backoff.succeeded();
            trouble.accept(null);
        }
    }

    /** What the host is told before the expansion is stored. */
    private List<DeliveryResult> results(Expanded made) {
        List<DeliveryResult> results = new ArrayList<>();
        for (Delivery delivery : made.unreachable()) {
            SendResult end = Expansions.noLane(delivery.lane());
            context.watcher().ended(delivery.lane(), delivery.id(), end);
            results.add(
                    new DeliveryResult(delivery.message(), delivery.request().target(), delivery.id(), end));
        }
        if (made.expansion() instanceof Expansion.Ended ended && made.heard()) {
            results.add(DeliveryResult.whole(ended.message().id(), ended.result()));
        }
        return results;
    }

    /** Asks again, when it is time, for what could not be told. */
    void tryAgain() {
        if (!again.isEmpty() && context.time().nanoTime() - restUntilNanos >= 0) {
            List<Taken> now = List.copyOf(again);
            again.clear();
            take(now);
        }
    }

    /** Stores what was expanded; answers whether there was any. */
    boolean flush() {
        if (expanded.isEmpty()) {
            return false;
        }
        context.stages().at(Stage.BEFORE_EXPAND);
        context.queue().expand(lease, List.copyOf(expanded));
        context.stages().at(Stage.EXPANDED);
        expanded.clear();
        return true;
    }
}
