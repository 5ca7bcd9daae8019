package dev.notifykit.fanout;

import static dev.notifykit.fanout.AudienceReading.addresses;
import static dev.notifykit.fanout.AudienceReading.from;
import static dev.notifykit.fanout.AudienceReading.pages;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.push.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IterableAudienceTest {

    private static final String SHARD = "iterable";

    private final List<AudienceRow> rows = IntStream.range(0, 10)
            .mapToObj(i -> new AudienceRow("k" + i, Target.fcm("com.acme.app", "t" + i)))
            .toList();
    private final AtomicInteger iterations = new AtomicInteger();
    private final Iterable<AudienceRow> counting = () -> {
        iterations.incrementAndGet();
        return rows.iterator();
    };

    @Test
    void readsPageAfterPageWithOneIterator() throws Exception {
        Audience audience = Audience.of(counting);

        List<AudiencePage> pages = pages(audience, SHARD, null, 4);

        assertThat(audience.shards()).containsExactly(SHARD);
        assertThat(pages).extracting(AudiencePage::next).containsExactly("4", "8", null);
        assertThat(pages.stream().flatMap(p -> p.rows().stream())).containsExactlyElementsOf(rows);
        assertThat(iterations).hasValue(1);
    }

    @Test
    void readsOnFromAnyCursor() throws Exception {
        Audience audience = Audience.of(counting);
        for (int i = 0; i < rows.size(); i++) {
            assertThat(from(audience, SHARD, String.valueOf(i), 3)).isEqualTo(rows.subList(i, rows.size()));
        }
    }

    @Test
    void readsAPageAgain() throws Exception {
        Audience audience = Audience.of(counting);

        AudiencePage first = audience.read(SHARD, null, 4);

        assertThat(audience.read(SHARD, null, 4)).isEqualTo(first);
        assertThat(audience.read(SHARD, "4", 4).rows()).isEqualTo(rows.subList(4, 8));
    }

    @Test
    void twoReadersInStepKeepAnIteratorEach() throws Exception {
        Audience audience = Audience.of(counting);
        for (String cursor : Arrays.asList(null, "2", "4", "6", "8")) {
            assertThat(audience.read(SHARD, cursor, 2)).isEqualTo(audience.read(SHARD, cursor, 2));
        }
        assertThat(iterations).hasValue(2);
    }

    @Test
    void theLastPageIsKnownAsSuch() throws Exception {
        assertThat(Audience.of(rows).read(SHARD, null, 10).next()).isNull();
        assertThat(Audience.of(List.of()).read(SHARD, null, 10)).isEqualTo(new AudiencePage(List.of(), null));
    }

    @Test
    void saysWhatItCannotRead() {
        Audience audience = Audience.of(rows);
        assertKind(AudienceException.Kind.UNREADABLE, () -> audience.read("other", null, 1));
        assertKind(AudienceException.Kind.UNREADABLE, () -> audience.read(SHARD, "-1", 1));
        assertKind(AudienceException.Kind.UNREADABLE, () -> audience.read(SHARD, "x", 1));
        assertKind(AudienceException.Kind.CHANGED, () -> audience.read(SHARD, "11", 1));
        List<AudienceRow> holed = new ArrayList<>(rows);
        holed.set(3, null);
        assertKind(AudienceException.Kind.UNREADABLE, () -> Audience.of(holed).read(SHARD, null, 10));
    }

    @Test
    void aFailingIteratorIsNotGoneOnWith() throws Exception {
        List<AudienceRow> changing = new ArrayList<>(rows);
        Audience audience = Audience.of(changing);
        audience.read(SHARD, null, 2);
        changing.remove(9);

        assertThatThrownBy(() -> audience.read(SHARD, "2", 2))
                .isInstanceOf(java.util.ConcurrentModificationException.class);

        assertThat(addresses(audience.read(SHARD, "2", 2).rows())).containsExactly("t2", "t3");
    }

    @Test
    void knowsTheSizeOfACollection() throws Exception {
        assertThat(Audience.of(rows).estimatedTotal()).isEqualTo(OptionalLong.of(10));
        assertThat(Audience.of(counting).estimatedTotal()).isEmpty();
    }

    private static void assertKind(
            AudienceException.Kind kind, org.assertj.core.api.ThrowableAssert.ThrowingCallable read) {
        assertThatThrownBy(read)
                .isInstanceOfSatisfying(
                        AudienceException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
