package dev.notifykit.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.apns.ApnsOptions.InterruptionLevel;
import dev.notifykit.apns.ApnsOptions.Priority;
import dev.notifykit.apns.ApnsOptions.PushType;
import dev.notifykit.codec.CorruptValueException;
import dev.notifykit.codec.KeptFields;
import dev.notifykit.codec.PackFormat;
import dev.notifykit.fanout.FanOutCodec;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.OptionsFormats;
import dev.notifykit.push.ProviderId;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is set for APNs survives a store. */
class ApnsOptionsFormatTest {

    private static final PackFormat FORMAT = new PackFormat("apns options", 'O', 1, 10_000);
    private static final ApnsOptionsFormat OPTIONS = new ApnsOptionsFormat();
    private static final ApnsOptions BARE = ApnsOptions.builder().build();

    /** Version 1, as the first build wrote it. Never changed. */
    private static final String GOLDEN =
            "014f010108020102030d30636f6d2e61636d652e617070040103050840040000000000000605106d" + "61696e070101080101";

    private static byte[] pack(ApnsOptions options) {
        return FORMAT.pack(out -> OPTIONS.write(options, out));
    }

    private static ApnsOptions unpack(byte[] bytes) {
        return FORMAT.unpack(bytes, OPTIONS::read);
    }

    private static ApnsOptions.Builder full() {
        return ApnsOptions.builder()
                .pushType(PushType.LIVE_ACTIVITY)
                .priority(Priority.CONSERVE_POWER)
                .topic("com.acme.app")
                .interruptionLevel(InterruptionLevel.TIME_SENSITIVE)
                .relevanceScore(2.5)
                .targetContentId("main")
                .mutableContent(true)
                .contentAvailable(true);
    }

    private static LiveActivity activity() {
        return LiveActivity.start("Match", "{\"home\":\"A\"}", "{\"score\":0}")
                .timestamp(Instant.ofEpochSecond(1_700_000_000))
                .staleDate(Instant.ofEpochSecond(1_700_000_060))
                .inputChannel("YQ==")
                .kept(newerField())
                .build();
    }

    private static KeptFields newerField() {
        byte[] newer = {1, 'O', 40, 1, 7};
        return FORMAT.unpack(newer, in -> in.fields((tag, field) -> false));
    }

    /** Whoever adds a field sets it above, and then finds out whether it is packed. */
    @Test
    void noFieldIsForgotten() throws ReflectiveOperationException {
        ApnsOptions full = full().liveActivity(activity()).kept(newerField()).build();
        ApnsOptions unpacked = unpack(pack(full));

        for (Field field : ApnsOptions.class.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                field.setAccessible(true);
                assertThat(field.get(full)).as("the full sample sets " + field).isNotEqualTo(field.get(BARE));
                assertThat(field.get(unpacked)).as(field + " is packed").isEqualTo(field.get(full));
            }
        }
        assertThat(unpacked).isEqualTo(full).isNotEqualTo(BARE).isNotEqualTo(full().build());
        assertThat(unpack(pack(BARE))).isEqualTo(BARE);
    }

    @Test
    void everyLiveActivityComesBack() {
        LiveActivity end = LiveActivity.end()
                .contentState("{}")
                .dismissalDate(Instant.ofEpochSecond(1, 5))
                .timestamp(Instant.EPOCH)
                .build();
        LiveActivity update = LiveActivity.update("{}").build();
        for (LiveActivity each : new LiveActivity[] {activity(), end, update}) {
            ApnsOptions options = ApnsOptions.builder().liveActivity(each).build();
            assertThat(unpack(pack(options))).isEqualTo(options);
        }
    }

    @Test
    void everyConstantComesBack() {
        for (PushType type : PushType.values()) {
            ApnsOptions options = ApnsOptions.builder().pushType(type).build();
            assertThat(unpack(pack(options))).isEqualTo(options);
        }
        for (Priority priority : Priority.values()) {
            ApnsOptions options = ApnsOptions.builder().priority(priority).build();
            assertThat(unpack(pack(options))).isEqualTo(options);
        }
        for (InterruptionLevel level : InterruptionLevel.values()) {
            ApnsOptions options = ApnsOptions.builder().interruptionLevel(level).build();
            assertThat(unpack(pack(options))).isEqualTo(options);
        }
    }

    @Test
    void versionOneIsReadAndWritten() {
        assertThat(unpack(HexFormat.of().parseHex(GOLDEN))).isEqualTo(full().build());
        assertThat(HexFormat.of().formatHex(pack(full().build()))).isEqualTo(GOLDEN);
    }

    @Test
    void wrongBytesAreRefusedOrHarmless() {
        byte[] bytes = pack(full().liveActivity(activity()).build());
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] wrong = bytes.clone();
            wrong[2 + random.nextInt(wrong.length - 2)] = (byte) random.nextInt();
            ApnsOptions read;
            try {
                read = unpack(wrong);
            } catch (CorruptValueException e) {
                continue;
            }
            assertThat(unpack(pack(read))).isEqualTo(read);
        }
    }

    @Test
    void aFanOutKeepsThem() {
        FanOutSpec spec = FanOutSpec.builder(
                        FanOutId.of("f"),
                        "all",
                        Notification.builder()
                                .title("t")
                                .options(full().build())
                                .build())
                .build();
        FanOutCodec installed = new FanOutCodec(OptionsFormats.installed());
        FanOutCodec elsewhere = new FanOutCodec(OptionsFormats.of());
        byte[] bytes = installed.pack(spec);

        assertThat(installed.unpackSpec(bytes)).isEqualTo(spec);
        assertThat(installed.unpackSpec(bytes).notification().options(ProviderId.APNS, ApnsOptions.class))
                .contains(full().build());
        assertThat(elsewhere.pack(elsewhere.unpackSpec(bytes)))
                .as("by an instance without this module")
                .isEqualTo(bytes);
    }
}
