package dev.notifykit.redis;

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.fanout.OpenPage;
import dev.notifykit.push.Digest;
import dev.notifykit.push.MessageId;
import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.NotReplicatedException;
import dev.notifykit.queue.QueueUnavailableException;
import dev.notifykit.queue.Submission;
import dev.notifykit.queue.Submitted;
import dev.notifykit.redis.SubmitCall.Packed;
import dev.notifykit.redis.SubmitCall.PackedDelivery;
import dev.notifykit.result.SendResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Hands messages in. What several callers bring at the same time rides together: one script for each partition, all of them in one round trip.
 * Thread-safe; callers wait.
 */
final class QueueIntake implements AutoCloseable {

    private static final Script SUBMIT = Script.named("queue_submit");

    /** Some seconds' calls; each caller waits for its own, so that there are hardly more than threads. */
    private static final int MAX_WAITING = 20_000;

    /** Messages of one script: Redis does nothing else meanwhile, about 2 ms. */
    private static final int MAX_TOGETHER = 200;

    private static final long MAX_BYTES_TOGETHER = 1 << 20;

    /** One reads answers while Redis works for the other. */
    private static final int MAX_SINGLE_THREADS = 2;

    private static final int MAX_CLUSTER_THREADS = RedisSettings.DEFAULT_PARTITIONS;

    private final Function<List<ScriptCall>, List<Replicas.Kept>> way;
    private final RedisKeys keys;
    private final Clock clock;
    private final QueueFormat format;
    private final RedisSettings settings;
    private final List<Riders<SubmitCall>> riders;

    QueueIntake(
            Function<List<ScriptCall>, List<Replicas.Kept>> way,
            boolean cluster,
            RedisSettings settings,
            Clock clock,
            QueueFormat format) {
        this.way = way;
        this.keys = new RedisKeys(settings);
        this.clock = clock;
        this.format = format;
        this.settings = settings;
        int threads = Math.min(settings.partitions(), cluster ? MAX_CLUSTER_THREADS : MAX_SINGLE_THREADS);
        riders = IntStream.rangeClosed(1, threads)
                .mapToObj(i -> new Riders<SubmitCall>(
                        "notify-redis-submit-" + i,
                        MAX_WAITING / threads,
                        MAX_TOGETHER,
                        this::send,
                        QueueLink::unavailable))
                .toList();
    }

    /** As of {@link dev.notifykit.queue.WorkQueue#submit}. */
    List<Submitted> submit(List<Submission> submissions) {
        Map<Integer, List<Integer>> byPartition = new TreeMap<>();
        List<Packed> packed = new ArrayList<>(submissions.size());
        for (int i = 0; i < submissions.size(); i++) {
            String digest = Digest.of(submissions.get(i).key().id());
            packed.add(pack(submissions.get(i), digest));
            byPartition
                    .computeIfAbsent(keys.queuePartitionOf(digest), p -> new ArrayList<>())
                    .add(i);
        }
        long deadline = System.nanoTime() + settings.timeout().toNanos();
        Map<SubmitCall, List<Integer>> calls = new LinkedHashMap<>();
        byPartition.forEach((partition, places) -> inParts(places, packed)
                .forEach(part -> calls.put(
                        new SubmitCall(partition, part.stream().map(packed::get).toList(), deadline), part)));
        calls.keySet()
                .forEach(call -> riders.get(call.partition() % riders.size()).add(call));
        return answers(calls, packed);
    }

    /** Such that a script takes no part that is too large for it. */
    private static List<List<Integer>> inParts(List<Integer> places, List<Packed> packed) {
        List<List<Integer>> parts = new ArrayList<>();
        List<Integer> part = new ArrayList<>();
        long bytes = 0;
        for (int place : places) {
            long more = packed.get(place).bytes();
            if (!part.isEmpty() && (part.size() == MAX_TOGETHER || bytes + more > MAX_BYTES_TOGETHER)) {
                parts.add(part);
                part = new ArrayList<>();
                bytes = 0;
            }
            part.add(place);
            bytes += more;
        }
        parts.add(part);
        return parts;
    }

    private Packed pack(Submission submission, String digest) {
        MessageId id = submission.message().id();
        DedupKey key = submission.key();
        List<Delivery> deliveries = submission.deliveries();
        Duration ttl = submission.dedupTtl();
        List<PackedDelivery> packed = format.packAll(deliveries, ttl);
        String head = QueueFormat.digits(deliveries.size())
                + DedupCall.millis(ttl)
                + DedupCall.millis(submission.delay())
                + digest
                + QueueFormat.claim(id, key);
        byte[] content = deliveries.isEmpty() ? format.pack(submission.message(), ttl) : new byte[0];
        return new Packed(id, digest, bytes(head), content, packed);
    }

