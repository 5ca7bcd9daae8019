package dev.notifykit.testkit.contract;

import static dev.notifykit.testkit.contract.TopicFixture.get;

import dev.notifykit.device.Scan;
import dev.notifykit.push.TopicName;
import dev.notifykit.push.UserId;
import dev.notifykit.topic.PruneReport;
import dev.notifykit.topic.Topic;
import dev.notifykit.topic.TopicMember;
import dev.notifykit.topic.TopicPage;
import dev.notifykit.topic.TopicStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Stores with one bug each, and the rules that have to find it. */
enum TopicStoreBug {
    A_CURSOR_IS_A_NUMBER(
            "whoIsAMemberAllTheWhileIsListedOnceWhoeverComesAndGoes", sound -> new ForwardingTopicStore(sound) {
                private final List<String> places = new ArrayList<>();

                @Override
                public CompletionStage<TopicPage> members(TopicName topic, Scan scan) {
                    List<TopicMember> all = new ArrayList<>();
                    for (Scan next = Scan.of(scan.part()); ; ) {
                        TopicPage page = get(sound.members(topic, next));
                        all.addAll(page.members());
                        if (page.next() == null) {
                            break;
                        }
                        next = next.from(page.next());
                    }
                    // The cursor looks like a position and stands for how many were read.
                    int from = scan.cursor() == null ? 0 : places.indexOf(scan.cursor()) + 1;
                    List<TopicMember> some =
                            all.subList(Math.min(from, all.size()), Math.min(from + scan.limit(), all.size()));
                    for (int i = places.size(); i < from + some.size(); i++) {
                        places.add(all.get(i).position());
                    }
                    return CompletableFuture.completedStage(new TopicPage(
                            some, from + scan.limit() < all.size() ? places.get(from + scan.limit() - 1) : null));
                }
            }),

    A_PAGE_BEGINS_WITH_ITS_CURSOR(
            "aListingGoesOnAfterAnyPositionAndBeforeAnyUser", sound -> new ForwardingTopicStore(sound) {
                @Override
                public CompletionStage<TopicPage> members(TopicName topic, Scan scan) {
                    String cursor = scan.cursor();
                    return sound.members(
                            topic, cursor == null || cursor.length() == 32 ? scan : scan.from(cursor.substring(0, 32)));
                }
            }),

    A_PART_LOSES_ITS_LAST(
            "aListingHasEveryMemberOnceInTheOrderOfTheirPositions", sound -> new ForwardingTopicStore(sound) {
                @Override
                public CompletionStage<TopicPage> members(TopicName topic, Scan scan) {
                    return sound.members(topic, scan)
                            .thenApply(page -> page.next() == null
                                            && page.members().size() > 5
                                    ? new TopicPage(
                                            page.members()
                                                    .subList(0, page.members().size() - 1),
                                            null)
                                    : page);
                }
            }),

    A_MEMBER_IS_IN_TWICE("aMemberIsInATopicOnceHoweverOftenItSubscribes", sound -> new ForwardingTopicStore(sound) {
        private int subscribed;

        @Override
        public CompletionStage<@Nullable Void> subscribe(TopicName topic, Collection<? extends TopicMember> members) {
            subscribed += members.size();
            return sound.subscribe(topic, members);
        }

        @Override
        public CompletionStage<Optional<Topic>> find(TopicName topic) {
            return sound.find(topic).thenApply(found -> found.map(t -> new Topic(topic, t.endsAt(), subscribed)));
        }
    }),

    A_DEVICE_IS_TAKEN_FOR_ITS_USER(
            "aUserAndTheUsersInstallationsAreMembersOfTheirOwn", sound -> new ForwardingTopicStore(sound) {
                @Override
                public CompletionStage<@Nullable Void> unsubscribe(
                        TopicName topic, Collection<? extends TopicMember> members) {
                    List<TopicMember> all = new ArrayList<>(members);
                    members.forEach(member -> all.add(TopicMember.user(member.user())));
                    return sound.unsubscribe(topic, all);
                }
            }),

    AN_ERASED_USER_KEEPS_A_DEVICE("anErasedUserLeavesNothingAndOthersStay", sound -> new ForwardingTopicStore(sound) {
        @Override
        public CompletionStage<Integer> erase(UserId user) {
            Set<TopicName> topics = get(sound.topicsOf(TopicMember.user(user)));
            topics.forEach(topic -> get(sound.unsubscribe(topic, List.of(TopicMember.user(user)))));
            return CompletableFuture.completedStage(topics.size());
        }
    }),

