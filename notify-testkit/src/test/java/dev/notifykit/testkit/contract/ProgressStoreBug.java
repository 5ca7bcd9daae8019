package dev.notifykit.testkit.contract;

import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.Mark;
import dev.notifykit.fanout.OpenPage;
import dev.notifykit.fanout.ParkedRow;
import dev.notifykit.fanout.ProgressStore;
import dev.notifykit.fanout.ShardGrant;
import dev.notifykit.fanout.ShardLease;
import dev.notifykit.push.FanOutId;
import dev.notifykit.result.SendResult.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Mistakes that a store may be written with, each with the test of the contract that is there to find it. */
enum ProgressStoreBug {
    FENCE_CHECK_DROPPED("whoeverWasReplacedIsFenced", true, Unfenced::new),

    MARKS_COUNT_TWICE_WHEN_REPEATED("aRowCountsOnceHoweverOftenItIsMarked", true, CountsTwice::new),

    CURSOR_NOT_COMPARED("openingAPageAgainChangesNothing", true, OpensAgain::new),

    LEASE_NEVER_ENDS("aLeaseEndsByItself", true, good -> new ForwardingProgressStore(good) {
        @Override
        public Optional<ShardGrant> acquire(FanOutId id, int shard, String owner, Duration ttl) {
            return super.acquire(id, shard, owner, Duration.ofDays(9_999));
        }
    }),

    RENEWAL_DOES_NOTHING("aRenewedLeaseLasts", true, good -> new ForwardingProgressStore(good) {
        @Override
        public void renew(ShardLease lease, Duration ttl) {
            good.addPossibleDuplicates(lease, 0);
        }
    }),

    RELEASE_DOES_NOTHING("aShardGivenBackIsFreeAtOnce", true, good -> new ForwardingProgressStore(good) {
        @Override
        public void release(ShardLease lease) {
            // Left to its end.
        }
    }),

    MANIFEST_LOST_AT_TAKEOVER(
            "theHeirGetsOpenPagesWhole",
            true,
            good -> withGrants(good, grant -> pages(grant, grant.released() ? grant.openPages() : List.of()))),

    MARKS_LOST_AT_TAKEOVER(
            "theHeirGetsOpenPagesWhole",
            true,
            good -> withGrants(
                    good,
                    grant -> pages(
                            grant,
                            grant.openPages().stream()
                                    .map(page -> new OpenPage(
                                            page.number(), page.rows(), new byte[page.marks().length], page.intents()))
                                    .toList()))),

    EVERY_OWNER_HAS_GIVEN_BACK_IN_ORDER(
            "onlyTheLastOwnerSaysWhetherItWasGivenBack",
            true,
            good -> withGrants(
                    good,
                    grant -> new ShardGrant(
                            grant.lease(),
                            grant.description(),
                            grant.cursor(),
                            grant.readToEnd(),
                            grant.nextPage(),
                            grant.openPages(),
                            grant.parked(),
                            true))),

    PARKED_ROW_LOST("parkedRowsComeWhenTheyAreDueTheEarliestFirst", true, ForgetsParked::new),

    PARKED_ROW_DOUBLED("whatIsParkedAgainIsKeptAsItIsNow", true, DoublesParked::new),

    PARKED_ROWS_BACKWARDS(
            "parkedRowsComeWhenTheyAreDueTheEarliestFirst", true, good -> new ForwardingProgressStore(good) {
                @Override
                public List<ParkedRow> parked(ShardLease lease, boolean all, int limit) {
                    List<ParkedRow> rows = new ArrayList<>(super.parked(lease, all, limit));
                    Collections.reverse(rows);
                    return rows;
                }
            }),

    LANE_FORGOTTEN_WHEN_PARKED("aParkedRowCarriesAllThatIsKnownOfIt", true, good -> new ForwardingProgressStore(good) {
        @Override
        public List<ParkedRow> parked(ShardLease lease, boolean all, int limit) {
            return super.parked(lease, all, limit).stream()
                    .map(row -> new ParkedRow(row.id(), row.row(), row.attempts(), row.unknown(), row.spent(), false))
                    .toList();
        }
    }),

