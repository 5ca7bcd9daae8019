package dev.notifykit.redis;

import static dev.notifykit.redis.Dedup.answer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.device.Device;
import dev.notifykit.device.DeviceStore;
import dev.notifykit.device.InstallationId;
import dev.notifykit.device.Registration;
import dev.notifykit.device.Scan;
import dev.notifykit.device.TokenVerdict;
import dev.notifykit.push.AppId;
import dev.notifykit.push.Target;
import dev.notifykit.push.UserId;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Registered devices, and dead tokens. */
final class DumpedDevices implements DumpPart {

    private static final Instant THEN = Instant.parse("2024-01-01T12:00:00.123Z");
    private static final UserId ANNA = UserId.of("anna");
    private static final UserId BERT = UserId.of("bert");

    private static final Device PHONE = Device.builder(ANNA, Target.apns("com.acme.app", "aa01"), THEN)
            .installation(InstallationId.of("anna's phone"))
            .lastSeen(THEN.plus(Duration.ofDays(9)))
            .locale(Locale.forLanguageTag("de-CH"))
            .zone(ZoneId.of("Europe/Zurich"))
            .build();
    private static final Device TABLET = Device.builder(ANNA, Target.fcm("com.acme.app", "f:" + "x".repeat(150)), THEN)
            .lastSeen(THEN.plus(Duration.ofDays(5)))
            .build();
    private static final Device OTHER_APP =
            Device.builder(ANNA, Target.apns("com.acme.chat", "aa03"), THEN).build();
    private static final Device SHARED = Device.builder(BERT, Target.apns("com.acme.app", "bb01"), THEN.plusSeconds(60))
            .installation(InstallationId.of("the family's tablet"))
            .build();
    private static final Device DEAD =
            Device.builder(BERT, Target.apns("com.acme.app", "bb02"), THEN).build();

    @Override
    public String name() {
        return "devices";
    }

    @Override
    public void work(RedisStores stores, Clock clock) throws Exception {
        DeviceStore store = stores.deviceStore();
        answer(store.register(PHONE));
        answer(store.register(TABLET));
        answer(store.register(OTHER_APP));
        answer(store.register(
                SHARED.toBuilder().user(ANNA).registeredAt(THEN).lastSeen(THEN).build()));
        answer(store.register(SHARED));
        answer(store.register(DEAD));
        answer(store.verdict(new TokenVerdict(DEAD.target(), THEN.plusSeconds(100), THEN.plusSeconds(200))));
    }

    @Override
    public void goOn(Dump dump) throws Exception {
        DeviceStore store = dump.heir(Duration.ofHours(1)).deviceStore();
        assertThat(answer(store.devicesOf(ANNA))).containsExactly(PHONE, TABLET, OTHER_APP);
        assertThat(answer(store.devicesOf(ANNA, AppId.of("com.acme.chat")))).containsExactly(OTHER_APP);
        assertThat(answer(store.devicesOf(BERT))).containsExactly(SHARED);
        assertThat(answer(store.find(TABLET.target()))).contains(TABLET);
        assertThat(answer(store.find(AppId.of("com.acme.app"), SHARED.installation())))
                .contains(SHARED);
        assertThat(answer(store.devices(Scan.all())).devices())
                .containsExactlyInAnyOrder(PHONE, TABLET, OTHER_APP, SHARED);
        assertThat(answer(store.dead(List.of(DEAD.target(), PHONE.target())))).isEqualTo(Set.of(DEAD.target()));

        assertThat(answer(store.register(DEAD)).kind()).isEqualTo(Registration.Kind.DEAD);
        Device revived = DEAD.toBuilder()
                .registeredAt(THEN.plusSeconds(300))
                .lastSeen(THEN.plusSeconds(300))
                .build();
        assertThat(answer(store.register(revived)).kind()).isEqualTo(Registration.Kind.NEW);
        assertThat(answer(store.dead(List.of(DEAD.target())))).isEmpty();
        assertThat(answer(store.seen(PHONE.target(), THEN.plus(Duration.ofDays(10)))))
                .isTrue();
        assertThat(answer(store.verdict(new TokenVerdict(TABLET.target(), null, THEN.minusSeconds(1)))))
                .as("it was registered since")
                .isEqualTo(TokenVerdict.Effect.KEPT);
        assertThat(answer(store.register(SHARED.toBuilder().user(ANNA).build())).moved())
                .isTrue();
        assertThat(answer(store.devicesOf(BERT))).containsExactly(revived);
        assertThat(answer(store.erase(ANNA))).isEqualTo(4);
        assertThat(answer(store.devices(Scan.all())).devices()).containsExactly(revived);
    }
}
