package dev.notifykit.fcm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.PushClient;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.lane.LaneState;
import dev.notifykit.observe.PushListener;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.RequestId;
import dev.notifykit.result.SendResult;
import dev.notifykit.testkit.journal.Journal;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What went through a client, held in the end against the journal of whom it was sent to, id by id. To be registered as a listener,
 * since the bound on duplicates is what the attempts have said. Thread-safe.
 */
final class Sends implements PushListener {

    private final Map<RequestId, CompletableFuture<SendResult>> results = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<PushResponse> responses = new ConcurrentLinkedQueue<>();
    private final AtomicLong possibleDuplicates = new AtomicLong();

    CompletableFuture<SendResult> send(PushClient client, PushRequest request) {
        CompletableFuture<SendResult> result = client.send(request);
        results.put(request.id(), result);
        return result;
    }

    @Override
    public void onAttempt(LaneKey lane, RequestId id, int attempt, PushResponse response) {
        responses.add(response);
        if (response instanceof PushResponse.Unknown) {
            possibleDuplicates.incrementAndGet();
        }
    }

    /** What all attempts were answered: of the last of them a listener hears a little later. */
    List<PushResponse> allResponses(PushClient client) {
        Rig.until(
                "the listener has heard of all",
                () -> responses.size()
                        == client.lanes().all().stream()
                                .mapToLong(LaneState::attempts)
                                .sum());
        return responses();
    }

    /** What the attempts so far were answered. */
    List<PushResponse> responses() {
        return List.copyOf(responses);
    }

    /** How many attempts so far may have been accepted though nobody said so. */
    long unknown() {
        return possibleDuplicates.get();
    }

    /** Waits until everything has ended, and counts how. */
    Map<SendResult.Kind, Long> ends() {
        Map<SendResult.Kind, Long> kinds = new EnumMap<>(SendResult.Kind.class);
        for (CompletableFuture<SendResult> result : results.values()) {
            Rig.until("every send has ended", result::isDone);
            kinds.merge(result.join().kind(), 1L, Long::sum);
        }
        return kinds;
    }

    /**
     * Everything has ended; whatever was called accepted stands in the journal, nothing does that was called anything else but unknown,
     * nothing does that was not sent, duplicates are no more than the attempts without an answer, and the lanes hold nothing.
     *
     * @return how many duplicates there were
     */
    long assertTrue(PushClient client, Journal journal) {
        ends();
        long known = 0;
        for (Map.Entry<RequestId, CompletableFuture<SendResult>> each : results.entrySet()) {
            int count = journal.count(each.getKey().toString());
            SendResult result = each.getValue().join();
            known += count > 0 ? 1 : 0;
            switch (result.kind()) {
                case ACCEPTED ->
                    assertThat(count).as("%s, accepted", each.getKey()).isPositive();
                case UNKNOWN -> {}
                default ->
                    assertThat(count).as("%s, %s", each.getKey(), result.kind()).isZero();
            }
        }
        assertThat(journal.distinctIds()).as("foreign ids").isEqualTo(known);
        assertThat(journal.summary().withoutId()).isZero();
        // A listener hears a little later.
        Rig.until("the bound on duplicates holds", () -> journal.duplicates() <= possibleDuplicates.get());
        Rig.until("the lanes hold nothing", () -> client.lanes().all().stream().allMatch(Sends::isEmpty));
        return journal.duplicates();
    }

    private static boolean isEmpty(LaneState lane) {
        return lane.inFlight() == 0 && lane.backingOff() == 0 && lane.waitingUrgent() == 0 && lane.waitingBulk() == 0;
    }
}