    private List<Submitted> answers(Map<SubmitCall, List<Integer>> calls, List<Packed> packed) {
        Submitted[] answers = new Submitted[packed.size()];
        List<MessageId> lonely = new ArrayList<>();
        int acknowledged = Integer.MAX_VALUE;
        QueueUnavailableException failure = null;
        for (Map.Entry<SubmitCall, List<Integer>> call : calls.entrySet()) {
            try {
                SubmitCall.Answer answer = call.getKey().answer().join();
                for (int i = 0; i < answer.verdicts().size(); i++) {
                    int place = call.getValue().get(i);
                    answers[place] = read(answer.verdicts().get(i));
                    if (answer.replicas() < settings.queue().durability().replicas()
                            && answers[place] instanceof Submitted.Queued) {
                        lonely.add(packed.get(place).id());
                        acknowledged = Math.min(acknowledged, answer.replicas());
                    }
                }
            } catch (CompletionException e) {
                failure = e.getCause() instanceof QueueUnavailableException known
                        ? known
                        : new QueueUnavailableException("the queue failed", e.getCause());
            } catch (RedisFailure e) {
                failure = QueueLink.unavailable(e);
            }
        }
        if (failure != null) {
            throw failure;
        }
        if (!lonely.isEmpty()) {
            throw new NotReplicatedException(
                    lonely, settings.queue().durability().replicas(), acknowledged);
        }
        return List.of(answers);
    }

    private Submitted read(String verdict) {
        char first = verdict.charAt(0);
        return switch (first) {
            case 'Q', 'C' ->
                new Submitted.Queued(
                        first == 'C',
                        Long.parseLong(verdict.substring(1)) * settings.partitions(),
                        settings.partitions() > 1);
            case 'D' -> new Submitted.Duplicate();
            case 'S' -> new Submitted.Stale();
            case 'F' -> new Submitted.Full();
            default ->
                throw new RedisFailure(
                        RedisFailure.Kind.DAMAGED, "what is known of a message's dedup key is not ours, or not whole");
        };
    }

    // ---- on the riders' threads

    private void send(List<SubmitCall> together) {
        Map<Integer, List<SubmitCall>> byPartition = new TreeMap<>();
        together.forEach(call -> byPartition
                .computeIfAbsent(call.partition(), p -> new ArrayList<>())
                .add(call));
        List<List<SubmitCall>> scripts = new ArrayList<>();
        byPartition.values().forEach(calls -> scripts.addAll(inScripts(calls)));
        List<Replicas.Kept> answers =
                way.apply(scripts.stream().map(this::script).toList());
        for (int i = 0; i < scripts.size(); i++) {
            end(scripts.get(i), answers.get(i));
        }
    }

    private static List<List<SubmitCall>> inScripts(List<SubmitCall> calls) {
        List<List<SubmitCall>> scripts = new ArrayList<>();
        List<SubmitCall> script = new ArrayList<>();
        int messages = 0;
        long bytes = 0;
        for (SubmitCall call : calls) {
            long more = call.messages().stream().mapToLong(Packed::bytes).sum();
            if (!script.isEmpty()
                    && (messages + call.messages().size() > MAX_TOGETHER || bytes + more > MAX_BYTES_TOGETHER)) {
                scripts.add(script);
                script = new ArrayList<>();
                messages = 0;
                bytes = 0;
            }
            script.add(call);
            messages += call.messages().size();
            bytes += more;
        }
        scripts.add(script);
        return scripts;
    }

    private ScriptCall script(List<SubmitCall> calls) {
        Map<String, Integer> lanes = new LinkedHashMap<>();
        calls.stream()
                .flatMap(call -> call.messages().stream())
                .flatMap(message -> message.deliveries().stream())
                .forEach(delivery -> lanes.putIfAbsent(delivery.lane(), lanes.size() + 1));
        ScriptArgs args = new ScriptArgs()
                .add(clock.shift())
                .add(settings.share(settings.queue().maxBacklog()))
                .add(settings.share(settings.queue().maxBytes()))
                .add(OpenPage.code(SendResult.Kind.SUPPRESSED))
                .add(settings.queue().durability().replicas() > 0)
                .add(hasAKeyTwice(calls) ? ScriptArgs.nonce() : "")
                .add(lanes.size());
        lanes.keySet().forEach(args::add);
        for (SubmitCall call : calls) {
            for (Packed message : call.messages()) {
                args.add(message.head());
                if (message.deliveries().isEmpty()) {
                    args.add(message.content());
                }
                message.deliveries().forEach(delivery -> QueueFormat.add(args, delivery, lanes));
            }
        }
        return new ScriptCall(SUBMIT, List.of(keys.queue(calls.get(0).partition())), args.list());
    }

    private static boolean hasAKeyTwice(List<SubmitCall> calls) {
        Set<String> digests = new HashSet<>();
        return calls.stream()
                .flatMap(call -> call.messages().stream())
                .anyMatch(message -> !digests.add(message.digest()));
    }

    private void end(List<SubmitCall> calls, Replicas.Kept kept) {
        try {
            ScriptAnswer answer = QueueLink.read(kept.answer());
            int at = 1;
            for (SubmitCall call : calls) {
                List<String> verdicts = new ArrayList<>(call.messages().size());
                for (int i = 0; i < call.messages().size(); i++) {
                    verdicts.add(answer.text(at++));
                }
                call.answer().complete(new SubmitCall.Answer(verdicts, kept.replicas()));
            }
        } catch (RedisFailure failure) {
            if (failure.kind() == RedisFailure.Kind.DAMAGED && calls.size() > 1) {
                // Somebody's lane is another's key: nobody else is harmed.
                calls.forEach(call -> end(
                        List.of(call), way.apply(List.of(script(List.of(call)))).get(0)));
            } else {
                calls.forEach(call -> call.answer().completeExceptionally(QueueLink.unavailable(failure)));
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Ends what has waited for too long. To be called every now and then. */
    void endOverdue() {
        long now = System.nanoTime();
        riders.forEach(r -> r.endOverdue(now, settings.timeout()));
    }

    @Override
    public void close() {
        riders.forEach(Riders::close);
    }
}
