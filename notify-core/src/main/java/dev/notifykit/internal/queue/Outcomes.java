package dev.notifykit.internal.queue;

import dev.notifykit.internal.message.LetterOf;
import dev.notifykit.internal.work.SinkDoor;
import dev.notifykit.queue.Settlement;
import dev.notifykit.result.DeliveryResult;
import dev.notifykit.result.SendResult;
import java.time.Duration;

/**
 * What becomes of a delivery here: it has its result, which is settled after the host's sink took it; it waits on in the store; or it is left for whoever
 * owns the partition next. Belongs to its partition's actor.
 */
final class Outcomes {

    private final QueueContext context;
    private final Flights flights;
    private final Demands demands;
    private final Settlements settlements;
    private final SinkDoor<DeliveryResult> sink;

    Outcomes(
            QueueContext context,
            Flights flights,
            Demands demands,
            Settlements settlements,
            SinkDoor<DeliveryResult> sink) {
        this.context = context;
        this.flights = flights;
        this.demands = demands;
        this.settlements = settlements;
        this.sink = sink;
    }

    /** It is no longer this partition's business here. */
    void gone(DeliveryJourney journey) {
        flights.remove(journey);
        demands.gone(journey.delivery().lane());
    }

    void park(DeliveryJourney journey, long delayNanos, boolean maybeTwice) {
        gone(journey);
        settlements.add(new Settlement.Parked(
                journey.asItIs(context.time().nanoTime(), delayNanos),
                Duration.ofNanos(delayNanos),
                journey.attempted(),
                maybeTwice));
    }

    /** It has its result, and was in no lane for it. */
    void endedHere(DeliveryJourney journey, SendResult result) {
        context.watcher().ended(journey.delivery().lane(), journey.id(), result);
        ended(journey, result);
    }

    void ended(DeliveryJourney journey, SendResult result) {
        gone(journey);
        Settlement end = result instanceof SendResult.DeadLettered dead
                ? new Settlement.Dead(
                        journey.delivery(),
                        LetterOf.delivery(
                                journey.delivery(), dead, context.time().now()))
                : new Settlement.Ended(
                        journey.delivery(), result, context.dedup().isSaid(result));
        if (sink.isAbsent()) {
            settlements.add(end);
        } else {
            sink.add(
                    new DeliveryResult(
                            journey.delivery().message(),
                            journey.delivery().request().target(),
                            journey.id(),
                            result),
                    () -> settlements.add(end));
        }
    }
}
