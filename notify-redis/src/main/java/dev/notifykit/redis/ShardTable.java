package dev.notifykit.redis;

import dev.notifykit.codec.PackFormat;
import dev.notifykit.codec.PackReader;
import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOutCodec;
import dev.notifykit.fanout.FencedException;
import dev.notifykit.fanout.Mark;
import dev.notifykit.fanout.OpenPage;
import dev.notifykit.fanout.ParkedRow;
import dev.notifykit.fanout.ProgressStore.ShardEnd;
import dev.notifykit.fanout.ShardGrant;
import dev.notifykit.fanout.ShardLease;
import dev.notifykit.push.FanOutId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The shards of fan-outs: one script for each thing that may happen to one. Thread-safe. */
final class ShardTable {

    private static final Script LOOK = Script.named("shard_look");
    private static final Script ACQUIRE = Script.named("shard_acquire");
    private static final Script PAGE = Script.named("shard_page");
    private static final Script RENEW = Script.named("shard_renew");
    private static final Script RELEASE = Script.named("shard_release");
    private static final Script OPEN = Script.named("shard_open");
    private static final Script INTEND = Script.named("shard_intend");
    private static final Script MARK = Script.named("shard_mark");
    private static final Script CLOSE = Script.named("shard_close");
    private static final Script PARKED = Script.named("shard_parked");
    private static final Script DOUBT = Script.named("shard_doubt");
    private static final Script END = Script.named("shard_end");
    private static final Script EXPIRE = Script.named("shard_expire");

    private static final PackFormat CURSOR = new PackFormat("cursor", 'C', 1, 1 << 20);

    /** So many rows come in one answer: some hundred kilobytes. */
    private static final int PARKED_TOGETHER = 1_000;

    private final ProgressLink link;
    private final RedisKeys keys;
    private final Clock clock;
    private final FanOutCodec codec;
    private final ShardSteps steps = new ShardSteps();

    ShardTable(RedisLink redis, RedisKeys keys, Clock clock, FanOutCodec codec) {
        this.link = new ProgressLink(redis);
        this.keys = keys;
        this.clock = clock;
        this.codec = codec;
    }

    /** How far these shards are, each with its own answer or failure. */
    Map<Integer, ProgressLink.Reply<ShardLook>> look(FanOutId id, FanOutHead head, Collection<Integer> shards) {
        List<ProgressLink.Question> questions = shards.stream()
                .map(shard -> {
                    ShardKeys at = keys.shard(id, shard);
                    ScriptArgs args = new ScriptArgs().add(clock.shift()).add(head.generation());
                    return new ProgressLink.Question(
                            where(id, shard), new ScriptCall(LOOK, List.of(at.shard(), at.due()), args.list()));
                })
                .toList();
        List<ProgressLink.Reply<ShardLook>> replies = link.askAll(questions, ShardLook::of);
        Map<Integer, ProgressLink.Reply<ShardLook>> looks = new LinkedHashMap<>();
        int at = 0;
        for (int shard : shards) {
            looks.put(shard, replies.get(at++));
        }
        return looks;
    }

    /** Takes a shard, and reads what is open in it: nobody else changes it meanwhile. */
    Optional<ShardGrant> acquire(
            FanOutId id, FanOutHead head, int shard, String description, String owner, Duration ttl) {
        ShardKeys at = keys.shard(id, shard);
        ScriptArgs args = new ScriptArgs()
                .add(clock.shift())
                .add(head.generation())
                .add(ScriptArgs.nonce())
                .add(ttl)
                .add(owner);
        String where = where(id, shard);
        ScriptAnswer answer = link.ask(where, ACQUIRE, List.of(at.shard(), at.due(), at.parked()), args, a -> a);
        if (answer.is("NONE")) {
            return Optional.empty();
        }
        ShardLease lease = new ShardLease(id, shard, answer.text(1));
        steps.begin(lease);
        try {
            return Optional.of(
                    ProgressLink.translated(where, () -> grant(lease, description, answer, pages(lease, answer))));
        } catch (FencedException e) {
            return Optional.empty(); // it was slow, and somebody else has taken the shard meanwhile
        } catch (ProgressCorruptException e) {
            release(lease, false);
            throw e;
        }
    }

