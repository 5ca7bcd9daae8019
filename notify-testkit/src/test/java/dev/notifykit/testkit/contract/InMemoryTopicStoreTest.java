package dev.notifykit.testkit.contract;

import dev.notifykit.testing.ManualTime;
import dev.notifykit.topic.InMemoryTopicStore;
import dev.notifykit.topic.TopicStore;
import java.time.Duration;
import java.time.Instant;

class InMemoryTopicStoreTest extends TopicStoreContract {

    private final ManualTime time = ManualTime.create();

    @Override
    protected TopicStore createStore(int topicsPerUser) {
        return InMemoryTopicStore.builder(time).topicsPerUser(topicsPerUser).build();
    }

    @Override
    protected Instant now() {
        return time.now();
    }

    @Override
    protected void passTime(Duration by) {
        time.advance(by);
    }
}
