package dev.notifykit.fcm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.codec.CorruptValueException;
import dev.notifykit.codec.KeptFields;
import dev.notifykit.codec.PackFormat;
import dev.notifykit.fanout.FanOutCodec;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fcm.FcmOptions.AndroidPriority;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.OptionsFormats;
import dev.notifykit.push.ProviderId;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is set for FCM survives a store. */
class FcmOptionsFormatTest {

    private static final PackFormat FORMAT = new PackFormat("fcm options", 'O', 1, 10_000);
    private static final FcmOptionsFormat OPTIONS = new FcmOptionsFormat();
    private static final FcmOptions BARE = FcmOptions.builder().build();

    /** Version 1, as the first build wrote it. Never changed. */
    private static final String GOLDEN =
            "014f0101020205106e65777303051062656c6c04081c236666383830300509206f726465722d313706051073796e63070510"
                    + "4f50454e080100090920737072696e677e31";

    private static byte[] pack(FcmOptions options) {
        return FORMAT.pack(out -> OPTIONS.write(options, out));
    }

    private static FcmOptions unpack(byte[] bytes) {
        return FORMAT.unpack(bytes, OPTIONS::read);
    }

    private static FcmOptions.Builder full() {
        return FcmOptions.builder()
                .androidPriority(AndroidPriority.HIGH)
                .channelId("news")
                .icon("bell")
                .color("#ff8800")
                .tag("order-17")
                .collapseKey("sync")
                .clickAction("OPEN")
                .directBootOk(false)
                .analyticsLabel("spring~1");
    }

    private static KeptFields newerField() {
        byte[] newer = {1, 'O', 40, 1, 7};
        return FORMAT.unpack(newer, in -> in.fields((tag, field) -> false));
    }

    /** Whoever adds a field sets it above, and then finds out whether it is packed. */
    @Test
    void noFieldIsForgotten() throws ReflectiveOperationException {
        FcmOptions full = full().kept(newerField()).build();
        FcmOptions unpacked = unpack(pack(full));

        for (Field field : FcmOptions.class.getDeclaredFields()) {
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
    void everyConstantComesBack() {
        for (AndroidPriority priority : AndroidPriority.values()) {
            FcmOptions options = FcmOptions.builder().androidPriority(priority).build();
            assertThat(unpack(pack(options))).isEqualTo(options);
        }
        for (boolean ok : new boolean[] {true, false}) {
            FcmOptions options = FcmOptions.builder().directBootOk(ok).build();
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
        byte[] bytes = pack(full().build());
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] wrong = bytes.clone();
            wrong[2 + random.nextInt(wrong.length - 2)] = (byte) random.nextInt();
            FcmOptions read;
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
        assertThat(installed.unpackSpec(bytes).notification().options(ProviderId.FCM, FcmOptions.class))
                .contains(full().build());
        assertThat(elsewhere.pack(elsewhere.unpackSpec(bytes)))
                .as("by an instance without this module")
                .isEqualTo(bytes);
    }
}
