package dev.notifykit.device;

import dev.notifykit.codec.KeptFields;
import dev.notifykit.codec.PackFormat;
import dev.notifykit.codec.PackReader;
import dev.notifykit.codec.PackWriter;
import dev.notifykit.push.PushCodec;
import dev.notifykit.push.Target;
import dev.notifykit.push.UserId;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Locale;

/**
 * Packs what a {@link DeviceStore} keeps. For writers of stores.
 *
 * <p>What is unpacked equals what was packed, fields of newer builds included, which are kept and packed again; so is a time zone
 * that this JVM's tables do not know yet. Equal devices have equal bytes.
 */
public final class DeviceCodec {

    /** Twice what the longest allowed names and address take. */
    public static final int MAX_BYTES = 32 << 10;

    private static final PackFormat DEVICE = new PackFormat("device", 'D', 1, MAX_BYTES);

    private static final int LOCALE = 1;
    private static final int ZONE = 2;

    private DeviceCodec() {}

    /**
     * Packs a device.
     *
     * @param device the device
     * @return its bytes
     * @throws dev.notifykit.codec.ValueTooLargeException when there are too many
     */
    public static byte[] pack(Device device) {
        return DEVICE.pack(out -> {
            out.text(device.user().value());
            PushCodec.write(out, device.target());
            out.text(device.installation().value())
                    .instant(device.registeredAt())
                    .instant(device.lastSeen())
                    .field(LOCALE, device.locale().map(Locale::toLanguageTag).orElse(null), PackWriter::text)
                    .field(ZONE, device.zone().map(ZoneId::getId).orElse(null), PackWriter::text)
                    .keep(device.kept());
        });
    }

    /**
     * Unpacks a device.
     *
     * @param bytes its bytes
     * @return the device
     * @throws dev.notifykit.codec.CorruptValueException when they are none
     */
    public static Device unpack(byte[] bytes) {
        return DEVICE.unpack(bytes, DeviceCodec::read);
    }

    private static Device read(PackReader in) {
        UserId user = UserId.of(in.text());
        Target target = PushCodec.readTarget(in);
        InstallationId installation = InstallationId.of(in.text());
        Device.Builder b = Device.builder(user, target, in.instant())
                .installation(installation)
                .lastSeen(in.instant());
        KeptFields kept = in.fields((tag, field) -> switch (tag) {
            case LOCALE -> {
                b.locale(Locale.forLanguageTag(field.text()));
                yield true;
            }
            case ZONE -> readZone(field, b);
            default -> false;
        });
        return b.kept(kept).build();
    }

    private static boolean readZone(PackReader field, Device.Builder b) {
        try {
            b.zone(ZoneId.of(field.text()));
            return true;
        } catch (DateTimeException e) {
            // Countries make new zones, and JVMs learn of them one after the other: who does not know one hands it on.
            return false;
        }
    }
}