    INTENT_KEPT_AFTER_PARKING("parkingTakesBackTheIntent", true, KeepsIntents::new),

    MARKS_ONE_BY_ONE("marksAreAllOrNothing", false, good -> new ForwardingProgressStore(good) {
        @Override
        public void mark(ShardLease lease, List<Mark> marks) {
            good.addPossibleDuplicates(lease, 0);
            marks.forEach(mark -> super.mark(lease, List.of(mark)));
        }
    }),

    CANCELLATION_TAKEN_BACK("aCancellationIsFinal", true, good -> new ForwardingProgressStore(good) {
        @Override
        public Command wanted(FanOutId id) {
            Command wanted = super.wanted(id);
            return wanted == Command.CANCEL ? Command.PAUSE : wanted;
        }
    }),

    IDS_WITHOUT_CASE("idsAreTakenLiterally", false, good -> new ForwardingProgressStore(good) {
        @Override
        public Launch create(FanOutSpec spec, List<String> shards, OptionalLong estimatedTotal) {
            return active().stream()
                                    .anyMatch(id -> id.value()
                                            .equalsIgnoreCase(spec.id().value()))
                            && good.spec(spec.id()).isEmpty()
                    ? Launch.CONFLICT
                    : super.create(spec, shards, estimatedTotal);
        }
    }),

    ENDED_IS_FORGOTTEN_AT_ONCE("anEndedFanOutKeepsItsEnd", false, good -> new ForwardingProgressStore(good) {
        @Override
        public Launch create(FanOutSpec spec, List<String> shards, OptionalLong estimatedTotal) {
            Launch launch = super.create(spec, shards, estimatedTotal);
            return active().contains(spec.id()) ? launch : Launch.CREATED;
        }
    });

    /** The test that has to find it. */
    final String foundBy;

    /** Whether the random model has to find it as well. */
    final boolean foundByModel;

    private final UnaryOperator<ProgressStore> bug;

    ProgressStoreBug(String foundBy, boolean foundByModel, UnaryOperator<ProgressStore> bug) {
        this.foundBy = foundBy;
        this.foundByModel = foundByModel;
        this.bug = bug;
    }

    ProgressStore in(ProgressStore good) {
        return bug.apply(good);
    }

    private static ProgressStore withGrants(ProgressStore good, UnaryOperator<ShardGrant> change) {
        return new ForwardingProgressStore(good) {
            @Override
            public Optional<ShardGrant> acquire(FanOutId id, int shard, String owner, Duration ttl) {
                return super.acquire(id, shard, owner, ttl).map(change);
            }
        };
    }

    private static ShardGrant pages(ShardGrant grant, List<OpenPage> pages) {
        return new ShardGrant(
                grant.lease(),
                grant.description(),
                grant.cursor(),
                grant.readToEnd(),
                grant.nextPage(),
                pages,
                grant.parked(),
                grant.released());
    }

    /** A shard of a fan-out, as a key. */
    private record Place(FanOutId id, int shard) {

        static Place of(ShardLease lease) {
            return new Place(lease.fanOut(), lease.shard());
        }
    }

    /** Takes marks from whoever brings them. */
    private static final class Unfenced extends ForwardingProgressStore {

        private final Map<Place, ShardLease> newest = new ConcurrentHashMap<>();

        Unfenced(ProgressStore good) {
            super(good);
        }

        @Override
        public Optional<ShardGrant> acquire(FanOutId id, int shard, String owner, Duration ttl) {
            Optional<ShardGrant> grant = super.acquire(id, shard, owner, ttl);
            grant.ifPresent(g -> newest.put(Place.of(g.lease()), g.lease()));
            return grant;
        }

        @Override
        public void mark(ShardLease lease, List<Mark> marks) {
            super.mark(newest.getOrDefault(Place.of(lease), lease), marks);
        }
    }

    /** Its counter does not ask whether the row was marked before. */
    private static final class CountsTwice extends ForwardingProgressStore {

        private final Set<List<Object>> seen = ConcurrentHashMap.newKeySet();
        private final Map<FanOutId, AtomicLong> again = new ConcurrentHashMap<>();

        CountsTwice(ProgressStore good) {
            super(good);
        }

