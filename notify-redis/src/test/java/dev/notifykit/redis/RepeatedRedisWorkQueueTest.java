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
import org.jspecify.annotations.Nullable;

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
            runner.run(call);
            return runner.run(call);
        }

        @Override
        public List<Object> runAll(List<ScriptCall> calls) {
            List<Object> answers = runner.runAll(
                    calls.stream().flatMap(call -> Stream.of(call, call)).toList());
            return IntStream.range(0, calls.size())
                    .mapToObj(i -> second(answers.get(2 * i), answers.get(2 * i + 1)))
                    .toList();
        }

        /** What was not taken is judged as of now: after the rest of its list, what was a duplicate may be stale. */
        private static Object second(Object first, Object second) {
            if (!(first instanceof List<?> before && second instanceof List<?> after)) {
                return second;
            }
            return IntStream.range(0, after.size())
                    .mapToObj(i -> is("S", after.get(i)) && is("D", before.get(i)) ? before.get(i) : after.get(i))
                    .toList();
        }

        private static boolean is(String word, @Nullable Object part) {
            return part instanceof byte[] bytes && Arrays.equals(bytes, word.getBytes(StandardCharsets.US_ASCII));
        }
    }
}
