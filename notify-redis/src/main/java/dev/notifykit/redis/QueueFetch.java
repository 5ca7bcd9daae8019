package dev.notifykit.redis;

import dev.notifykit.codec.CorruptValueException;
import dev.notifykit.dedup.ClaimOwner;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.message.Message;
import dev.notifykit.push.Digest;
import dev.notifykit.push.MessageId;
import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.Demand;
import dev.notifykit.queue.Fetched;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.Started;
import dev.notifykit.queue.Taken;
import dev.notifykit.queue.WorkQueue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One fetch, of as many scripts as it takes: reads on, packs out, and asks how what came stands to its keys. Used once, by one thread.
 */
final class QueueFetch {

    private static final Script FETCH = Script.named("queue_fetch");
    private static final Script STANDING = Script.named("queue_standing");

    /** Entries of one stream in one script: Redis does nothing else meanwhile. */
    private static final int MAX_TOGETHER = 250;

    private static final String INTAKE = "in";
    private static final int DELIVERY_PARTS = 4;
    private static final int UNREAD_PARTS = 3;

    private final QueueLink link;
    private final RedisKeys keys;
    private final Clock clock;
    private final QueueFormat format;
    private final OwnedPartition owned;
    private final PartitionLease lease;
    private final List<MessageEntry> messages = new ArrayList<>();
    private final List<DeliveryEntry> deliveries = new ArrayList<>();
    private final List<UnreadEntry> unread = new ArrayList<>();
    private final Map<String, String> places = new HashMap<>();

    QueueFetch(QueueLink link, RedisKeys keys, Clock clock, QueueFormat format, OwnedPartition owned) {
        this.link = link;
        this.keys = keys;
        this.clock = clock;
        this.format = format;
        this.owned = owned;
        this.lease = owned.lease();
    }

    private record MessageEntry(Message message, OwnedPartition.Place place) {}

    private record DeliveryEntry(Delivery delivery, int starts, boolean diedAlone) {}

    /** What is still wanted of a stream. */
    private static final class Wanted {
        private final String stream;
        private int left;

        Wanted(String stream, int left) {
            this.stream = stream;
            this.left = left;
        }

        int together() {
            return Math.min(left, MAX_TOGETHER);
        }
    }

    /** What could not be read. */
    List<UnreadEntry> unread() {
        return unread;
    }

    Fetched run(Demand demand) {
        Wanted intake = new Wanted(INTAKE, demand.messages());
        List<Wanted> wanted = new ArrayList<>(demand.deliveries().stream()
                .map(want -> new Wanted(format.lane(want.lane(), want.urgency()), want.max()))
                .toList());
        do {
            readOn(intake, wanted);
            wanted.removeIf(lane -> lane.left == 0);
        } while (intake.left > 0 || !wanted.isEmpty());
        Fetched fetched = withStanding();
        Map<MessageId, OwnedPartition.Place> taken = new HashMap<>();
        messages.forEach(entry -> taken.put(entry.message().id(), entry.place()));
        owned.answered(places, taken);
        return fetched;
    }

    private void readOn(Wanted intake, List<Wanted> lanes) {
        ScriptArgs args = new ScriptArgs()
                .add(clock.shift())
                .add(owned.shown())
                .add(owned.fetches())
                .add(WorkQueue.DUE_AT_ONCE)
                .add(intake.together())
                .add(place(INTAKE));
        lanes.forEach(lane -> args.add(lane.stream).add(lane.together()).add(place(lane.stream)));
        ScriptAnswer answer = link.ask(lease, FETCH, keys.queue(lease.partition()), args);
        owned.stepped(answer.text(4));
        readUnread(answer.list(3));
        readMessages(intake, answer.list(1));
        for (int i = 0; i < lanes.size(); i++) {
            readDeliveries(lanes.get(i), (List<?>) answer.list(2).get(i));
        }
    }

    private String place(String stream) {
        return places.getOrDefault(stream, owned.place(stream));
    }

