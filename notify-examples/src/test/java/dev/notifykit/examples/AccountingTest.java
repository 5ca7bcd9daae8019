package dev.notifykit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.FanOutState;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Target;
import dev.notifykit.result.RowResult;
import dev.notifykit.result.SendResult;
import dev.notifykit.result.SendResult.Kind;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A campaign of 3,000 rows in which 30 tokens are dead and everything else was accepted; then something goes wrong. */
class AccountingTest {

    private static final int ROWS = 3_000;
    private static final int DEAD = 30;
    private static final FanOutId ID = FanOutId.of("test");

    private final Ledger ledger = new Ledger();
    private final Map<Kind, Long> counted = new EnumMap<>(Kind.class);
    private FanOutState state = FanOutState.COMPLETED;
    private long duplicates;
    private long pending;
    private long lines = ROWS;

    @BeforeEach
    void aCampaignThatAddsUp() {
        IntStream.range(0, ROWS).mapToObj(AccountingTest::target).forEach(ledger::expect);
        IntStream.range(0, DEAD).forEach(row -> end(row, new SendResult.TokenInvalid("Unregistered", null)));
        IntStream.range(DEAD, ROWS - 1).forEach(this::accepted);
    }

    @Test
    void theLawHoldsWhenEverythingAddsUp() {
        accepted(ROWS - 1);

        assertThat(broken()).isEmpty();
    }

    @Test
    void anIdThatNoVendorHasSeenIsFound() {
        end(ROWS - 1, new SendResult.Accepted("claimed"));

        assertThat(broken()).containsExactly("accepted rows that no journal knows");
    }

    @Test
    void aRowWithoutAResultIsFound() {
        ledger.journaled(ProviderId.APNS, token(ROWS - 1));

        assertThat(broken())
                .containsExactlyInAnyOrder("rows of the file, all of them recipients", "rows without a result");
    }

    @Test
    void aForeignIdIsFound() {
        accepted(ROWS - 1);
        ledger.journaled(ProviderId.APNS, "0123456789abcdef");

        assertThat(broken()).containsExactly("journaled ids that no row explains");
    }

    @Test
    void aSecondIdForOneRowIsFound() {
        accepted(ROWS - 1);
        ledger.journaled(ProviderId.APNS, token(ROWS - 1));

        assertThat(broken()).containsExactly("journaled ids that no row explains");
    }

    @Test
    void aDeadTokenThatWasAcceptedIsFound() {
        accepted(ROWS - 1);
        ledger.journaled(ProviderId.APNS, token(0));

        assertThat(broken()).containsExactly("journaled ids that no row explains");
    }

    @Test
    void anUnknownRowMayStandInTheJournalOrNot() {
        end(ROWS - 1, new SendResult.Unknown(2));
        assertThat(broken()).isEmpty();

        ledger.journaled(ProviderId.APNS, token(ROWS - 1));
        assertThat(broken()).isEmpty();
    }

    @Test
    void aTokenOnTwoRowsHasTwoIds() {
        accepted(ROWS - 1);
        ledger.expect(target(ROWS - 1));
        lines++;
        accepted(ROWS - 1);

        assertThat(broken()).isEmpty();
    }

    @Test
    void moreDuplicatesThanReportedAreFound() {
        accepted(ROWS - 1);
        duplicates = 6;

        assertThat(broken()).containsExactly("duplicates seen, of those reported as possible");
    }

    @Test
    void aResultThatWasToldTwiceIsFound() {
        accepted(ROWS - 1);
        ledger.accept(List.of(result(5, new SendResult.TokenInvalid("Unregistered", null))));

        assertThat(broken()).contains("results beyond one for each row", "results told to the host, of those counted");
    }

    @Test
    void moreDeadTokensThanTheVendorsNamedAreFound() {
        end(ROWS - 1, new SendResult.TokenInvalid("Unregistered", null));

        assertThat(broken()).containsExactly("dead tokens found, of the vendors' answers that said so");
    }

    @Test
    void aLineThatTheAudienceSwallowedIsFound() {
        accepted(ROWS - 1);
        lines++;

        assertThat(broken()).containsExactly("lines of the file = rows + malformed lines");
    }

    @Test
    void givingUpMoreThanOneInAThousandIsFound() {
        end(ROWS - 1, new SendResult.Rejected("BadTopic", "topic"));
        for (int row = ROWS; row < ROWS + 3; row++) {
            ledger.expect(target(row));
            lines++;
            end(row, new SendResult.DeadLettered(SendResult.DeadLettered.Why.ATTEMPTS, null, 10));
        }

        assertThat(broken()).containsExactly("live tokens accepted (99.9 % are asked for)");
        assertThat(ledger.failures()).containsEntry("rejected: BadTopic", 1L);
    }

    @Test
    void aCampaignThatWasInterruptedNeedNotBeWhole() {
        state = FanOutState.RUNNING;
        pending = 1;
        ledger.journaled(ProviderId.APNS, token(ROWS - 1));

        assertThat(broken()).isEmpty();
    }

    private List<String> broken() {
        long done = counted.values().stream().mapToLong(Long::longValue).sum();
        FanOutProgress progress =
                new FanOutProgress(ID, state, null, done + pending, counted, pending, 0, true, null, 5, 0);
        Accounting accounting = new Accounting(ledger, progress)
                .file(lines, 0)
                .deadTokens(ledger.count(Kind.TOKEN_INVALID))
                .journals(new JournalTotals(duplicates, 0, DEAD));
        return accounting.checks().stream()
                .filter(check -> !check.holds())
                .map(Accounting.Check::what)
                .toList();
    }

    private void accepted(int row) {
        end(row, new SendResult.Accepted(""));
        ledger.journaled(ProviderId.APNS, token(row));
    }

    private void end(int row, SendResult result) {
        ledger.accept(List.of(result(row, result)));
        counted.merge(result.kind(), 1L, Long::sum);
    }

    private static RowResult result(int row, SendResult result) {
        return new RowResult(ID, 0, "row-" + row, RequestId.random(), target(row), result);
    }

    private static Target target(int row) {
        return Target.apns("com.acme.one", token(row).toUpperCase(Locale.ROOT));
    }

    private static String token(int row) {
        return "%064x".formatted(row + 0xabcdefL);
    }
}
