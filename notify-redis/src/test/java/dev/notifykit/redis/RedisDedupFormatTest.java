package dev.notifykit.redis;

import static dev.notifykit.redis.Dedup.ANNA;
import static dev.notifykit.redis.Dedup.BERT;
import static dev.notifykit.redis.Dedup.TERMS;
import static dev.notifykit.redis.Dedup.answer;
import static dev.notifykit.redis.Dedup.claim;
import static dev.notifykit.redis.Dedup.confirm;
import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.dedup.Claim;
import dev.notifykit.dedup.DedupKey;
import dev.notifykit.dedup.DedupStore;
import dev.notifykit.dedup.TargetEnds;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.redis.server.SharedRedis;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is written outlives the build that wrote it: its form never changes, and what was written in it is always read. */
class RedisDedupFormatTest {

    private static final DedupKey EVENT = DedupKey.of("match-7").content("2:1").version(-5);
    private static final String CONTENT = EVENT.contentHash();
    private static final String VERSION = "09223372036854775803";
    private static final String ONE = "0".repeat(31) + "1";
    private static final String TWO = "0".repeat(31) + "2";

    private final TestStores stores = new TestStores(SharedRedis.of(RedisTopology.Kind.SINGLE));
    private final DedupStore store = stores.create("-format").dedupStore();

    @AfterEach
    void close() {
        stores.close();
    }

    @Test
    void aFirstClaim() throws Exception {
        answer(claim(store, EVENT, ANNA));
        assertThat(stored()).matches("1\nh1 anna-4711 " + CONTENT + " " + VERSION + " \\d{13} 0\n\\.");
        answer(store.renew(EVENT, ANNA, TERMS));
        assertThat(stored()).matches("1\nh1 anna-4711 " + CONTENT + " " + VERSION + " \\d{13} 0\n\\.");
    }

    @Test
    void aFirstConfirm() throws Exception {
        answer(claim(store, EVENT, ANNA));
        answer(confirm(store, EVENT, ANNA));
        assertThat(stored()).isEqualTo("1\nc1 anna-4711 " + CONTENT + " " + VERSION + " 1 \n.");
        answer(claim(store, EVENT.version(-4), BERT));
        assertThat(stored()).as("noted only").isEqualTo("1\nc1 anna-4711 " + CONTENT + " 09223372036854775804 1 \n.");
    }

    @Test
    void theIdAlone() throws Exception {
        answer(claim(store, DedupKey.of("match-7"), ANNA));
        assertThat(stored()).matches("1\nh1 anna-4711   \\d{13} 0\n\\.");
        answer(confirm(store, DedupKey.of("match-7"), ANNA));
        assertThat(stored()).isEqualTo("1\nc1 anna-4711   1 \n.");
    }

    @Test
    void everythingAtOnce() throws Exception {
        answer(claim(store, EVENT, ANNA));
        answer(store.confirm(EVENT, ANNA, TargetEnds.some(Set.of(Dedup.target(1))), TERMS.ttl()));
        DedupKey second = EVENT.content("3:1").version(6);
        answer(claim(store, second, ANNA));
        answer(claim(store, EVENT.content("4:1").version(7), BERT));

        assertThat(stored())
                .matches("1\ns2 anna-4711 " + second.contentHash() + " 09223372036854775814 \\d{13} 1\n"
                        + "h3 bert-4712 " + EVENT.content("4:1").contentHash() + " 09223372036854775815 \\d{13} 1\n"
                        + "c1  " + CONTENT + " " + VERSION + " 0 " + ONE + "\n\\.");
    }

    @Test
    void whatWasWrittenLongAgoIsRead() throws Exception {
        stores.client()
                .set(
                        key(),
                        "1\ns2 anna-4711 " + EVENT.content("3:1").contentHash() + "  9999999999999 1\n"
                                + "h3 bert-4712 " + EVENT.content("4:1").contentHash() + "  0000000000001 1\n"
                                + "c1  " + CONTENT + " " + VERSION + " 0 " + ONE + TWO + "\n.");
        assertThat(answer(claim(store, EVENT.content("3:1"), BERT))).isInstanceOf(Claim.InFlight.class);
        assertThat(answer(store.release(EVENT, ANNA))).isTrue();
        assertThat(answer(claim(store, EVENT, ANNA)))
                .isEqualTo(new Claim.New(Set.of(Dedup.target(1), Dedup.target(2)), false));
    }

    private String stored() {
        return stores.client().get(key());
    }

    private String key() {
        RedisSettings settings =
                RedisSettings.builder().prefix(stores.prefix("-format")).build();
        return new String(new RedisKeys(settings).dedup(EVENT).key(), StandardCharsets.US_ASCII);
    }
}
