package dev.notifykit.redis;

import dev.notifykit.redis.server.RedisProcess;
import dev.notifykit.redis.server.RedisTopology;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.UnifiedJedis;

/** The user of {@code docs/redis.md}, with the rights that stand there and no other, for keys of a test's own. Not thread-safe. */
final class DocumentedUser implements AutoCloseable {

    private static final String LINE = "ACL SETUSER ";
    private static final String PATTERN = "~" + RedisSettings.DEFAULT_PREFIX + ":*";
    private static final String PASSWORD = "s3cret-4711";

    private final String name;
    private final List<RedisProcess> nodes;

    private DocumentedUser(String name, List<RedisProcess> nodes) {
        this.name = name;
        this.nodes = nodes;
    }

    /**
     * Adds the user to every node.
     *
     * @param prefix what its keys begin with
     */
    static DocumentedUser of(RedisTopology redis, String prefix) {
        List<String> words = List.of(line().substring(LINE.length()).split(" "));
        if (!words.contains(PATTERN) || !words.contains(">PASSWORD")) {
            throw new AssertionError("the line in docs/redis.md has no pattern, or no password: " + words);
        }
        String[] rules = words.stream()
                .skip(1)
                .map(word -> word.equals(PATTERN) ? "~" + prefix + "*" : word.replace("PASSWORD", PASSWORD))
                .toArray(String[]::new);
        for (RedisProcess node : redis.nodes()) {
            try (Jedis admin = node.connect()) {
                admin.aclSetUser(prefix, rules);
            }
        }
        return new DocumentedUser(prefix, redis.nodes());
    }

    private static String line() {
        Path page = Path.of("..", "docs", "redis.md");
        try {
            List<String> lines = Files.readAllLines(page).stream()
                    .filter(line -> line.startsWith(LINE))
                    .toList();
            if (lines.size() != 1) {
                throw new AssertionError("lines in " + page + " that make a user: " + lines);
            }
            return lines.get(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A host's client that is logged in. */
    UnifiedJedis newClient(RedisTopology redis) {
        return redis.newClient(login());
    }

    /** One connection that is logged in. */
    Connection connect(RedisProcess node) {
        return new Connection(node.address(), login());
    }

    private JedisClientConfig login() {
        return DefaultJedisClientConfig.builder()
                .timeoutMillis(20_000)
                .user(name)
                .password(PASSWORD)
                .build();
    }

    /** Connections of the stores' own that are logged in. */
    RedisConfig.Builder login(RedisConfig.Builder config) {
        return config.user(name).password(PASSWORD::toCharArray);
    }

    /** Its connections end. */
    @Override
    public void close() {
        for (RedisProcess node : nodes) {
            try (Jedis admin = node.connect()) {
                admin.aclDelUser(name);
            }
        }
    }
}
