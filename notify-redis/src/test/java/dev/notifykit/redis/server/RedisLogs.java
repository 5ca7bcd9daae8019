package dev.notifykit.redis.server;

import java.util.Arrays;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/** Prints the logs of the Redis in a test's fields when the test has failed. */
public final class RedisLogs implements TestWatcher {

    @Override
    public void testFailed(ExtensionContext context, Throwable cause) {
        context.getRequiredTestInstances()
                .getAllInstances()
                .forEach(test -> ReflectionSupport.findFields(
                                test.getClass(),
                                field -> Arrays.asList(RedisTopology.class, RedisProcess.class)
                                        .contains(field.getType()),
                                HierarchyTraversalMode.TOP_DOWN)
                        .forEach(field -> ReflectionSupport.tryToReadFieldValue(field, test)
                                .ifSuccess(RedisLogs::print)));
    }

    private static void print(Object redis) {
        if (redis instanceof RedisTopology topology) {
            System.err.println(topology.logTails());
        } else if (redis instanceof RedisProcess process) {
            System.err.println("---- " + process + "\n" + process.logTail());
        }
    }
}
