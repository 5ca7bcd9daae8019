package dev.notifykit.fanout;

import dev.notifykit.device.Device;
import dev.notifykit.device.DeviceStore;
import dev.notifykit.push.AppId;
import dev.notifykit.push.TopicName;
import dev.notifykit.topic.TopicStore;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A set of recipients that is read in pages and never held in memory as a whole. It is split in shards, which are read
 * independently, perhaps by different instances; the split is frozen when the fan-out is launched.
 *
 * <p><b>Rules:</b> a shard is read from the start (cursor null) page by page, each read with the cursor of the page before; keys are
 * unique in a shard, and a page never goes back behind its cursor. A read may be repeated. <b>Thread safety:</b> different shards are read at
 * the same time. <b>Blocking:</b> allowed. <b>Errors:</b> {@link AudienceException} fails the shard; anything else is tried again after
 * a back-off.
 */
public interface Audience {

    /** The parameter of a spec that names a topic, for {@link #topics}. */
    String TOPIC_PARAMETER = "topic";

    /**
     * Splits the audience. Called once, at launch.
     *
     * @return one description per shard, at least one, as the audience itself understands it
     * @throws Exception when the source cannot be asked; the launch fails
     */
    List<String> shards() throws Exception;

    /**
     * Reads one page.
     *
     * @param shard a description from {@link #shards()}
     * @param cursor where the page before ended; null at the start of the shard
     * @param limit how many rows at most
     * @return the page
     * @throws Exception when the source cannot be asked now
     */
    AudiencePage read(String shard, @Nullable String cursor, int limit) throws Exception;

    /**
     * How many rows there are about, for the progress bar.
     *
     * @return an estimate, if one is cheap
     * @throws Exception when the source cannot be asked; the launch goes on without
     */
    default OptionalLong estimatedTotal() throws Exception {
        return OptionalLong.empty();
    }

    /**
     * The order of the keys in a shard, if they have one: with it, a page that goes back is noticed for certain, without it only
     * against the pages that were read last.
     *
     * @return the order
     */
    default Optional<Comparator<String>> keyOrder() {
        return Optional.empty();
    }

    /**
     * The rows of a collection, or of anything else that can be iterated again from its start. One shard, in this JVM only: another
     * instance, or this one after a restart, cannot read on.
     *
     * @param rows must give the same rows in the same order each time; what it holds in memory is its own matter
     * @return the audience
     */
    static Audience of(Iterable<AudienceRow> rows) {
        return new IterableAudience(rows);
    }

    /**
     * The lines of a CSV file. Every instance that works on the fan-out needs the same file at the same path.
     *
     * @param file UTF-8, with a header line
     * @return a new builder
     */
    static CsvAudience.Builder csv(Path file) {
        return new CsvAudience.Builder(file);
    }

    /**
     * The rows of a table or a query, read in the order of a key.
     *
     * @param dataSource a pool; one connection is taken for each page and given back before the page is worked on. The host closes it
     * @return a new builder
     */
    @SuppressWarnings("exports") // whoever has a DataSource reads java.sql already; everybody else need not
    static JdbcAudience.Builder jdbc(DataSource dataSource) {
        return new JdbcAudience.Builder(dataSource);
    }

    /**
     * All devices of an app that a store knows, in sixteen shards, each read by cursor: who is registered all the while is reached once,
     * whoever comes and goes. Any instance that shares the store can read on.
     *
     * @param devices the store; the host closes it, or the client
     * @param app which app
     * @return the audience
     */
    static Audience devices(DeviceStore devices, AppId app) {
        return devices(devices, app, device -> true);
    }

    /**
     * Some of the devices of an app.
     *
     * @param devices the store
     * @param app which app
     * @param which is asked of each device when its page is read; the same for all instances
     * @return the audience
     */
    static Audience devices(DeviceStore devices, AppId app, Predicate<Device> which) {
        return new DeviceAudience(devices, app, which);
    }

    /**
     * The members of a topic: users with all devices that they have when their page is read, and installations. Nobody is reached twice, also not
     * who is in it as a user and with an installation. Dead tokens and installations that are gone are left out. Read as
     * {@link #devices(DeviceStore, AppId)}; a topic that is not there has no members. A device over a lane that the handler did not declare ends
     * {@code Rejected(NO_LANE)}: where users have more than one app, declare all, or choose with
     * {@link #topic(TopicStore, DeviceStore, TopicName, Predicate)}.
     *
     * @param topics who is in it; the host closes it, or the client
     * @param devices what they have
     * @param topic which topic
     * @return the audience
     */
    static Audience topic(TopicStore topics, DeviceStore devices, TopicName topic) {
        return topic(topics, devices, topic, device -> true);
    }

    /**
     * Some of the devices of a topic's members.
     *
     * @param topics who is in it
     * @param devices what they have
     * @param topic which topic
     * @param which is asked of each device when its page is read; the same for all instances
     * @return the audience
     */
    static Audience topic(TopicStore topics, DeviceStore devices, TopicName topic, Predicate<Device> which) {
        return new TopicAudience(topics, devices, topic, which);
    }

    /**
     * The members of whichever topic a spec names in its parameter {@value #TOPIC_PARAMETER}, so that one handler serves all topics:
     *
     * <pre>{@code
     * FanOutHandler.builder("topic").audience(Audience.topics(topics, devices)).lanes(…).build();
     * client.fanOuts().launch(FanOutSpec.builder(id, "topic", notification)
     *         .parameters(Map.of(Audience.TOPIC_PARAMETER, "match:42")).build());
     * }</pre>
     *
     * @param topics who is in them
     * @param devices what they have
     * @return for a handler; an audience is refused with an {@link IllegalArgumentException} when the parameter is missing or no name
     */
    static Function<Map<String, String>, Audience> topics(TopicStore topics, DeviceStore devices) {
        return parameters -> {
            String name = parameters.get(TOPIC_PARAMETER);
            if (name == null) {
                throw new IllegalArgumentException("the parameter '" + TOPIC_PARAMETER + "' is missing");
            }
            return topic(topics, devices, TopicName.of(name));
        };
    }
}
