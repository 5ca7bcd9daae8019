package dev.notifykit.fanout;

import dev.notifykit.device.Device;
import dev.notifykit.device.DeviceStore;
import dev.notifykit.device.Scan;
import dev.notifykit.push.TopicName;
import dev.notifykit.push.UserId;
import dev.notifykit.topic.Topic;
import dev.notifykit.topic.TopicMember;
import dev.notifykit.topic.TopicPage;
import dev.notifykit.topic.TopicStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The members of a topic, each of them made devices when its page is read. A row's key is the digest of the user and that of the target, so that the
 * rows of one user stand together, and a device that is reached as the user's and by itself is one row: where the user is a member, what else is of that user says
 * nothing new. A cursor is the last row's key, or the digest of a user all of whose rows were read, and a dot.
 */
final class TopicAudience implements Audience {

    private static final Pattern CURSOR = Pattern.compile("[0-9a-f]{32}\\.([0-9a-f]{32})?");
    private static final int DIGEST = 32;

    /** After whatever else is of a user. */
    private static final String END_OF_USER = "f".repeat(DIGEST);

    /** So many are looked up at a time: enough to fill a store's round trips, and few beside all that others ask of it. */
    private static final int TOGETHER = 256;

    private final TopicStore topics;
    private final DeviceStore devices;
    private final TopicName topic;
    private final Predicate<Device> which;

    TopicAudience(TopicStore topics, DeviceStore devices, TopicName topic, Predicate<Device> which) {
        this.topics = topics;
        this.devices = devices;
        this.topic = topic;
        this.which = which;
    }

    /**
     * Members of whole users.
     *
     * @param end where the listing goes on, at the end of a user; null: that was the last
     */
    private record Users(
            List<TopicMember> members, @Nullable String end) {}

    @Override
    public List<String> shards() throws Exception {
        return StoreListing.shards(estimatedTotal().orElse(0) < StoreListing.SMALL);
    }

    /** The members: how many devices they have is known when they are read. */
    @Override
    public OptionalLong estimatedTotal() throws Exception {
        return OptionalLong.of(
                StoreListing.get(topics.find(topic)).map(Topic::members).orElse(0L));
    }

    @Override
    public AudiencePage read(String shard, @Nullable String cursor, int limit) throws Exception {
        if (cursor != null && !CURSOR.matcher(cursor).matches()) {
            throw new AudienceException(AudienceException.Kind.UNREADABLE, "not a cursor of a topic");
        }
        Scan scan = StoreListing.scan(shard).limit(Math.min(TOGETHER, limit));
        String after = after(cursor);
        List<AudienceRow> rows = new ArrayList<>();
        for (int examined = 0; ; ) {
            Users some = wholeUsers(after == null ? scan : scan.from(after));
            for (AudienceRow row : rows(some.members())) {
                if (cursor == null || row.key().compareTo(cursor) > 0) {
                    if (rows.size() == limit) {
                        return new AudiencePage(rows, rows.get(limit - 1).key());
                    }
                    rows.add(row);
                }
            }
            after = some.end();
            if (after == null) {
                return new AudiencePage(rows, null);
            }
            examined += some.members().size();
            if (rows.size() == limit || examined >= limit) {
                return new AudiencePage(rows, after.substring(0, DIGEST + 1));
            }
        }
    }

    /** Where some of a user's rows were read, the listing begins again with that user. */
    private static @Nullable String after(@Nullable String cursor) {
        if (cursor == null) {
            return null;
        }
        return cursor.endsWith(".") ? cursor + END_OF_USER : cursor.substring(0, DIGEST);
    }

    /** Row keys begin as cursors do. */
    @Override
    public Optional<Comparator<String>> keyOrder() {
        return Optional.of(Comparator.naturalOrder());
    }

    /** A page, or as many as it takes to have one user whole, without the last of its users, of whom there may be more. */
    private Users wholeUsers(Scan scan) throws Exception {
        TopicPage page = StoreListing.get(topics.members(topic, scan));
        String next = page.next();
        List<TopicMember> members = new ArrayList<>(page.members());
        while (next != null && isOfOneUser(members)) { // or of none; a user's installations are limited by the store
            page = StoreListing.get(topics.members(topic, scan.from(next)));
            next = page.next();
            members.addAll(page.members());
        }
        if (next == null) {
            return new Users(members, null);
        }
        UserId last = members.get(members.size() - 1).user();
        members.removeIf(member -> member.user().equals(last));
        return new Users(members, endOf(members.get(members.size() - 1)));
    }

    private static boolean isOfOneUser(List<TopicMember> members) {
        return members.isEmpty()
                || members.get(0).user().equals(members.get(members.size() - 1).user());
    }

    private static String endOf(TopicMember member) {
        return member.position().substring(0, DIGEST + 1) + END_OF_USER;
    }

    /** In the order of their keys. */
    private List<AudienceRow> rows(List<TopicMember> members) throws Exception {
        List<CompletionStage<List<Device>>> looks = new ArrayList<>(members.size());
        List<String> users = new ArrayList<>(members.size());
        UserId whole = null;
        for (TopicMember member : members) {
            if (member instanceof TopicMember.OneDevice device) {
                if (!device.user().equals(whole)) {
                    looks.add(devices.find(device.app(), device.installation())
                            .thenApply(found -> found.stream()
                                    .filter(d -> d.user().equals(device.user()))
                                    .toList()));
                    users.add(member.position().substring(0, DIGEST + 1));
                }
            } else {
                whole = member.user();
                looks.add(devices.devicesOf(whole));
                users.add(member.position());
            }
        }
        Map<String, AudienceRow> rows = new TreeMap<>();
        for (int i = 0; i < looks.size(); i++) {
            for (Device device : StoreListing.get(looks.get(i))) {
                if (which.test(device)) {
                    String key = users.get(i) + device.target().digest();
                    rows.put(key, StoreListing.row(key, device));
                }
            }
        }
        return List.copyOf(rows.values());
    }
}
