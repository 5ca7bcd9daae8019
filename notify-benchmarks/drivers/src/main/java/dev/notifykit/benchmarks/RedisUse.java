package dev.notifykit.benchmarks;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.Jedis;

/**
 * What a Redis has done, as it says itself.
 *
 * @param cpuMicros processor time of its process
 * @param scripts how many scripts were called
 * @param keys how many keys it holds
 */
record RedisUse(double cpuMicros, long scripts, long keys) {

    private static final Pattern CPU = Pattern.compile("used_cpu_(?:sys|user):([0-9.]+)");
    private static final Pattern SCRIPTS = Pattern.compile("cmdstat_eval(?:sha)?:calls=([0-9]+)");

    /** Since it was started. */
    static RedisUse of(Jedis jedis) {
        return new RedisUse(
                sum(CPU, jedis.info("cpu")) * 1e6, (long) sum(SCRIPTS, jedis.info("commandstats")), jedis.dbSize());
    }

    private static double sum(Pattern pattern, String info) {
        Matcher each = pattern.matcher(info);
        double sum = 0;
        while (each.find()) {
            sum += Double.parseDouble(each.group(1));
        }
        return sum;
    }

    RedisUse since(RedisUse before) {
        return new RedisUse(cpuMicros - before.cpuMicros, scripts - before.scripts, keys - before.keys);
    }
}
