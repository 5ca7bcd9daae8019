package dev.notifykit.redis;

import dev.notifykit.fanout.OpenPage;
import dev.notifykit.push.Digest;
import dev.notifykit.push.MessageId;
import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.Expansion;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.Settlement;
import dev.notifykit.queue.Taken;
import dev.notifykit.redis.SubmitCall.PackedDelivery;
import dev.notifykit.result.SendResult;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What becomes of messages of the intake and of started deliveries: one script for each call. Thread-safe. */
final class QueueEnds {

    private static final Script EXPAND = Script.named("queue_expand");
    private static final Script INTAKE = Script.named("queue_intake");
    private static final Script SETTLE = Script.named("queue_settle");

    private static final int LOOKED_AT_TOGETHER = 250;

    private final QueueLink link;
    private final RedisKeys keys;
    private final Clock clock;
    private final RedisSettings settings;
    private final QueueFormat format;

    QueueEnds(QueueLink link, RedisKeys keys, Clock clock, RedisSettings settings, QueueFormat format) {
        this.link = link;
        this.keys = keys;
        this.clock = clock;
        this.settings = settings;
        this.format = format;
    }

    /** A message, where it lies, and what it comes to. */
    private record Expanding(Expansion expansion, OwnedPartition.Place place, List<PackedDelivery> deliveries) {}

    void expand(OwnedPartition owned, Collection<Expansion> expansions) {
        List<Expanding> all = new ArrayList<>();
        for (Expansion expansion : expansions) {
            OwnedPartition.Place place = owned.taken(expansion.message().id());
            if (place == null) {
                place = find(owned, expansion.message().id());
            }
            if (place != null) {
                List<PackedDelivery> deliveries = expansion instanceof Expansion.Into into
                        ? format.packAll(into.deliveries(), place.ttl())
                        : List.of();
                all.add(new Expanding(expansion, place, deliveries));
            }
        }
        Map<String, Integer> lanes = new LinkedHashMap<>();
        all.forEach(one -> one.deliveries().forEach(d -> lanes.putIfAbsent(d.lane(), lanes.size() + 1)));
        ScriptArgs args = new ScriptArgs()
                .add(clock.shift())
                .add(owned.shown())
                .add(OpenPage.code(SendResult.Kind.SUPPRESSED))
                .add(lanes.size());
        lanes.keySet().forEach(args::add);
        for (Expanding one : all) {
            args.add(head(one)).add(one.place().entry());
            one.deliveries().forEach(delivery -> QueueFormat.add(args, delivery, lanes));
        }
        ScriptAnswer answer =
                link.ask(owned.lease(), EXPAND, keys.queue(owned.lease().partition()), args);
        owned.stepped(answer.text(1));
        all.forEach(one -> owned.expanded(one.expansion().message().id()));
    }

    /** What was not taken under this lease has to be looked for: nobody does that but heirs who know better than to take it again. */
    private OwnedPartition.@Nullable Place find(OwnedPartition owned, MessageId message) {
        String last = OwnedPartition.BEGINNING;
        while (true) {
            ScriptAnswer page = link.ask(
                    INTAKE,
                    keys.queue(owned.lease().partition()),
                    new ScriptArgs().add(last).add(LOOKED_AT_TOGETHER));
            for (int i = 1; i < page.size(); i += 2) {
                last = page.text(i);
                if (format.isMessage(page.bytes(i + 1), message)) {
                    return new OwnedPartition.Place(last, QueueFormat.messageTtl(page.bytes(i + 1)));
                }
            }
            if (page.size() == 1) {
                return null;
            }
        }
    }

    private static String head(Expanding one) {
        Taken message = new Taken(one.expansion().message(), false, false);
        String end = one.expansion() instanceof Expansion.Ended ended
                ? code(ended.result()) + (ended.said() ? "1" : "0")
                : "000";
        return QueueFormat.digits(one.deliveries().size())
                + end
                + Digest.of(message.key().id())
                + QueueFormat.claim(message.message().id(), message.key());
    }

    int settle(OwnedPartition owned, Collection<Settlement> settlements) {
        PartitionLease lease = owned.lease();
        ScriptArgs args = new ScriptArgs()
                .add(clock.shift())
                .add(owned.shown())
                .add(settings.share(settings.queue().maxLetters()))
                .add(settings.share(settings.queue().maxLetterBytes()))
                .add(OpenPage.code(SendResult.Kind.DEAD_LETTERED));
        settlements.forEach(settlement -> add(args, settlement));
        ScriptAnswer answer = link.ask(lease, SETTLE, keys.queue(lease.partition()), args);
        owned.stepped(answer.text(2));
        return answer.integer(1);
    }

    private void add(ScriptArgs args, Settlement settlement) {
        Delivery delivery = settlement.delivery();
        if (settlement instanceof Settlement.Ended ended) {
            args.add(head('E', delivery, code(ended.result()) + (ended.said() ? "1" : "0")))
                    .add(QueueFormat.claim(delivery));
        } else if (settlement instanceof Settlement.Parked parked) {
            String how = (parked.attempted() ? "1" : "0") + (parked.maybeTwice() ? "1" : "0");
            args.add(head('P', delivery, how + format.lane(delivery) + ScriptArgs.millis(parked.delay())))
                    .add(format.pack(delivery));
        } else if (settlement instanceof Settlement.Dead dead) {
            Delivery kept = dead.letter().delivery();
            args.add(head('D', delivery, dead.letter().id().value()))
                    .add(QueueFormat.claim(delivery))
                    .add(format.pack(dead.letter(), kept == null ? delivery : kept));
        }
    }

    private static byte[] head(char kind, Delivery delivery, String rest) {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.write(kind);
        head.writeBytes(QueueFormat.id(delivery.id()));
        head.writeBytes(rest.getBytes(StandardCharsets.UTF_8));
        return head.toByteArray();
    }

    private static String code(SendResult result) {
        return String.format("%02d", OpenPage.code(result.kind()));
    }
}