    A_TOPIC_ENDS_A_MOMENT_LATER("aTopicEndsWhenItsTimeIsOver", sound -> new ForwardingTopicStore(sound) {
        @Override
        public CompletionStage<Boolean> create(TopicName topic, @Nullable Duration timeToLive) {
            return sound.create(
                    topic,
                    timeToLive == null || timeToLive.compareTo(Duration.ofDays(1)) > 0 || timeToLive.isNegative()
                            ? timeToLive
                            : timeToLive.plusSeconds(1));
        }
    }),

    AN_ENDED_TOPIC_KEEPS_ITS_MEMBERS(
            "whoSubscribesToATopicThatHasEndedBeginsAnew", sound -> new ForwardingTopicStore(sound) {
                @Override
                public CompletionStage<Boolean> create(TopicName topic, @Nullable Duration timeToLive) {
                    return sound.create(topic, null);
                }
            }),

    A_DELETED_TOPIC_KEEPS_ITS_MEMBERS("aTopicThatIsDeletedIsGoneAtOnce", sound -> new ForwardingTopicStore(sound) {
        private final List<TopicMember> left = new ArrayList<>();

        @Override
        public CompletionStage<Boolean> delete(TopicName topic) {
            left.addAll(TopicFixture.members(sound, topic, Scan.all()));
            return sound.delete(topic);
        }

        @Override
        public CompletionStage<@Nullable Void> subscribe(TopicName topic, Collection<? extends TopicMember> members) {
            return sound.subscribe(
                    topic, Stream.concat(members.stream(), left.stream()).collect(Collectors.toSet()));
        }
    }),

    CREATING_REPLACES_WHAT_IS_THERE(
            "aTopicIsCreatedAheadOfItsMembersAndOnce", sound -> new ForwardingTopicStore(sound) {
                @Override
                public CompletionStage<Boolean> create(TopicName topic, @Nullable Duration timeToLive) {
                    get(sound.create(topic, timeToLive));
                    return sound.expire(topic, timeToLive);
                }
            }),

    AN_END_CANNOT_BE_TAKEN_BACK("theEndOfATopicCanBeMovedAndTakenBack", sound -> new ForwardingTopicStore(sound) {
        @Override
        public CompletionStage<Boolean> expire(TopicName topic, @Nullable Duration timeToLive) {
            return timeToLive == null
                    ? sound.find(topic).thenApply(Optional::isPresent)
                    : sound.expire(topic, timeToLive);
        }
    }),

    A_DRY_RUN_PRUNES("pruningRemovesWhatTopicsThatHaveEndedLeaveBehind", sound -> new ForwardingTopicStore(sound) {
        @Override
        public CompletionStage<PruneReport> prune(int limit, boolean dryRun) {
            return sound.prune(limit, false);
        }
    }),

    THE_LIMIT_OF_A_CALL_IS_NOT_KEPT("aCallWithTooManyMembersChangesNothing", sound -> new ForwardingTopicStore(sound) {
        @Override
        public CompletionStage<@Nullable Void> subscribe(TopicName topic, Collection<? extends TopicMember> members) {
            return sound.subscribe(topic, members.stream().limit(1_000).toList());
        }
    }),

    WHO_IS_REFUSED_IS_NOT_TOLD(
            "aUserHasALimitedNumberOfSubscriptionsAndOthersOfTheCallAreServed",
            sound -> new ForwardingTopicStore(sound) {
                @Override
                public CompletionStage<@Nullable Void> subscribe(
                        TopicName topic, Collection<? extends TopicMember> members) {
                    return sound.subscribe(topic, members).exceptionally(refused -> null);
                }
            }),

    TWO_ARE_TOLD_THAT_THEY_CREATED_A_TOPIC(
            "ofManyWhoCreateATopicOneIsToldSo", sound -> new ForwardingTopicStore(sound) {
                private final AtomicInteger looks = new AtomicInteger();

                @Override
                public CompletionStage<Boolean> create(TopicName topic, @Nullable Duration timeToLive) {
                    boolean there = get(sound.find(topic)).isPresent();
                    int until = looks.incrementAndGet() + 1;
                    // Keeps the window open until another has come by; gives up, since not everybody has one.
                    for (int i = 0; i < 5_000 && looks.get() < until; i++) {
                        Thread.yield();
                    }
                    return sound.create(topic, timeToLive).thenApply(created -> !there);
                }
            });

    final String rule;
    private final UnaryOperator<TopicStore> breaks;

    TopicStoreBug(String rule, UnaryOperator<TopicStore> breaks) {
        this.rule = rule;
        this.breaks = breaks;
    }

    TopicStore in(TopicStore sound) {
        return breaks.apply(sound);
    }
}
