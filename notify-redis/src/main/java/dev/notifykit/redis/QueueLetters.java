package dev.notifykit.redis;

import dev.notifykit.fanout.OpenPage;
import dev.notifykit.push.Digest;
import dev.notifykit.queue.DeadLetter;
import dev.notifykit.queue.DeadLetters.Cursor;
import dev.notifykit.queue.DeadLetters.Page;
import dev.notifykit.queue.DeadLetters.Replayed;
import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.QueueCodec;
import dev.notifykit.result.SendResult;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dead letters of all partitions. Nobody but people asks for them, so that looking for one in every partition is good enough. Thread-safe.
 */
final class QueueLetters {

    private static final Logger log = LoggerFactory.getLogger(QueueLetters.class);

    private static final Script LETTERS = Script.named("queue_letters");
    private static final Script LOOK = Script.named("queue_letter_look");
    private static final Script BURY = Script.named("queue_bury");
    private static final Script REPLAY = Script.named("queue_replay");
    private static final Script PURGE = Script.named("queue_purge");
    private static final Script UNREAD = Script.named("queue_unread");

    /** Letters of one script: each may be large. */
    private static final int MAX_TOGETHER = 100;

    private static final int LETTER_PARTS = 3;

    private final QueueLink link;
    private final RedisKeys keys;
    private final Clock clock;
    private final RedisSettings settings;
    private final QueueFormat format;

    QueueLetters(QueueLink link, RedisKeys keys, Clock clock, RedisSettings settings, QueueFormat format) {
        this.link = link;
        this.keys = keys;
        this.clock = clock;
        this.settings = settings;
        this.format = format;
    }

    /** A letter and its number in its partition. */
    private record Numbered(int partition, String number, DeadLetter letter) {

        Cursor cursor() {
            return new Cursor(partition + ":" + number);
        }
    }

    // ---- in

    int bury(List<DeadLetter> letters) {
        Map<Integer, List<DeadLetter>> byPartition = new TreeMap<>();
        letters.forEach(letter -> byPartition
                .computeIfAbsent(keys.queuePartitionOf(Digest.of(letter.id().value())), p -> new ArrayList<>())
                .add(letter));
        int refused = 0;
        for (Map.Entry<Integer, List<DeadLetter>> entry : byPartition.entrySet()) {
            ScriptArgs args = limits(new ScriptArgs());
            entry.getValue()
                    .forEach(letter -> args.add(letter.id().value()).add(format.pack(letter, letter.delivery())));
            refused += link.ask(BURY, keys.queue(entry.getKey()), args).integer(1);
        }
        return refused;
    }

    /** Makes letters of what cannot be read, and says so in the log; what only this build cannot read is left to others. */
    void takeAway(OwnedPartition owned, List<UnreadEntry> unread) {
        if (unread.isEmpty()) {
            return;
        }
        PartitionLease lease = owned.lease();
        ScriptArgs args = limits(new ScriptArgs().add(owned.shown())).add(corruptLetter());
        int letters = 0;
        for (UnreadEntry entry : unread) {
            boolean letter = !entry.newer() && !entry.isWholePlace();
            log.error(
                    "Partition {} of the queue: {} cannot be read, {}: {}",
                    lease.partition(),
                    entry.isWholePlace() ? "a whole place" : "an entry",
                    letter ? "and becomes a dead letter" : "and waits",
                    entry.problem());
            if (!entry.isWholePlace()) {
                args.add(entry.place()).add(entry.id()).add(letter ? entry.letterId(lease.partition()) : "");
                letters++;
            }
        }
        if (letters > 0) {
            owned.stepped(
                    link.ask(lease, UNREAD, keys.queue(lease.partition()), args).text(2));
        }
    }

    private static byte[] corruptLetter() {
        DeadLetter letter =
                new DeadLetter(new DeadLetter.Id("-"), DeadLetter.Why.CORRUPT, null, null, 0, Instant.now());
        return QueueCodec.pack(letter);
    }

    private ScriptArgs limits(ScriptArgs args) {
        return args.add(settings.share(settings.queue().maxLetters()))
                .add(settings.share(settings.queue().maxLetterBytes()));
    }

    // ---- out

