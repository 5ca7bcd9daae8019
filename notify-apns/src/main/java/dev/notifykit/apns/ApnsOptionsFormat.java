package dev.notifykit.apns;

import dev.notifykit.apns.ApnsOptions.InterruptionLevel;
import dev.notifykit.apns.ApnsOptions.Priority;
import dev.notifykit.apns.ApnsOptions.PushType;
import dev.notifykit.codec.EnumCodes;
import dev.notifykit.codec.KeptFields;
import dev.notifykit.codec.PackReader;
import dev.notifykit.codec.PackWriter;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.ProviderOptions;
import dev.notifykit.push.ProviderOptionsFormat;
import java.util.Map;

/** How {@link ApnsOptions} are kept in a store. Installed with this module: a host has nothing to do with it. Immutable. */
public final class ApnsOptionsFormat implements ProviderOptionsFormat {

    private static final EnumCodes<PushType> PUSH_TYPES = EnumCodes.of(
            PushType.class,
            Map.ofEntries(
                    Map.entry(PushType.ALERT, 1),
                    Map.entry(PushType.BACKGROUND, 2),
                    Map.entry(PushType.VOIP, 3),
                    Map.entry(PushType.COMPLICATION, 4),
                    Map.entry(PushType.FILE_PROVIDER, 5),
                    Map.entry(PushType.MDM, 6),
                    Map.entry(PushType.LOCATION, 7),
                    Map.entry(PushType.LIVE_ACTIVITY, 8),
                    Map.entry(PushType.PUSH_TO_TALK, 9),
                    Map.entry(PushType.WIDGETS, 10),
                    Map.entry(PushType.CONTROLS, 11)));
    private static final EnumCodes<Priority> PRIORITIES = EnumCodes.of(
            Priority.class, Map.of(Priority.IMMEDIATE, 1, Priority.CONSERVE_POWER, 2, Priority.NEVER_WAKE, 3));
    private static final EnumCodes<InterruptionLevel> LEVELS = EnumCodes.of(
            InterruptionLevel.class,
            Map.of(
                    InterruptionLevel.PASSIVE, 1,
                    InterruptionLevel.ACTIVE, 2,
                    InterruptionLevel.TIME_SENSITIVE, 3,
                    InterruptionLevel.CRITICAL, 4));

    private static final int PUSH_TYPE = 1;
    private static final int PRIORITY = 2;
    private static final int TOPIC = 3;
    private static final int INTERRUPTION_LEVEL = 4;
    private static final int RELEVANCE_SCORE = 5;
    private static final int TARGET_CONTENT_ID = 6;
    private static final int MUTABLE_CONTENT = 7;
    private static final int CONTENT_AVAILABLE = 8;
    private static final int LIVE_ACTIVITY = 9;

    /** For {@link java.util.ServiceLoader}. */
    public ApnsOptionsFormat() {}

    @Override
    public ProviderId provider() {
        return ProviderId.APNS;
    }

    @Override
    public Class<ApnsOptions> type() {
        return ApnsOptions.class;
    }

    @Override
    public void write(ProviderOptions options, PackWriter out) {
        ApnsOptions o = (ApnsOptions) options;
        Double score = o.relevanceScore().isPresent() ? o.relevanceScore().getAsDouble() : null;
        out.field(PUSH_TYPE, o.pushType().orElse(null), (field, type) -> field.code(PUSH_TYPES, type))
                .field(PRIORITY, o.priority().orElse(null), (field, priority) -> field.code(PRIORITIES, priority))
                .field(TOPIC, o.topic().orElse(null), PackWriter::text)
                .field(
                        INTERRUPTION_LEVEL,
                        o.interruptionLevel().orElse(null),
                        (field, level) -> field.code(LEVELS, level))
                .field(RELEVANCE_SCORE, score, PackWriter::decimal)
                .field(TARGET_CONTENT_ID, o.targetContentId().orElse(null), PackWriter::text)
                .field(MUTABLE_CONTENT, o.mutableContent(), PackWriter::flag)
                .field(CONTENT_AVAILABLE, o.contentAvailable(), PackWriter::flag)
                .field(LIVE_ACTIVITY, o.liveActivity().orElse(null), LiveActivityFormat::write)
                .keep(o.kept());
    }

    @Override
    public ApnsOptions read(PackReader in) {
        ApnsOptions.Builder b = ApnsOptions.builder();
        KeptFields kept = in.fields((tag, field) -> {
            switch (tag) {
                case PUSH_TYPE -> b.pushType(field.code(PUSH_TYPES));
                case PRIORITY -> b.priority(field.code(PRIORITIES));
                case TOPIC -> b.topic(field.text());
                case INTERRUPTION_LEVEL -> b.interruptionLevel(field.code(LEVELS));
                case RELEVANCE_SCORE -> b.relevanceScore(field.decimal());
                case TARGET_CONTENT_ID -> b.targetContentId(field.text());
                case MUTABLE_CONTENT -> b.mutableContent(field.flag());
                case CONTENT_AVAILABLE -> b.contentAvailable(field.flag());
                case LIVE_ACTIVITY -> b.liveActivity(LiveActivityFormat.read(field));
                default -> {
                    return false;
                }
            }
            return true;
        });
        return b.kept(kept).build();
    }
}
