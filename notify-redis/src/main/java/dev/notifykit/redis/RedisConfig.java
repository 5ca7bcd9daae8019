package dev.notifykit.redis;

import dev.notifykit.push.Problems;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.DefaultRedisCredentials;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.RedisSentinelClient;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.UnifiedJedis;

/**
 * Where a Redis is, and how {@link RedisStores#connect} talks to it: every timeout is finite, that of blocking commands too, and so is the wait
 * for a connection. Immutable. Passwords are asked for at every new connection, and never shown.
 */
public final class RedisConfig {

    /** One for each of the stores' threads, and some to spare. */
    public static final int DEFAULT_CONNECTIONS = 16;

    private enum Kind {
        SINGLE,
        SENTINEL,
        CLUSTER
    }

    private final Kind kind;
    private final @Nullable String primaryName;
    private final Set<HostAndPort> nodes;
    private final @Nullable String user;
    private final @Nullable Supplier<char[]> password;
    private final @Nullable String sentinelUser;
    private final @Nullable Supplier<char[]> sentinelPassword;
    private final @Nullable SslOptions tls;
    private final int database;
    private final int connections;
    private final RedisSettings settings;

    private RedisConfig(Builder b) {
        kind = b.kind;
        primaryName = b.primaryName;
        nodes = Set.copyOf(b.nodes);
        user = b.user;
        password = b.password;
        sentinelUser = b.sentinelUser;
        sentinelPassword = b.sentinelPassword;
        tls = b.tls;
        database = b.database;
        connections = b.connections;
        settings = b.settings;
    }

    /**
     * One Redis, or one address behind which a service keeps one.
     *
     * @param host its name or address
     * @param port 6379 is usual
     * @return a new builder
     */
    public static Builder single(String host, int port) {
        return new Builder(Kind.SINGLE, null).node(host, port);
    }

    /**
     * A primary that sentinels know; add them with {@link Builder#node}.
     *
     * @param primaryName as they call it, {@code mymaster} say
     * @return a new builder
     */
    public static Builder sentinel(String primaryName) {
        return new Builder(Kind.SENTINEL, Objects.requireNonNull(primaryName, "primaryName"));
    }

    /**
     * A cluster; add some of its nodes with {@link Builder#node}, it tells the others.
     *
     * @return a new builder
     */
    public static Builder cluster() {
        return new Builder(Kind.CLUSTER, null);
    }

    /**
     * How the stores use it.
     *
     * @return the settings
     */
    public RedisSettings settings() {
        return settings;
    }

    @Override
    public String toString() {
        return "RedisConfig[" + kind + ", " + nodes.size() + " addresses, " + (tls == null ? "plain" : "TLS") + ", "
                + settings + "]";
    }

    /** To whom it is talked without encryption, as far as is known here. */
    Set<HostAndPort> plain() {
        return tls == null ? nodes : Set.of();
    }

    UnifiedJedis newClient() {
        JedisClientConfig config =
                clientConfig(user, password).database(database).build();
        return switch (kind) {
            case SINGLE ->
                RedisClient.builder()
                        .hostAndPort(nodes.iterator().next())
                        .clientConfig(config)
                        .poolConfig(pool())
                        .build();
            case SENTINEL ->
                RedisSentinelClient.builder()
                        .masterName(Objects.requireNonNull(primaryName))
                        .sentinels(nodes)
                        .sentinelClientConfig(
                                clientConfig(sentinelUser, sentinelPassword).build())
                        .clientConfig(config)
                        .poolConfig(pool())
                        .build();
            case CLUSTER ->
                RedisClusterClient.builder()
                        .nodes(nodes)
                        .maxTotalRetriesDuration(settings.timeout())
                        .clientConfig(config)
                        .poolConfig(pool())
                        .build();
        };
    }

    private DefaultJedisClientConfig.Builder clientConfig(@Nullable String name, @Nullable Supplier<char[]> secret) {
        int millis = (int) settings.timeout().toMillis();
        DefaultJedisClientConfig.Builder config = DefaultJedisClientConfig.builder()
                .clientName("notifykit")
                .timeoutMillis(millis)
                // Jedis would wait for ever: half-open connections do not end by themselves.
                .blockingSocketTimeoutMillis(millis);
        if (secret != null) {
            config.credentialsProvider(() -> new DefaultRedisCredentials(name, secret.get()));
        }
        return tls == null ? config : config.sslOptions(tls);
    }

    private GenericObjectPoolConfig<Connection> pool() {
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setMaxTotal(connections);
        pool.setMaxIdle(connections);
        pool.setMaxWait(settings.timeout());
        pool.setJmxEnabled(false); // a second client would only add a number to its name, with a search for a free one
        return pool;
    }