        @Override
        public void mark(ShardLease lease, List<Mark> marks) {
            super.mark(lease, marks);
            for (Mark mark : marks) {
                if (mark instanceof Mark.Ended ended
                        && !seen.add(List.of(Place.of(lease), ended.page(), ended.index()))) {
                    again.computeIfAbsent(lease.fanOut(), id -> new AtomicLong())
                            .incrementAndGet();
                }
            }
        }

        @Override
        public Optional<FanOutProgress> progress(FanOutId id) {
            return super.progress(id).map(p -> {
                Map<Kind, Long> results = new EnumMap<>(Kind.class);
                results.putAll(p.results());
                AtomicLong more = again.get(id);
                if (more != null) {
                    results.merge(Kind.ACCEPTED, more.get(), Long::sum);
                }
                return new FanOutProgress(
                        id,
                        p.state(),
                        p.reasonText(),
                        p.recipients(),
                        results,
                        p.open(),
                        p.parked(),
                        p.readToEnd(),
                        p.estimated(),
                        p.possibleDuplicates(),
                        p.ratePerSecond());
            });
        }
    }

    /** Whatever is opened becomes the next page. */
    private static final class OpensAgain extends ForwardingProgressStore {

        private final Map<Place, Integer> next = new ConcurrentHashMap<>();

        OpensAgain(ProgressStore good) {
            super(good);
        }

        @Override
        public void openPage(ShardLease lease, int number, List<AudienceRow> rows, @Nullable String cursor) {
            int opened = next.getOrDefault(Place.of(lease), 0);
            super.openPage(lease, opened, rows, cursor);
            next.put(Place.of(lease), opened + 1);
        }
    }

    /** A parked row comes back once, marked or not. */
    private static final class ForgetsParked extends ForwardingProgressStore {

        private final Set<List<Object>> given = new HashSet<>();

        ForgetsParked(ProgressStore good) {
            super(good);
        }

        @Override
        public synchronized List<ParkedRow> parked(ShardLease lease, boolean all, int limit) {
            return super.parked(lease, all, limit).stream()
                    .filter(row -> given.add(List.of(Place.of(lease), row)))
                    .toList();
        }
    }

    /** A row that is parked again is there twice. */
    private static final class DoublesParked extends ForwardingProgressStore {

        private final Set<List<Object>> again = ConcurrentHashMap.newKeySet();

        DoublesParked(ProgressStore good) {
            super(good);
        }

        @Override
        public void mark(ShardLease lease, List<Mark> marks) {
            super.mark(lease, marks);
            for (Mark mark : marks) {
                if (mark instanceof Mark.ParkedAgain row) {
                    again.add(List.of(Place.of(lease), row.row().id()));
                }
            }
        }

        @Override
        public List<ParkedRow> parked(ShardLease lease, boolean all, int limit) {
            List<ParkedRow> rows = new ArrayList<>();
            for (ParkedRow row : super.parked(lease, all, limit)) {
                rows.add(row);
                if (again.contains(List.of(Place.of(lease), row.id()))) {
                    rows.add(row);
                }
            }
            return rows;
        }
    }

    /** What was announced stays announced. */
    private static final class KeepsIntents extends ForwardingProgressStore {

        private final Map<List<Object>, BitSet> ever = new ConcurrentHashMap<>();

        KeepsIntents(ProgressStore good) {
            super(good);
        }

        @Override
        public void intend(ShardLease lease, int page, BitSet rows) {
            super.intend(lease, page, rows);
            ever.computeIfAbsent(List.of(Place.of(lease), page), key -> new BitSet())
                    .or(rows);
        }

        @Override
        public Optional<ShardGrant> acquire(FanOutId id, int shard, String owner, Duration ttl) {
            return super.acquire(id, shard, owner, ttl)
                    .map(grant -> pages(
                            grant,
                            grant.openPages().stream()
                                    .map(page -> new OpenPage(
                                            page.number(),
                                            page.rows(),
                                            page.marks(),
                                            ever.getOrDefault(
                                                    List.of(Place.of(grant.lease()), page.number()), new BitSet())))
                                    .toList()));
        }
    }
}