    Page page(@Nullable Cursor cursor, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("a page has at least 1 letter, not " + limit);
        }
        int partition = 0;
        String number = "0";
        if (cursor != null) {
            String[] parts = cursor.value().split(":", -1);
            if (parts.length != 2 || !parts[0].matches("\\d{1,4}") || !parts[1].matches("\\d{1,18}")) {
                throw new IllegalArgumentException("no page ended there");
            }
            partition = Integer.parseInt(parts[0]);
            number = parts[1];
        }
        List<Numbered> found = new ArrayList<>();
        while (partition < settings.partitions() && found.size() <= limit) {
            int together = Math.min(MAX_TOGETHER, limit + 1 - found.size());
            List<Numbered> some = look(partition, number, together);
            found.addAll(some);
            if (some.size() < together) {
                partition++;
                number = "0";
            } else {
                number = some.get(some.size() - 1).number();
            }
        }
        boolean more = found.size() > limit;
        List<Numbered> page = more ? found.subList(0, limit) : found;
        return new Page(
                page.stream().map(Numbered::letter).toList(),
                more ? page.get(limit - 1).cursor() : null);
    }

    private List<Numbered> look(int partition, String after, int limit) {
        ScriptAnswer answer = link.ask(
                LETTERS, keys.queue(partition), new ScriptArgs().add(after).add(limit));
        List<Numbered> letters = new ArrayList<>();
        for (int i = 1; i < answer.size(); i += LETTER_PARTS) {
            DeadLetter letter = StoredLetter.read(new DeadLetter.Id(answer.text(i)), answer.bytes(i + 2), format);
            letters.add(new Numbered(partition, answer.text(i + 1), letter));
        }
        return letters;
    }

    /** Where letters lie, by id. */
    private Map<Integer, List<DeadLetter>> find(List<DeadLetter.Id> ids) {
        ScriptArgs args = new ScriptArgs();
        ids.forEach(id -> args.add(id.value()));
        List<byte[]> all =
                IntStream.range(0, settings.partitions()).mapToObj(keys::queue).toList();
        Map<Integer, List<DeadLetter>> found = new TreeMap<>();
        List<ScriptAnswer> answers = link.askAll(LOOK, all, args);
        for (int partition = 0; partition < answers.size(); partition++) {
            for (int i = 0; i < ids.size(); i++) {
                byte[] stored = answers.get(partition).bytes(i + 1);
                if (stored.length > 0) {
                    byte[] letter = Arrays.copyOfRange(stored, 1, stored.length);
                    found.computeIfAbsent(partition, p -> new ArrayList<>())
                            .add(StoredLetter.read(ids.get(i), letter, format));
                }
            }
        }
        return found;
    }

    List<Replayed> replay(List<DeadLetter.Id> ids) {
        Map<DeadLetter.Id, Replayed> became = new HashMap<>();
        for (List<DeadLetter.Id> some : inParts(ids)) {
            find(some).forEach((partition, letters) -> replay(partition, letters, became));
        }
        // Named twice, it is gone the second time.
        return ids.stream()
                .map(id -> Objects.requireNonNullElse(became.remove(id), Replayed.GONE))
                .toList();
    }

    private void replay(int partition, List<DeadLetter> letters, Map<DeadLetter.Id, Replayed> became) {
        ScriptArgs args = new ScriptArgs().add(clock.shift()).add(ScriptArgs.nonce());
        List<DeadLetter.Id> asked = new ArrayList<>();
        for (DeadLetter letter : letters) {
            Delivery dead = letter.delivery();
            if (dead == null) {
                became.put(letter.id(), Replayed.UNREADABLE);
                continue;
            }
            Delivery again = Delivery.of(dead.message(), dead.key(), dead.request());
            args.add(letter.id().value())
                    .add(place(again))
                    .add(QueueFormat.claim(again))
                    .add(format.pack(again));
            asked.add(letter.id());
        }
        if (asked.isEmpty()) {
            return;
        }
        ScriptAnswer answer = link.ask(REPLAY, keys.queue(partition), args);
        for (int i = 0; i < asked.size(); i++) {
            became.put(
                    asked.get(i),
                    switch (answer.text(i + 1)) {
                        case "Q" -> Replayed.QUEUED;
                        case "S" -> Replayed.STALE;
                        default -> Replayed.GONE;
                    });
        }
    }

    private byte[] place(Delivery delivery) {
        ByteArrayOutputStream place = new ByteArrayOutputStream();
        place.writeBytes(format.lane(delivery).getBytes(StandardCharsets.US_ASCII));
        place.writeBytes(QueueFormat.id(delivery.id()));
        return place.toByteArray();
    }

    int purge(List<DeadLetter.Id> ids) {
        int purged = 0;
        for (List<DeadLetter.Id> some : inParts(ids)) {
            for (Map.Entry<Integer, List<DeadLetter>> entry : find(some).entrySet()) {
                ScriptArgs args = new ScriptArgs()
                        .add(clock.shift())
                        .add(ScriptArgs.nonce())
                        .add(OpenPage.code(SendResult.Kind.DEAD_LETTERED));
                for (DeadLetter letter : entry.getValue()) {
                    Delivery dead = letter.delivery();
                    args.add(letter.id().value()).add(dead == null ? "" : QueueFormat.claim(dead));
                }
                purged += link.ask(PURGE, keys.queue(entry.getKey()), args).integer(1);
            }
        }
        return purged;
    }

    private static List<List<DeadLetter.Id>> inParts(List<DeadLetter.Id> ids) {
        List<DeadLetter.Id> different = ids.stream().distinct().toList();
        List<List<DeadLetter.Id>> parts = new ArrayList<>();
        for (int from = 0; from < different.size(); from += MAX_TOGETHER) {
            parts.add(different.subList(from, Math.min(from + MAX_TOGETHER, different.size())));
        }
        return parts;
    }
}