    private static ShardGrant grant(
            ShardLease lease, String description, ScriptAnswer answer, List<OpenPage> openPages) {
        String cursor = answer.bytes(5).length == 0 ? null : CURSOR.unpack(withoutPlus(answer), PackReader::text);
        return new ShardGrant(
                lease,
                description,
                cursor,
                answer.flag(4),
                answer.integer(3),
                openPages,
                answer.integer(6),
                answer.flag(2));
    }

    private static byte[] withoutPlus(ScriptAnswer answer) {
        byte[] optional = answer.bytes(5);
        byte[] cursor = new byte[optional.length - 1];
        System.arraycopy(optional, 1, cursor, 0, cursor.length);
        return cursor;
    }

    private List<OpenPage> pages(ShardLease lease, ScriptAnswer grant) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 7; i < grant.size(); i++) {
            numbers.add(grant.integer(i));
        }
        numbers.sort(null);
        ShardKeys at = keys(lease);
        List<OpenPage> pages = new ArrayList<>();
        for (int page : numbers) {
            List<byte[]> from = List.of(at.shard(), at.manifest(page), at.marks(page), at.intents(page));
            pages.add(ask(lease, PAGE, from, fenced(lease).add(page), answer -> page(page, answer)));
        }
        return pages;
    }

    private OpenPage page(int number, ScriptAnswer answer) {
        int size = answer.integer(1);
        List<AudienceRow> rows = codec.unpackRows(answer.bytes(2));
        if (rows.size() != size) {
            throw new RedisFailure(RedisFailure.Kind.DAMAGED, "a page of another size than was noted");
        }
        return new OpenPage(number, rows, PageMarks.marks(answer.bytes(3), size), PageMarks.intents(answer.bytes(4)));
    }

    void renew(ShardLease lease, Duration ttl) {
        tell(lease, RENEW, List.of(keys(lease).shard()), timed(lease).add(ttl));
    }

    /**
     * Gives a shard back.
     *
     * @param worked whether it was worked on, and nothing is in flight; else all is as it was before it was taken
     */
    void release(ShardLease lease, boolean worked) {
        tell(lease, RELEASE, List.of(keys(lease).shard()), fenced(lease).add(worked));
        steps.end(lease);
    }

    void openPage(ShardLease lease, int page, List<AudienceRow> rows, @Nullable String cursor) {
        ScriptArgs args = fenced(lease).add(page).add(rows.size()).add(codec.packRows(rows));
        args.add(cursor == null ? new byte[0] : CURSOR.pack(out -> out.text(cursor)));
        tell(lease, OPEN, pageKeys(lease, page), args);
    }

    void intend(ShardLease lease, int page, BitSet rows) {
        ScriptArgs args = fenced(lease).add(page);
        rows.stream().forEach(args::add);
        ShardKeys at = keys(lease);
        tell(lease, INTEND, List.of(at.shard(), at.intents(page)), args);
    }

    void mark(ShardLease lease, List<Mark> all) {
        MarkArgs marks = new MarkArgs(codec, all);
        ShardKeys at = keys(lease);
        List<byte[]> to = new ArrayList<>(List.of(at.shard(), at.due(), at.parked()));
        for (int page : marks.pages()) {
            to.add(at.marks(page));
            to.add(at.intents(page));
        }
        ScriptArgs args = timed(lease);
        marks.addTo(args);
        tell(lease, MARK, to, args);
    }

    void closePage(ShardLease lease, int page) {
        tell(lease, CLOSE, pageKeys(lease, page), fenced(lease).add(page));
    }

    /** Comes in portions; whoever holds the lease changes nothing meanwhile, or sees some of the rows as they were. */
    List<ParkedRow> parked(ShardLease lease, boolean all, int limit) {
        ShardKeys at = keys(lease);
        Map<Long, ParkedRow> rows = new LinkedHashMap<>();
        int seen = 0;
        while (true) {
            int most = Math.min(PARKED_TOGETHER, limit - seen);
            ScriptArgs args = timed(lease).add(all).add(seen).add(Math.max(most, 0));
            List<ParkedRow> some = ask(lease, PARKED, List.of(at.shard(), at.due(), at.parked()), args, answer -> {
                List<ParkedRow> read = new ArrayList<>();
                for (int i = 1; i < answer.size(); i++) {
                    read.add(codec.unpackParked(answer.bytes(i)));
                }
                return read;
            });
            some.forEach(row -> rows.put(row.id(), row));
            seen += some.size();
            if (some.size() < most || seen >= limit) {
                return List.copyOf(rows.values());
            }
        }
    }

    void addPossibleDuplicates(ShardLease lease, long more) {
        tell(
                lease,
                DOUBT,
                List.of(keys(lease).shard()),
                fenced(lease).add(ScriptArgs.nonce()).add(more));
    }

    void end(ShardLease lease, ShardEnd end, @Nullable String reason) {
        ShardKeys at = keys(lease);
        tell(
                lease,
                END,
                List.of(at.shard(), at.due()),
                fenced(lease).add(ShardLook.code(end)).addOptional(reason));
        steps.end(lease);
    }

    /** Lets the shards of an ended fan-out expire. */
    void expire(FanOutId id, FanOutHead head, Duration in) {
        List<ProgressLink.Question> questions = new ArrayList<>();
        for (int shard = 0; shard < head.shards(); shard++) {
            ScriptArgs args = new ScriptArgs().add(head.generation()).add(in);
            questions.add(new ProgressLink.Question(
                    where(id, shard),
                    new ScriptCall(EXPIRE, List.of(keys.shard(id, shard).shard()), args.list())));
        }
        link.askAll(questions, answer -> answer).stream()
                .filter(reply -> !reply.isCorrupt())
                .forEach(ProgressLink.Reply::get);
    }

    private ShardKeys keys(ShardLease lease) {
        return keys.shard(lease.fanOut(), lease.shard());
    }

    private List<byte[]> pageKeys(ShardLease lease, int page) {
        ShardKeys at = keys(lease);
        return List.of(at.shard(), at.manifest(page), at.marks(page), at.intents(page));
    }

    private ScriptArgs fenced(ShardLease lease) {
        return new ScriptArgs().add(steps.shown(lease));
    }

    private ScriptArgs timed(ShardLease lease) {
        return new ScriptArgs().add(clock.shift()).add(steps.shown(lease));
    }

    private void tell(ShardLease lease, Script script, List<byte[]> at, ScriptArgs args) {
        ScriptAnswer answered = ask(lease, script, at, args, answer -> answer);
        if (answered.size() > 1) {
            steps.made(lease, answered.number(1));
        }
    }

    private <T> T ask(
            ShardLease lease, Script script, List<byte[]> at, ScriptArgs args, Function<ScriptAnswer, T> read) {
        String where = where(lease.fanOut(), lease.shard());
        return link.ask(where, script, at, args, answer -> switch (answer.word()) {
            case "OK" -> read.apply(answer);
            case "FENCED" -> {
                steps.end(lease);
                throw new FencedException(lease);
            }
            case "NEVER" -> throw new IllegalStateException(where + ": the page was never opened");
            case "INDEX" -> throw new IllegalArgumentException(where + ": the page has no such row");
            case "ORDER" ->
                throw new IllegalStateException(where + ": the page cannot be opened, the next is "
                        + (answer.text(1).isEmpty() ? "none" : answer.text(1)));
            case "UNMARKED" ->
                throw new IllegalStateException(
                        where + ": the page cannot be closed, " + answer.text(1) + " rows are unmarked");
            case "LEFT" ->
                throw new IllegalStateException(where + " cannot end: " + answer.text(1) + " pages are open and "
                        + answer.text(2) + " rows are parked");
            default -> throw new RedisFailure(RedisFailure.Kind.ERROR, "an answer that no script gives");
        });
    }

    private static String where(FanOutId id, int shard) {
        return "shard " + shard + " of fan-out " + id;
    }
}
