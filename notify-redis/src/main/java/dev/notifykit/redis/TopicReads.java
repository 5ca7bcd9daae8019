package dev.notifykit.redis;

import dev.notifykit.codec.CorruptValueException;
import dev.notifykit.device.Scan;
import dev.notifykit.push.TopicName;
import dev.notifykit.topic.Topic;
import dev.notifykit.topic.TopicCodec;
import dev.notifykit.topic.TopicListing;
import dev.notifykit.topic.TopicMember;
import dev.notifykit.topic.TopicPage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Lists topics and members. Both are kept in sixteen parts, by the first digit of what they are ordered by; so the parts, one after the other, are the
 * whole in its order. Thread-safe.
 */
final class TopicReads {

    private static final Pattern POSITION = Pattern.compile("[0-9a-f]{32}(\\.([0-9a-f]{32})?)?");
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{32}");
    private static final int DIGEST_DIGITS = 32;
    private static final int POSITION_BYTES = 17;
    private static final int DEVICE_BYTES = 16;

    private final TopicQuestions ask;

    TopicReads(TopicQuestions ask) {
        this.ask = ask;
    }

    Talk<Optional<Topic>> find(TopicName name) {
        return ask.look(name.digest())
                .then(topic -> topic.isEmpty()
                        ? Talk.say(Optional.empty())
                        : Talk.all(Scan.PARTS.stream()
                                        .map(part -> ask.members(
                                                name.digest(), topic.get().generation(), part.charAt(0), "", 0))
                                        .toList())
                                .map(parts -> Optional.of(new Topic(
                                        name,
                                        topic.get().endsAt(),
                                        parts.stream()
                                                .mapToLong(TopicQuestions.Page::size)
                                                .sum()))));
    }

    /**
     * Some members.
     *
     * @throws IllegalArgumentException when the cursor is none
     */
    Talk<TopicPage> members(TopicName name, Scan scan) {
        List<String> parts = parts(scan, POSITION);
        return ask.look(name.digest())
                .then(topic -> topic.isEmpty()
                        ? Talk.say(new TopicPage(List.of(), null))
                        : members(topic.get(), scan, parts, new ArrayList<>()));
    }

    private Talk<TopicPage> members(TopicEntry topic, Scan scan, List<String> parts, List<TopicMember> found) {
        if (parts.isEmpty()) {
            return Talk.say(new TopicPage(found, null));
        }
        int missing = scan.limit() - found.size();
        String part = parts.get(0);
        return ask.members(topic.digest(), topic.generation(), part.charAt(0), after(scan, part), missing + 1)
                .then(page -> {
                    page.members().stream()
                            .limit(missing)
                            .map(TopicReads::member)
                            .forEach(found::add);
                    return page.members().size() > missing
                            ? Talk.say(new TopicPage(
                                    found, found.get(found.size() - 1).position()))
                            : members(topic, scan, parts.subList(1, parts.size()), found);
                });
    }

    /**
     * Some topics.
     *
     * @throws IllegalArgumentException when the cursor is none
     */
    Talk<TopicListing> topics(Scan scan) {
        return topics(scan, parts(scan, DIGEST), new ArrayList<>());
    }

    private Talk<TopicListing> topics(Scan scan, List<String> parts, List<String> found) {
        if (parts.isEmpty()) {
            return listing(found, false);
        }
        int missing = scan.limit() - found.size();
        String part = parts.get(0);
        return ask.topics(part, after(scan, part), missing + 1).then(page -> {
            page.members().stream()
                    .limit(missing)
                    .map(entry -> entry.substring(0, DIGEST_DIGITS))
                    .forEach(found::add);
            return page.members().size() > missing
                    ? listing(found, true)
                    : topics(scan, parts.subList(1, parts.size()), found);
        });
    }

    /** Those that have ended are still on the list, until they are pruned. */
    private Talk<TopicListing> listing(List<String> found, boolean more) {
        return Talk.all(found.stream().map(ask::look).toList())
                .map(topics -> new TopicListing(
                        topics.stream()
                                .flatMap(Optional::stream)
                                .map(TopicEntry::name)
                                .toList(),
                        more ? found.get(found.size() - 1) : null));
    }

    private static List<String> parts(Scan scan, Pattern cursors) {
        String cursor = scan.cursor();
        if (cursor != null && !cursors.matcher(cursor).matches()) {
            throw new IllegalArgumentException("the cursor of a listing is one that a page has named");
        }
        List<String> all = scan.part().isEmpty() ? Scan.PARTS : List.of(scan.part());
        return cursor == null
                ? all
                : all.stream()
                        .filter(part -> part.compareTo(cursor.substring(0, 1)) >= 0)
                        .toList();
    }

    private static String after(Scan scan, String part) {
        String cursor = scan.cursor();
        return cursor != null && cursor.startsWith(part) ? cursor : "";
    }

    private static TopicMember member(String hex) {
        byte[] entry = HexFormat.of().parseHex(hex);
        int position =
                POSITION_BYTES + (entry.length > POSITION_BYTES && entry[POSITION_BYTES - 1] == 1 ? DEVICE_BYTES : 0);
        if (entry.length <= position) {
            throw new RedisFailure(RedisFailure.Kind.DAMAGED, "a member of a topic that is not whole");
        }
        try {
            return TopicCodec.unpack(Arrays.copyOfRange(entry, position, entry.length));
        } catch (CorruptValueException e) {
            throw new RedisFailure(RedisFailure.Kind.DAMAGED, String.valueOf(e.getMessage()));
        }
    }
}
