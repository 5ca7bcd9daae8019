package dev.notifykit.redis;

import dev.notifykit.push.TopicName;
import dev.notifykit.push.UserId;
import dev.notifykit.redis.TopicQuestions.Listed;
import dev.notifykit.topic.TooManyTopicsException;
import dev.notifykit.topic.TopicMember;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Who comes and who goes, and who is in what; {@link RedisTopicStore} says why in this order. Thread-safe. */
final class TopicSubscriptions {

    private final TopicQuestions ask;
    private final int topicsPerUser;

    TopicSubscriptions(TopicQuestions ask, int topicsPerUser) {
        this.ask = ask;
        this.topicsPerUser = topicsPerUser;
    }

    /** First the users' lists, then the topic, which is the truth. */
    Talk<Boolean> subscribe(TopicName name, String generation, List<TopicMember> members) {
        return ask.create(name, generation, null).then(created -> {
            Map<Subscription, TopicMember> all = new LinkedHashMap<>();
            members.forEach(member -> all.put(subscription(created.topic(), member), member));
            return note(all.keySet()).then(refused -> {
                Map<Subscription, TopicMember> rest = new LinkedHashMap<>(all);
                rest.keySet().removeAll(refused);
                return ask.add(created.topic(), rest.values()).map(done -> {
                    if (!refused.isEmpty()) {
                        throw new Talks.Refusal(new TooManyTopicsException(refused.size(), topicsPerUser));
                    }
                    return true;
                });
            });
        });
    }

    /** Where there is no room, there may be when what is left over is gone. */
    private Talk<Set<Subscription>> note(Set<Subscription> all) {
        return ask.note(all, topicsPerUser)
                .then(refused -> refused.isEmpty()
                        ? Talk.say(refused)
                        : Talk.all(refused.stream()
                                        .map(Subscription::user)
                                        .distinct()
                                        .map(this::free)
                                        .toList())
                                // In their order: with room for some, those that come first have it.
                                .then(freed -> ask.note(
                                        all.stream().filter(refused::contains).toList(), topicsPerUser)));
    }

    /** First the topic, then the users' lists. */
    Talk<Boolean> unsubscribe(TopicName name, List<TopicMember> members) {
        return ask.look(name.digest()).then(topic -> {
            List<Subscription> all = topic.map(known -> members.stream()
                            .map(member -> subscription(known, member))
                            .toList())
                    .orElse(List.of());
            return ask.remove(all).then(removed -> ask.free(all, false)).map(left -> true);
        });
    }

    Talk<Set<TopicName>> topicsOf(UserId user, Predicate<Subscription> which) {
        return confirmed(RedisKeys.digest(user))
                .map(confirmed -> confirmed.entrySet().stream()
                        .filter(entry -> which.test(entry.getKey()))
                        .map(Map.Entry::getValue)
                        .collect(Collectors.toUnmodifiableSet()));
    }

    /** What is under way is left for later: nobody would ever look at this user's list again. */
    Talk<Integer> erase(String user) {
        return ask.subscriptions(user).then(listed -> {
            List<Subscription> all = listed.stream().map(Listed::subscription).toList();
            return confirm(all)
                    .then(confirmed -> ask.remove(all)
                            .then(removed -> ask.free(all, false))
                            .then(left -> left == 0 ? Talk.say(true) : ask.leave(user))
                            .map(done -> confirmed.size()));
        });
    }

    /** Frees what is left over of a user. */
    Talk<Boolean> free(String user) {
        return confirmed(user).map(confirmed -> true);
    }

    /** What a user is really in; what is left over is freed. */
    private Talk<Map<Subscription, TopicName>> confirmed(String user) {
        return ask.subscriptions(user).then(listed -> {
            List<Subscription> all = listed.stream().map(Listed::subscription).toList();
            return confirm(all).then(confirmed -> {
                List<Subscription> leftOver = listed.stream()
                        .filter(Listed::settled)
                        .map(Listed::subscription)
                        .filter(subscription -> !confirmed.containsKey(subscription))
                        .toList();
                return ask.free(leftOver, false).map(left -> confirmed);
            });
        });
    }

    private Talk<Map<Subscription, TopicName>> confirm(List<Subscription> subscriptions) {
        List<String> topics =
                subscriptions.stream().map(Subscription::topic).distinct().toList();
        return Talk.both(Talk.all(topics.stream().map(ask::look).toList()), ask.have(subscriptions), (known, have) -> {
            Map<String, TopicEntry> byDigest = new HashMap<>();
            known.forEach(topic -> topic.ifPresent(entry -> byDigest.put(entry.digest(), entry)));
            Map<Subscription, TopicName> confirmed = new HashMap<>();
            for (Subscription subscription : have) {
                Optional.ofNullable(byDigest.get(subscription.topic()))
                        .filter(topic -> topic.generation().equals(subscription.generation()))
                        .ifPresent(topic -> confirmed.put(subscription, topic.name()));
            }
            return confirmed;
        });
    }

    private static Subscription subscription(TopicEntry topic, TopicMember member) {
        return Subscription.at(topic.digest(), topic.generation(), member.position());
    }
}
