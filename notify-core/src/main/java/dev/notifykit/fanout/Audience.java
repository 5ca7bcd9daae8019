package dev.notifykit.fanout;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
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
}
