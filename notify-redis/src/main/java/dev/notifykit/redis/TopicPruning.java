package dev.notifykit.redis;

import dev.notifykit.device.Scan;
import dev.notifykit.redis.TopicQuestions.Due;
import dev.notifykit.redis.TopicQuestions.Ended;
import dev.notifykit.topic.PruneReport;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One step of pruning: of generations that have ended, the members go, with what their users' lists say of them, and then the generation itself. Used
 * once, by one thread at a time.
 */
final class TopicPruning {

    /** Of each of the sixteen lists; each costs a look at sixteen parts. */
    private static final int MOST_TOPICS = 8;

    private final TopicQuestions ask;
    private final TopicSubscriptions subscriptions;
    private final int limit;
    private final boolean dryRun;
    private final List<Ended> ended = new ArrayList<>();
    private final Set<Ended> whole = new HashSet<>();
    private final List<Talk<List<Subscription>>> members = new ArrayList<>();
    private int count;
    private boolean more;

    /**
     * A step.
     *
     * @throws IllegalArgumentException when the limit is none
     */
    TopicPruning(TopicQuestions ask, TopicSubscriptions subscriptions, int limit, boolean dryRun) {
        this.ask = ask;
        this.subscriptions = subscriptions;
        this.limit = Scan.all().limit(limit).limit(); // the same bounds
        this.dryRun = dryRun;
    }

    Talk<PruneReport> start() {
        return users().then(done -> Talk.all(Scan.PARTS.stream()
                        .map(part -> ask.ended(part, MOST_TOPICS))
                        .toList()))
                .then(lists -> {
                    for (List<Ended> some : lists) {
                        ended.addAll(some);
                        // Those that have just ended stay on the list for a while, and are no reason to come again at
                        // once.
                        more |= some.size() == MOST_TOPICS && some.stream().allMatch(Ended::settled);
                    }
                    return Talk.all(ended.stream().map(this::sizes).toList());
                })
                .then(this::choose);
    }

    /** Erased users of whom something was left. */
    private Talk<Boolean> users() {
        if (dryRun) {
            return Talk.say(true);
        }
        return Talk.all(Scan.PARTS.stream()
                        .map(part -> ask.left(part, MOST_TOPICS))
                        .toList())
                .then(all -> Talk.all(
                        all.stream().flatMap(List::stream).map(this::user).toList()))
                .map(done -> true);
    }

    private Talk<Boolean> user(Due left) {
        return subscriptions.free(left.who()).then(freed -> ask.forgetLeft(left));
    }

    private Talk<List<Long>> sizes(Ended topic) {
        return Talk.all(Scan.PARTS.stream()
                .map(part -> ask.members(topic.topic(), topic.generation(), part.charAt(0), "", 0)
                        .map(TopicQuestions.Page::size))
                .toList());
    }

    private Talk<PruneReport> choose(List<List<Long>> sizes) {
        for (int i = 0; i < ended.size(); i++) {
            Ended topic = ended.get(i);
            long left = 0;
            for (int part = 0; part < Scan.PARTS.size(); part++) {
                int take = (int) Math.min(limit - count, sizes.get(i).get(part));
                left += sizes.get(i).get(part) - take;
                count += take;
                if (take > 0) {
                    members.add(some(topic, Scan.PARTS.get(part).charAt(0), take));
                }
            }
            if (left == 0) {
                whole.add(topic);
            }
            more |= left > 0;
        }
        return dryRun
                ? Talk.say(new PruneReport(
                        (int) whole.stream().filter(Ended::settled).count(), count, more))
                : Talk.all(members).then(this::remove);
    }

    private Talk<List<Subscription>> some(Ended topic, char part, int take) {
        return ask.members(topic.topic(), topic.generation(), part, "", take)
                .map(page -> page.members().stream()
                        .map(member -> Subscription.member(topic.topic(), topic.generation(), member))
                        .toList());
    }

    /** The users' lists first: without its members nobody would find what they say of a topic. */
    private Talk<PruneReport> remove(List<List<Subscription>> chosen) {
        List<Subscription> all = chosen.stream().flatMap(List::stream).toList();
        return ask.free(all, true)
                .then(freed -> ask.remove(all))
                .then(removed -> Talk.all(
                        whole.stream().filter(Ended::settled).map(ask::forget).toList()))
                .map(forgotten -> new PruneReport(
                        (int) forgotten.stream().filter(gone -> gone).count(), all.size(), more));
    }
}
