package dev.notifykit.dedup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.notifykit.push.AppId;
import dev.notifykit.push.Environment;
import dev.notifykit.push.InvalidConfigurationException;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.Target;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DedupValuesTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void anIdAloneHasNeitherContentNorVersion() {
        DedupKey key = DedupKey.of("goal-1");

        assertThat(key.id()).isEqualTo("goal-1");
        assertThat(key.contentHash()).isEmpty();
        assertThat(key.version()).isEmpty();
    }

    @Test
    void aContentIsKeptAsAHash() {
        DedupKey key = DedupKey.of("goal-1").content("1:0");

        assertThat(key.contentHash())
                .matches("[0-9a-f]{32}")
                .isEqualTo(sameAgain().contentHash());
        assertThat(DedupKey.of("goal-1").content("2:0").contentHash()).isNotEqualTo(key.contentHash());
        assertThat(DedupKey.of("goal-1").content("").contentHash()).hasSize(32);
    }

    private static DedupKey sameAgain() {
        return DedupKey.of("goal-1").content("1:0");
    }

    @Test
    void aVersionStandsForAContentThatIsNotGiven() {
        assertThat(DedupKey.of("goal-1").version(7).contentHash()).isEqualTo("v7");
        assertThat(sameAgain().version(7).contentHash()).isEqualTo(sameAgain().contentHash());
        assertThat(sameAgain().version(7).version()).hasValue(7);
        assertThat(DedupKey.of("goal-1").version(7).content("1:0"))
                .isEqualTo(sameAgain().version(7));
    }

    @Test
    void keysAreEqualByAllTheySay() {
        DedupKey key = sameAgain().version(7);

        assertThat(key)
                .isEqualTo(sameAgain().version(7))
                .hasSameHashCodeAs(sameAgain().version(7));
        assertThat(Stream.of(
                        sameAgain(),
                        sameAgain().version(8),
                        DedupKey.of("goal-1").version(7),
                        DedupKey.of("goal-2").content("1:0").version(7)))
                .doesNotContain(key)
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n"})
    void anIdSaysSomething(String id) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DedupKey.of(id))
                .withMessageContaining("1 to 512 characters");
    }

    @Test
    void anIdHasItsLimit() {
        assertThat(DedupKey.of("x".repeat(512)).id()).hasSize(512);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DedupKey.of("secret".repeat(100)))
                .withMessageContaining("600")
                .withMessageNotContaining("secret");
    }

    @Test
    void aKeysTextShowsNeitherIdNorContent() {
        DedupKey key =
                DedupKey.of("anna@example.com").content("you owe 12 euros").version(3);

        assertThat(key.toString()).matches("DedupKey\\[[0-9a-f]{8}, version 3]");
        assertThat(DedupKey.of("anna@example.com").toString()).matches("DedupKey\\[[0-9a-f]{8}]");
    }

    @Test
    void aDigestIsTheSameForTheSameTargetAndAnotherForEveryOther() {
        Target target = target("com.acme", "apns", Environment.PRODUCTION, "abc");

        assertThat(TargetDigest.of(target))
                .isEqualTo(TargetDigest.of(target("com.acme", "apns", Environment.PRODUCTION, "abc")));
        assertThat(Stream.of(
                                target,
                                target("com.acme", "apns", Environment.PRODUCTION, "abd"),
                                target("com.acme", "apns", Environment.SANDBOX, "abc"),
                                target("com.acme", "fcm", Environment.PRODUCTION, "abc"),
                                target("com.acmf", "apns", Environment.PRODUCTION, "abc"),
                                target("com.acmea", "pns", Environment.PRODUCTION, "abc"))
                        .map(TargetDigest::of))
                .doesNotHaveDuplicates();
    }

    private static Target target(String app, String provider, Environment environment, String address) {
        return new Target(AppId.of(app), ProviderId.of(provider), environment, address);
    }

    @Test
    void aDigestShowsNoAddress() {
        String address = "740f4707bebcf74f9b7c25d48e3358945f6aa01da5ddb387462c7eaf61bb78ad";

        assertThat(TargetDigest.of(target("com.acme", "apns", Environment.PRODUCTION, address))
                        .toString())
                .matches("[0-9a-f]{32}");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TargetDigest(address))
                .withMessageNotContaining(address);
        assertThatIllegalArgumentException().isThrownBy(() -> new TargetDigest("g".repeat(32)));
    }

    @Test
    void ownersDiffer() {
        assertThat(Stream.generate(ClaimOwner::random).limit(1_000)).doesNotHaveDuplicates();
        assertThat(ClaimOwner.of(MessageId.of("7"))).isEqualTo(ClaimOwner.of(MessageId.of("7")));
        assertThat(ClaimOwner.of(MessageId.of("x".repeat(200))).value()).hasSize(202);
        assertThat(ClaimOwner.random().value()).hasSize(16);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "ümlaut", "line\n"})
    void anOwnerIsPrintable(String value) {
        assertThatIllegalArgumentException().isThrownBy(() -> new ClaimOwner(value));
        assertThatIllegalArgumentException().isThrownBy(() -> new ClaimOwner("x".repeat(211)));
    }

    @Test
    void termsHaveALeaseAndALongerTimeToLive() {
        assertThat(new ClaimTerms(SECOND, SECOND.plusNanos(1)).lease()).isEqualTo(SECOND);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ClaimTerms(Duration.ZERO, SECOND))
                .withMessageContaining("lease");
        assertThatIllegalArgumentException().isThrownBy(() -> new ClaimTerms(SECOND.negated(), SECOND));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ClaimTerms(SECOND, SECOND))
                .withMessageContaining("time to live");
    }

    @Test
    void endsAndVerdictsKeepTheirOwnTargets() {
        Set<TargetDigest> targets = new HashSet<>(Set.of(new TargetDigest("a".repeat(32))));
        TargetEnds ends = TargetEnds.some(targets);
        Claim.New verdict = new Claim.New(targets, false);

        targets.clear();

        assertThat(ends.ended()).hasSize(1);
        assertThat(ends.complete()).isFalse();
        assertThat(TargetEnds.all(targets).complete()).isTrue();
        assertThat(verdict.ended()).hasSize(1);
    }

    @Test
    void settingsHaveDefaults() {
        DedupSettings settings = DedupSettings.defaults();

        assertThat(settings.terms()).isEqualTo(new ClaimTerms(Duration.ofSeconds(30), Duration.ofHours(6)));
        assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.whenUnavailable()).isEqualTo(DedupSettings.WhenUnavailable.SEND);
        assertThat(settings.afterUnknown()).isEqualTo(DedupSettings.AfterUnknown.CONFIRM);
    }

    @Test
    void settingsKeepWhatIsGiven() {
        DedupSettings settings = DedupSettings.builder()
                .ttl(Duration.ofMinutes(9))
                .lease(Duration.ofSeconds(5))
                .timeout(Duration.ofSeconds(3))
                .whenUnavailable(DedupSettings.WhenUnavailable.DO_NOT_SEND)
                .afterUnknown(DedupSettings.AfterUnknown.RELEASE)
                .build();

        assertThat(settings.ttl()).isEqualTo(Duration.ofMinutes(9));
        assertThat(settings.lease()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(settings.whenUnavailable()).isEqualTo(DedupSettings.WhenUnavailable.DO_NOT_SEND);
        assertThat(settings.afterUnknown()).isEqualTo(DedupSettings.AfterUnknown.RELEASE);
    }

    @Test
    void allProblemsOfSettingsAreNamedAtOnce() {
        DedupSettings.Builder builder = DedupSettings.builder()
                .lease(Duration.ofMillis(999))
                .ttl(Duration.ofMillis(999))
                .timeout(Duration.ofMillis(999));

        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(builder::build)
                .satisfies(e -> assertThat(e.problems())
                        .hasSize(3)
                        .anyMatch(line -> line.startsWith("lease: "))
                        .anyMatch(line -> line.startsWith("ttl: "))
                        .anyMatch(line -> line.startsWith("timeout: ")));
        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(() -> DedupSettings.builder().timeout(Duration.ZERO).build());
        assertThatNullPointerException()
                .isThrownBy(() -> DedupSettings.builder().ttl(null))
                .withMessage("ttl");
    }
}
