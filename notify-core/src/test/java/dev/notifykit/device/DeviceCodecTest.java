package dev.notifykit.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.codec.Fields;
import dev.notifykit.push.AppId;
import dev.notifykit.push.Environment;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.Target;
import dev.notifykit.push.UserId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class DeviceCodecTest {

    private static final Instant THEN = Instant.ofEpochMilli(1_764_000_000_123L);
    private static final Device BARE = Device.builder(UserId.of("u"), Target.apns("com.acme.app", "c0ffee"), THEN)
            .build();

    @Test
    void noFieldIsForgotten() throws ReflectiveOperationException {
        Device full = Device.builder(UserId.of("v"), Target.fcm("com.acme.app", "token"), THEN.plusMillis(1))
                .installation(InstallationId.of("i"))
                .lastSeen(THEN.plusMillis(2))
                .locale(Locale.GERMANY)
                .zone(ZoneId.of("Europe/Berlin"))
                .kept(Fields.newerField())
                .build();

        Fields.allComeBack(full, BARE, DeviceCodec.unpack(DeviceCodec.pack(full)));
    }

    @Test
    void everyLocaleAndZoneComesBack() {
        for (Locale locale : Locale.getAvailableLocales()) {
            Device device = BARE.toBuilder().locale(locale).build();
            assertThat(DeviceCodec.unpack(DeviceCodec.pack(device)))
                    .as("%s", locale)
                    .isEqualTo(device);
        }
        for (String zone : ZoneId.getAvailableZoneIds()) {
            Device device = BARE.toBuilder().zone(ZoneId.of(zone)).build();
            assertThat(DeviceCodec.unpack(DeviceCodec.pack(device))).as(zone).isEqualTo(device);
        }
    }

    @Test
    void whatANewerBuildHasAddedSurvivesAChange() {
        byte[] newer = Fields.newer(DeviceCodec.pack(BARE));
        Device read = DeviceCodec.unpack(newer);
        Device seen = read.toBuilder().lastSeen(THEN.plusSeconds(60)).build();

        assertThat(DeviceCodec.pack(read)).isEqualTo(newer);
        assertThat(DeviceCodec.pack(seen)).endsWith('n', 'k').isNotEqualTo(newer);
    }

    @Test
    void aZoneThatThisMachineDoesNotKnowIsHandedOn() {
        Device berlin = BARE.toBuilder().zone(ZoneId.of("Europe/Berlin")).build();
        byte[] nowhere = new String(DeviceCodec.pack(berlin), StandardCharsets.ISO_8859_1)
                .replace("Europe/Berlin", "Europe/Erewho")
                .getBytes(StandardCharsets.ISO_8859_1);
        Device read = DeviceCodec.unpack(nowhere);

        assertThat(read.zone()).isEmpty();
        assertThat(DeviceCodec.pack(read)).isEqualTo(nowhere);
        assertThat(DeviceCodec.unpack(
                        DeviceCodec.pack(read.toBuilder().zone(ZoneId.of("UTC")).build())))
                .as("until it is set anew")
                .satisfies(d -> assertThat(d.zone()).contains(ZoneId.of("UTC")));
    }

    @Test
    void theLongestDeviceFits() {
        String wide = "\ud800".repeat(Target.MAX_ADDRESS_LENGTH);
        Device longest = Device.builder(
                        UserId.of(wide.substring(0, UserId.MAX_LENGTH)),
                        new Target(
                                AppId.of("a".repeat(200)), ProviderId.of("p".repeat(200)), Environment.SANDBOX, wide),
                        Instant.MAX)
                .installation(InstallationId.of(wide.substring(0, InstallationId.MAX_LENGTH)))
                .build();

        assertThat(DeviceCodec.pack(longest).length).isLessThan(DeviceCodec.MAX_BYTES / 2);
        assertThat(DeviceCodec.unpack(DeviceCodec.pack(longest))).isEqualTo(longest);
    }

    @Test
    void aDeviceTakesItsTokenAndLittleMore() {
        String fcm = "cXyzabcdefghijklmnopqr:APA91b" + "Ab_-".repeat(33) + "x";
        List<Device> devices = List.of(
                Device.builder(UserId.of("user-1234567"), Target.fcm("com.acme.shop.app", fcm), THEN)
                        .installation(InstallationId.of("0b7d6a3e-2f0d-4f9b-8a53-5b6f0d0e8c11"))
                        .locale(Locale.GERMANY)
                        .zone(ZoneId.of("Europe/Berlin"))
                        .build(),
                BARE.toBuilder().build());

        assertThat(DeviceCodec.pack(devices.get(0)).length).isLessThan(290);
        assertThat(DeviceCodec.pack(devices.get(1)).length).isLessThan(90);
    }
}
