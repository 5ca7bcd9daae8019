package dev.notifykit.redis;

import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.topic.TopicStore;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Every script is run twice, as after a lost reply, and its second answer counts. */
class RepeatedRedisTopicStoreTest extends RedisTopicContract {

    private int made;

    RepeatedRedisTopicStoreTest() {
        super(RedisTopology.Kind.SINGLE, RedisBinary.preferred());
    }

    @Override
    protected TopicStore createStore(int topicsPerUser) {
        return stores.createTopics("-" + ++made, topicsPerUser, way -> calls -> {
            List<Object> answers = way.apply(
                    calls.stream().flatMap(call -> Stream.of(call, call)).toList());
            return IntStream.range(0, calls.size())
                    .mapToObj(i -> answers.get(2 * i + 1))
                    .toList();
        });
    }
}
