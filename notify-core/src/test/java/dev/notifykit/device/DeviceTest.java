package dev.notifykit.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.push.AppId;
import dev.notifykit.push.Environment;
import dev.notifykit.push.InvalidConfigurationException;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.Target;
import dev.notifykit.push.UserId;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class DeviceTest {

    private static final Instant T = Instant.parse("2026-03-01T10:00:00.123Z");
    private static final UserId USER = UserId.of("secret-user@example.org");
    private static final Target TARGET = Target.fcm("com.acme", "secret-token-0123456789-abcd");

    @Test
    void hasWhatItWasBuiltWith() {
        Device device = Device.builder(USER, TARGET, T)
                .installation(InstallationId.of("i"))
                .lastSeen(T.plusSeconds(1))
                .locale(Locale.GERMANY)
                .zone(ZoneId.of("Europe/Berlin"))
                .build();

        assertThat(device.user()).isEqualTo(USER);
        assertThat(device.target()).isEqualTo(TARGET);
        assertThat(device.installation()).isEqualTo(InstallationId.of("i"));
        assertThat(device.registeredAt()).isEqualTo(T);
        assertThat(device.lastSeen()).isEqualTo(T.plusSeconds(1));
        assertThat(device.locale()).contains(Locale.GERMANY);
        assertThat(device.zone()).contains(ZoneId.of("Europe/Berlin"));
        assertThat(device.toBuilder().build()).isEqualTo(device).hasSameHashCodeAs(device);
    }

    @Test
    void whoDiffersInOneFieldIsAnother() {
        Device device = Device.builder(USER, TARGET, T).build();

        assertThat(List.of(
                        device.toBuilder().user(UserId.of("u")).build(),
                        device.toBuilder().target(Target.fcm("com.acme", "t")).build(),
                        device.toBuilder().installation(InstallationId.of("i")).build(),
                        device.toBuilder().registeredAt(T.minusMillis(1)).build(),
                        device.toBuilder().lastSeen(T.plusMillis(1)).build(),
                        device.toBuilder().locale(Locale.FRENCH).build(),
                        device.toBuilder().zone(ZoneId.of("UTC")).build()))
                .doesNotContain(device)
                .doesNotHaveDuplicates();
    }

    @Test
    void aTargetStandsForAnInstallationWithoutAName() {
        Device device = Device.builder(USER, TARGET, T).build();

        assertThat(device.installation()).isEqualTo(InstallationId.of(TARGET));
        assertThat(device.installation().value()).doesNotContain(TARGET.address());
        assertThat(device.locale()).isEmpty();
        assertThat(device.zone()).isEmpty();
    }

    @Test
    void differentTargetsStandForDifferentInstallations() {
        AppId app = AppId.of("a");
        List<Target> targets = List.of(
                new Target(app, ProviderId.APNS, Environment.PRODUCTION, "x"),
                new Target(app, ProviderId.APNS, Environment.SANDBOX, "x"),
                new Target(app, ProviderId.FCM, Environment.PRODUCTION, "x"),
                new Target(AppId.of("b"), ProviderId.FCM, Environment.PRODUCTION, "x"),
                new Target(app, ProviderId.FCM, Environment.PRODUCTION, "y"),
                new Target(app, ProviderId.FCM, Environment.PRODUCTION, "?"),
                new Target(app, ProviderId.FCM, Environment.PRODUCTION, "\uD800"),
                new Target(app, ProviderId.FCM, Environment.PRODUCTION, "\uD801"));

        assertThat(targets).extracting(InstallationId::of).doesNotHaveDuplicates();
    }

    @Test
    void timesAreKeptToTheMillisecond() {
        Device device = Device.builder(USER, TARGET, T.plusNanos(999))
                .lastSeen(T.plusNanos(1_999_999))
                .build();

        assertThat(device.registeredAt()).isEqualTo(T);
        assertThat(device.lastSeen()).isEqualTo(T.plusMillis(1));
        TokenVerdict verdict = new TokenVerdict(TARGET, T.plusNanos(1), T.plusNanos(2));
        assertThat(verdict).isEqualTo(new TokenVerdict(TARGET, T, T));
    }

    @Test
    void whoRegistersIsAlive() {
        assertThat(Device.builder(USER, TARGET, T).build().lastSeen()).isEqualTo(T);
        assertThat(Device.builder(USER, TARGET, T)
                        .lastSeen(T.minusSeconds(1))
                        .build()
                        .lastSeen())
                .isEqualTo(T);
    }

    @Test
    void aLocaleIsKeptByItsLanguageTag() {
        Device device = Device.builder(USER, TARGET, T)
                .locale(new Locale("no", "NO", "NY"))
                .build();

        assertThat(device.locale()).contains(Locale.forLanguageTag("nn-NO"));
    }

    @Test
    void namesEveryProblemAtOnce() {
        Locale endless = new Locale.Builder()
                .setLanguage("en")
                .setExtension(Locale.PRIVATE_USE_EXTENSION, "abcdefgh-".repeat(10) + "x")
                .build();
        Device.Builder builder =
                Device.builder(USER, TARGET, Instant.EPOCH.minusMillis(1)).locale(endless);

        assertThatThrownBy(builder::build).isInstanceOfSatisfying(InvalidConfigurationException.class, e -> {
            assertThat(e.problems()).hasSize(2);
            assertThat(e).hasMessageContainingAll("registeredAt", "locale");
            assertThat(e).hasMessageNotContainingAny(USER.value(), TARGET.address(), "abcdefgh");
        });
    }

    @Test
    void noTextShowsUserTokenOrInstallation() {
        InstallationId installation = InstallationId.of("secret-installation");
        Device device =
                Device.builder(USER, TARGET, T).installation(installation).build();

        assertThat(List.of(
                        device.toString(),
                        installation.toString(),
                        new TokenVerdict(TARGET, T, T).toString(),
                        new Registration(Registration.Kind.NEW, true, true, 1).toString()))
                .noneMatch(text -> text.contains("secret") || text.contains("abcd"));
    }

    @Test
    void anInstallationHasABoundedName() {
        assertThatThrownBy(() -> InstallationId.of("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> InstallationId.of("secret".repeat(43)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret");
        assertThat(InstallationId.of("x".repeat(InstallationId.MAX_LENGTH)).value())
                .hasSize(InstallationId.MAX_LENGTH);
    }

    @Test
    void theOrderOfDevicesIsTotal() {
        List<Device> sorted = List.of(
                Device.builder(USER, Target.fcm("b", "t"), T.plusMillis(1)).build(),
                Device.builder(USER, Target.apns("a", "t"), T).build(),
                Device.builder(
                                USER,
                                new Target(AppId.of("a"), ProviderId.APNS, Environment.SANDBOX, "t"),
                                T.minusSeconds(1))
                        .lastSeen(T)
                        .build(),
                Device.builder(USER, Target.fcm("a", "s"), T).build(),
                Device.builder(USER, Target.fcm("a", "t"), T).build(),
                Device.builder(USER, Target.apns("b", "t"), T).build(),
                Device.builder(USER, Target.apns("a", "a"), T.minusMillis(1)).build());
        List<Device> reversed = new ArrayList<>(sorted);
        Collections.reverse(reversed);

        assertThat(reversed.stream().sorted(Device.MOST_RECENT_FIRST)).containsExactlyElementsOf(sorted);
    }

    @Test
    void aVerdictSpeaksOfTheProvidersTimeOrOfTheAttempts() {
        assertThat(new TokenVerdict(TARGET, T, T.plusSeconds(9)).deadSince()).isEqualTo(T);
        assertThat(new TokenVerdict(TARGET, null, T.plusSeconds(9)).deadSince()).isEqualTo(T.plusSeconds(9));
    }

    @Test
    void aSweepLooksAtSomething() {
        assertThatThrownBy(() -> StaleSweep.counting(T).limit(0)).isInstanceOf(IllegalArgumentException.class);
        assertThat(StaleSweep.removing(T.plusNanos(1)).limit(5).from("c")).isEqualTo(new StaleSweep(T, false, "c", 5));
        assertThat(StaleSweep.counting(T).dryRun()).isTrue();
    }
}
