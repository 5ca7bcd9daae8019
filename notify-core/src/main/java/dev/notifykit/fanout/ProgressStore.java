package dev.notifykit.fanout;

import dev.notifykit.push.FanOutId;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Where fan-outs and their progress are kept, so that whoever works on a shard can be replaced at any moment. The SPI behind
 * {@link FanOuts}.
 *
 * <p><b>Law:</b> per shard, at any moment, rows of opened pages = rows with a result + unmarked rows of open pages + parked rows, each
 * counted on its own. <b>Thread safety:</b> all methods, from many threads and instances. <b>Blocking:</b> allowed; called
 * on worker threads only. <b>Repetition:</b> every call may be repeated with the same arguments, and then changes nothing more.
 * <b>Time:</b> the store's own clock counts; callers pass durations. <b>Errors:</b> {@link FencedException} for a
 * superseded lease; any other exception means that nothing is known, and the caller repeats.
 */
public interface ProgressStore extends AutoCloseable {

    /** How long an ended fan-out is remembered. */
    Duration KEPT_AFTER_END = Duration.ofDays(7);

    /** What became of a launch. */
    enum Launch {
        /** It is new. */
        CREATED,
        /** The same spec was there, running or ended. */
        JOINED,
        /** Another spec has the id. */
        CONFLICT
    }

    /** What the host wants of a fan-out. */
    enum Command {
        /** Go on. */
        RESUME,
        /** Stop for now. */
        PAUSE,
        /** End. */
        CANCEL
    }

    /** How a shard ends. */
    enum ShardEnd {
        /** All its rows have results. */
        COMPLETED,
        /** Cancelled; all rows that were read have results. */
        CANCELLED,
        /** It cannot be read on; all rows that were read have results. */
        FAILED
    }

    /**
     * Whether other instances see what is stored here.
     *
     * @return false for a store in memory
     */
    boolean shared();

    /**
     * Stores a new fan-out.
     *
     * @param spec what is sent
     * @param shards the audience's shards, frozen from now on
     * @param estimatedTotal the audience's estimate of its size
     * @return what became of it
     */
    Launch create(FanOutSpec spec, List<String> shards, OptionalLong estimatedTotal);

    /**
     * Finds a spec.
     *
     * @param id which fan-out
     * @return its spec, if it is known
     */
    Optional<FanOutSpec> spec(FanOutId id);

    /**
     * The fan-outs that have not ended.
     *
     * @return their ids
     */
    List<FanOutId> active();

    /**
     * What the host wants; a fan-out that has ended keeps its end.
     *
     * @param id which fan-out
     * @param command what it wants
     */
    void command(FanOutId id, Command command);

    /**
     * What the host wants now.
     *
     * @param id which fan-out
     * @return its last command; {@link Command#RESUME} when it gave none or the fan-out is not known
     */
    Command wanted(FanOutId id);

    /**
     * Notes what a fan-out waits for.
     *
     * @param id which fan-out
     * @param reason what is missing; null: nothing any more
     */
    void waiting(FanOutId id, @Nullable String reason);

    /**
     * How far a fan-out is; the rate is left at 0.
     *
     * @param id which fan-out
     * @return its counts, if it is known
     */
    Optional<FanOutProgress> progress(FanOutId id);

    /**
     * The shards that nobody works on and that have not ended.
     *
     * @param id which fan-out
     * @return their numbers
     */
    List<Integer> freeShards(FanOutId id);

    /**
     * Takes a shard.
     *
     * @param id which fan-out
     * @param shard which shard
     * @param owner who takes it, for people to read
     * @param ttl how long the lease lasts unless it is renewed
     * @return all that is needed to go on; empty when somebody else has it or it has ended
     */
    Optional<ShardGrant> acquire(FanOutId id, int shard, String owner, Duration ttl);

    /**
     * Keeps a shard.
     *
     * @param lease the lease
     * @param ttl how long it lasts from now
     */
    void renew(ShardLease lease, Duration ttl);

    /**
     * Gives a shard back in order: nothing of it is in flight. A lease that was lost already is no error here.
     *
     * @param lease the lease
     */
    void release(ShardLease lease);

    /**
     * Opens a page: saves its manifest, counts its rows and moves the cursor, in one step.
     *
     * @param lease the lease
     * @param number the page's number: the grant's {@code nextPage}, then counting on
     * @param rows the manifest
     * @param cursor where the next page begins; null when this is the last
     */
    void openPage(ShardLease lease, int number, List<AudienceRow> rows, @Nullable String cursor);

    /**
     * Announces attempts before they are made (at most once only).
     *
     * @param lease the lease
     * @param page the page's number
     * @param rows the indexes of the rows
     */
    void intend(ShardLease lease, int page, BitSet rows);

    /**
     * Notes what became of rows, all or nothing. Parking a row also takes back its intent.
     *
     * @param lease the lease
     * @param marks the changes
     */
    void mark(ShardLease lease, List<Mark> marks);

    /**
     * Closes a page: its manifest is dropped.
     *
     * @param lease the lease
     * @param page the page's number
     * @throws IllegalStateException when a row of it is unmarked
     */
    void closePage(ShardLease lease, int page);

    /**
     * Parked rows whose time has come; they stay parked until they are marked otherwise.
     *
     * @param lease the lease
     * @param all whether to answer those whose time has not come as well
     * @param limit how many at most
     * @return the rows, those due first first
     */
    List<ParkedRow> parked(ShardLease lease, boolean all, int limit);

    /**
     * Raises the bound on duplicates. A repetition raises it again, which a bound may be.
     *
     * @param lease the lease
     * @param more by how many
     */
    void addPossibleDuplicates(ShardLease lease, long more);

    /**
     * Ends a shard, and with the last one the fan-out.
     *
     * @param lease the lease
     * @param end how
     * @param reason why it failed; null otherwise
     * @throws IllegalStateException when a page is open or a row is parked
     */
    void endShard(ShardLease lease, ShardEnd end, @Nullable String reason);

    /** Lets go of what the store itself has opened. Idempotent. */
    @Override
    void close();
}
