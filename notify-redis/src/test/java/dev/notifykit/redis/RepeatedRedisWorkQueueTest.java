package dev.notifykit.redis;

import dev.notifykit.queue.WorkQueue;
import dev.notifykit.redis.server.RedisBinary;
import dev.notifykit.redis.server.RedisTopology;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Every script is run twice, as after a lost reply, and its second answer counts. */
class RepeatedRedisWorkQueueTest extends RedisQueueContract {

    RepeatedRedisWorkQueueTest() {
        super(RedisTopology.Kind.SINGLE, RedisBinary.preferred());
    }

    @Override
    WorkQueue createQueue(TestStores from, String name, UnaryOperator<RedisSettings.Builder> change) {
        return from.createQueue(name, change, Twice::new);
    }

    private record Twice(ScriptRunner runner) implements ScriptRunner {

        @Override
        public Object run(ScriptCall call) {
            return second(runner.run(call), runner.run(call));
        }

        @Override
        public List<Object> runAll(List<ScriptCall> calls) {
            List<Object> answers = runner.runAll(
                    calls.stream().flatMap(call -> Stream.of(call, call)).toList());
            return IntStream.range(0, calls.size())
                    .mapToObj(i -> second(answers.get(2 * i), answers.get(2 * i + 1)))
                    .toList();
        }

        /** Whoever was replaced in between has heard the first answer. */
        private static Object second(Object first, Object second) {
            return isFenced(second) ? first : second;
        }

        private static boolean isFenced(Object answer) {
            return answer instanceof List<?> parts
                    && parts.get(0) instanceof byte[] word
                    && Arrays.equals(word, "FENCED".getBytes(StandardCharsets.US_ASCII));
        }
    }
}