    /** Builds {@link RedisConfig}. Not thread-safe. */
    public static final class Builder {

        private final Kind kind;
        private final @Nullable String primaryName;
        private final Set<HostAndPort> nodes = new LinkedHashSet<>();
        private @Nullable String user;
        private @Nullable Supplier<char[]> password;
        private @Nullable String sentinelUser;
        private @Nullable Supplier<char[]> sentinelPassword;
        private @Nullable SslOptions tls;
        private int database;
        private int connections = DEFAULT_CONNECTIONS;
        private RedisSettings settings = RedisSettings.defaults();

        private Builder(Kind kind, @Nullable String primaryName) {
            this.kind = kind;
            this.primaryName = primaryName;
        }

        /**
         * One more sentinel, or node of a cluster.
         *
         * @param host its name or address
         * @param port its port
         * @return this
         */
        public Builder node(String host, int port) {
            nodes.add(new HostAndPort(Objects.requireNonNull(host, "host"), port));
            return this;
        }

        /**
         * An ACL user; the default user when not set.
         *
         * @param value its name
         * @return this
         */
        public Builder user(String value) {
            user = Objects.requireNonNull(value, "user");
            return this;
        }

        /**
         * The password; none when not set.
         *
         * @param value asked at every new connection, so that it can be changed while this is in use
         * @return this
         */
        public Builder password(Supplier<char[]> value) {
            password = Objects.requireNonNull(value, "password");
            return this;
        }

        /**
         * How to log in at the sentinels; not at all when not set, since they have users of their own.
         *
         * @param name the user, or null for the default user
         * @param secret asked at every new connection
         * @return this
         */
        public Builder sentinelLogin(@Nullable String name, Supplier<char[]> secret) {
            sentinelUser = name;
            sentinelPassword = Objects.requireNonNull(secret, "secret");
            return this;
        }

        /**
         * TLS with the JVM's trusted certificates; plain when not set.
         *
         * @return this
         */
        public Builder tls() {
            return tls(SslOptions.defaults());
        }

        /**
         * TLS.
         *
         * @param options trusted certificates and a client's own; host names are checked unless these say otherwise
         * @return this
         */
        public Builder tls(SslOptions options) {
            tls = Objects.requireNonNull(options, "options");
            return this;
        }

        /**
         * The number of a database; 0 when not set. A cluster has only that one.
         *
         * @param value 0 or more
         * @return this
         */
        public Builder database(int value) {
            database = value;
            return this;
        }

        /**
         * How many connections there may be, in a cluster to each node; {@value #DEFAULT_CONNECTIONS} when not set.
         *
         * @param value at least 2
         * @return this
         */
        public Builder connections(int value) {
            connections = value;
            return this;
        }

        /**
         * Prefix, partitions and timeout. The timeout is also that of connecting, reading and waiting for a connection.
         *
         * @param value the settings
         * @return this
         */
        public Builder settings(RedisSettings value) {
            settings = Objects.requireNonNull(value, "settings");
            return this;
        }

        /**
         * Builds the configuration.
         *
         * @return the configuration
         * @throws dev.notifykit.push.InvalidConfigurationException naming every problem
         */
        public RedisConfig build() {
            Problems problems = new Problems("RedisConfig");
            problems.require(
                    !nodes.isEmpty(),
                    "node",
                    "there is none",
                    kind == Kind.SENTINEL ? "add the sentinels" : "add some nodes of the cluster");
            problems.require(
                    kind != Kind.SINGLE || nodes.size() <= 1,
                    "node",
                    "a single Redis has one address, these are " + nodes.size(),
                    "use cluster() or sentinel()");
            for (HostAndPort node : nodes) {
                problems.require(
                        !node.getHost().isBlank() && node.getPort() >= 1 && node.getPort() <= 65_535,
                        "node",
                        "needs a host, and a port of 1 to 65535, is " + node,
                        "6379 is usual, 26379 for sentinels");
            }
            problems.require(
                    primaryName == null || !primaryName.isBlank(),
                    "primaryName",
                    "is blank",
                    "name it as the sentinels do");
            problems.require(
                    user == null || password != null, "password", "a user without one", "give the user's password");
            problems.require(database >= 0, "database", "must be 0 or more, is " + database, "0 is usual");
            problems.require(
                    kind != Kind.CLUSTER || database == 0,
                    "database",
                    "a cluster has only 0, is " + database,
                    "leave it out");
            problems.require(connections >= 2, "connections", "must be at least 2, is " + connections, "16 are usual");
            problems.throwIfAny();
            return new RedisConfig(this);
        }
    }
}
