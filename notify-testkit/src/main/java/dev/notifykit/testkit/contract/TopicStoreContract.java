package dev.notifykit.testkit.contract;

import dev.notifykit.topic.TopicStore;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What every {@link TopicStore} has to keep. A store's own test extends this class and says how an empty store is made and how its clock
 * is moved. Rules first, then races whose outcome can be counted, then random steps beside a plain reference; a failure of those names the
 * seed, and {@code -Dnotifykit.seed=N} runs it again.
 */
public abstract class TopicStoreContract extends TopicListingRules {

    /** Of the random steps, which delete and create so often that what ended a moment ago would count. */
    private static final int MANY_TOPICS = 1_500;

    /** For subclasses. */
    protected TopicStoreContract() {}

    // ---- races ----

    @Test
    public void ofManyWhoCreateATopicOneIsToldSo() {
        race().ofManyWhoCreateATopicOneIsToldSo();
    }

    @Test
    public void ofManyWhoSubscribeNobodyIsLost() {
        race().ofManyWhoSubscribeNobodyIsLost();
    }

    @Test
    public void comingAndGoingAtOnceEndsInOneOfTheTwo() {
        race().comingAndGoingAtOnceEndsInOneOfTheTwo();
    }

    @Test
    public void deletingWhileOthersSubscribeLeavesNoHalfMember() {
        race().deletingWhileOthersSubscribeLeavesNoHalfMember();
    }

    @Test
    public void whoStaysIsListedOnceWhileOthersComeAndGo() {
        race().whoStaysIsListedOnceWhileOthersComeAndGo();
    }

    private TopicRaces race() {
        return new TopicRaces(store);
    }

    // ---- random steps ----

    /**
     * How many random steps are made; each takes some six calls.
     *
     * @return 10,000
     */
    protected int modelSteps() {
        return 10_000;
    }

    @TestFactory
    public Stream<DynamicTest> randomStepsEndAsInTheReference() {
        return Seeds.tests(this::randomSteps);
    }

    final void randomSteps(long seed) {
        try (TopicStore fresh = createStore(MANY_TOPICS)) {
            new TopicModel(fresh, this::passTime, seed, modelSteps()).run();
        }
    }
}
