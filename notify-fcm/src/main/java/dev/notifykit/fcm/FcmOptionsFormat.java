package dev.notifykit.fcm;

import dev.notifykit.codec.EnumCodes;
import dev.notifykit.codec.KeptFields;
import dev.notifykit.codec.PackReader;
import dev.notifykit.codec.PackWriter;
import dev.notifykit.fcm.FcmOptions.AndroidPriority;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.ProviderOptions;
import dev.notifykit.push.ProviderOptionsFormat;
import java.util.Map;

/** How {@link FcmOptions} are kept in a store. Installed with this module: a host has nothing to do with it. Immutable. */
public final class FcmOptionsFormat implements ProviderOptionsFormat {

    private static final EnumCodes<AndroidPriority> PRIORITIES =
            EnumCodes.of(AndroidPriority.class, Map.of(AndroidPriority.NORMAL, 1, AndroidPriority.HIGH, 2));

    private static final int ANDROID_PRIORITY = 1;
    private static final int CHANNEL_ID = 2;
    private static final int ICON = 3;
    private static final int COLOR = 4;
    private static final int TAG = 5;
    private static final int COLLAPSE_KEY = 6;
    private static final int CLICK_ACTION = 7;
    private static final int DIRECT_BOOT_OK = 8;
    private static final int ANALYTICS_LABEL = 9;

    /** For {@link java.util.ServiceLoader}. */
    public FcmOptionsFormat() {}

    @Override
    public ProviderId provider() {
        return ProviderId.FCM;
    }

    @Override
    public Class<FcmOptions> type() {
        return FcmOptions.class;
    }

    @Override
    public void write(ProviderOptions options, PackWriter out) {
        FcmOptions o = (FcmOptions) options;
        out.field(
                        ANDROID_PRIORITY,
                        o.androidPriority().orElse(null),
                        (field, priority) -> field.code(PRIORITIES, priority))
                .field(CHANNEL_ID, o.channelId().orElse(null), PackWriter::text)
                .field(ICON, o.icon().orElse(null), PackWriter::text)
                .field(COLOR, o.color().orElse(null), PackWriter::text)
                .field(TAG, o.tag().orElse(null), PackWriter::text)
                .field(COLLAPSE_KEY, o.collapseKey().orElse(null), PackWriter::text)
                .field(CLICK_ACTION, o.clickAction().orElse(null), PackWriter::text)
                .field(DIRECT_BOOT_OK, o.directBootOk().orElse(null), PackWriter::flag)
                .field(ANALYTICS_LABEL, o.analyticsLabel().orElse(null), PackWriter::text)
                .keep(o.kept());
    }

    @Override
    public FcmOptions read(PackReader in) {
        FcmOptions.Builder b = FcmOptions.builder();
        KeptFields kept = in.fields((tag, field) -> {
            switch (tag) {
                case ANDROID_PRIORITY -> b.androidPriority(field.code(PRIORITIES));
                case CHANNEL_ID -> b.channelId(field.text());
                case ICON -> b.icon(field.text());
                case COLOR -> b.color(field.text());
                case TAG -> b.tag(field.text());
                case COLLAPSE_KEY -> b.collapseKey(field.text());
                case CLICK_ACTION -> b.clickAction(field.text());
                case DIRECT_BOOT_OK -> b.directBootOk(field.flag());
                case ANALYTICS_LABEL -> b.analyticsLabel(field.text());
                default -> {
                    return false;
                }
            }
            return true;
        });
        return b.kept(kept).build();
    }
}