    private void readMessages(Wanted intake, List<?> parts) {
        int together = intake.together();
        for (int i = 0; i < parts.size(); i += 2) {
            String entry = text(parts.get(i));
            byte[] content = (byte[]) parts.get(i + 1);
            places.put(INTAKE, entry);
            if (content.length > 0 && !QueueFormat.isMessage(content)) {
                unread.add(UnreadEntry.ofScript(INTAKE, (byte[]) parts.get(i), content));
            } else if (content.length > 0) {
                Message message = read(INTAKE, entry, content, format::message);
                if (message != null) {
                    messages.add(new MessageEntry(
                            message, new OwnedPartition.Place(entry, QueueFormat.messageTtl(content))));
                    intake.left--;
                }
            }
        }
        if (parts.size() / 2 < together) {
            intake.left = 0;
        }
    }

    /** The last entry's id, which may be missing, how many there were, and what is to be attempted. */
    private void readDeliveries(Wanted lane, List<?> parts) {
        int together = lane.together();
        String last = text(parts.get(0));
        if (!last.isEmpty()) {
            places.put(lane.stream, last);
        }
        for (int i = 2; i < parts.size(); i += DELIVERY_PARTS) {
            byte[] content = (byte[]) parts.get(i + 1);
            Delivery delivery = read(lane.stream, text(parts.get(i)), content, format::delivery);
            if (delivery != null) {
                deliveries.add(new DeliveryEntry(
                        delivery, ((Long) parts.get(i + 2)).intValue(), (Long) parts.get(i + 3) == 1));
                lane.left--;
            }
        }
        if ((Long) parts.get(1) < together) {
            lane.left = 0;
        }
    }

    private void readUnread(List<?> parts) {
        for (int i = 0; i < parts.size(); i += UNREAD_PARTS) {
            unread.add(UnreadEntry.ofScript(text(parts.get(i)), (byte[]) parts.get(i + 1), (byte[]) parts.get(i + 2)));
        }
    }

    @Nullable
    private <T> T read(String stream, String entry, byte[] content, Function<byte[], T> unpack) {
        try {
            return unpack.apply(content);
        } catch (CorruptValueException e) {
            unread.add(UnreadEntry.ofCodec(stream, entry, content, e));
            return null;
        }
    }

    private Fetched withStanding() {
        ScriptArgs args = new ScriptArgs();
        messages.forEach(entry -> addClaim(
                args,
                new Taken(entry.message(), false, false).key(),
                entry.message().id()));
        for (DeliveryEntry entry : deliveries) {
            DedupKey key = entry.delivery().key();
            if (key != null) {
                addClaim(args, key, entry.delivery().message());
            }
        }
        if (args.list().isEmpty() && deliveries.isEmpty()) {
            return Fetched.NOTHING;
        }
        ScriptAnswer standing = link.ask(STANDING, keys.queue(lease.partition()), args);
        int at = 1;
        List<Taken> taken = new ArrayList<>(messages.size());
        for (MessageEntry entry : messages) {
            String letter = standing.text(at++);
            taken.add(new Taken(entry.message(), isSuperseded(letter), isCorrection(letter)));
        }
        List<Started> started = new ArrayList<>(deliveries.size());
        for (DeliveryEntry entry : deliveries) {
            String letter = entry.delivery().key() == null ? "H" : standing.text(at++);
            started.add(new Started(
                    entry.delivery(), entry.starts(), entry.diedAlone(), isSuperseded(letter), isCorrection(letter)));
        }
        return new Fetched(taken, started);
    }

    private static void addClaim(ScriptArgs args, DedupKey key, MessageId message) {
        args.add(Digest.of(key.id()) + ClaimOwner.of(message).value());
    }

    private static boolean isSuperseded(String letter) {
        return letter.equals("P") || letter.equals("R");
    }

    private static boolean isCorrection(String letter) {
        return letter.equals("C") || letter.equals("R");
    }

    private static String text(Object part) {
        return new String((byte[]) part, StandardCharsets.ISO_8859_1);
    }
}
