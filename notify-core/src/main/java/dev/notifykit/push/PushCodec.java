package dev.notifykit.push;

import dev.notifykit.codec.EnumCodes;
import dev.notifykit.codec.KeptFields;
import dev.notifykit.codec.PackReader;
import dev.notifykit.codec.PackWriter;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.Map;
import java.util.UUID;

/** Packs this package's values, for the packages whose values are made of them. Immutable. */
public final class PushCodec {

    private static final EnumCodes<Environment> ENVIRONMENTS =
            EnumCodes.of(Environment.class, Map.of(Environment.PRODUCTION, 1, Environment.SANDBOX, 2));
    private static final EnumCodes<Urgency> URGENCIES =
            EnumCodes.of(Urgency.class, Map.of(Urgency.URGENT, 1, Urgency.BULK, 2));

    private static final int BACKGROUND = 1;
    private static final int TITLE = 2;
    private static final int SUBTITLE = 3;
    private static final int BODY = 4;
    private static final int BADGE = 5;
    private static final int SOUND = 6;
    private static final int IMAGE = 7;
    private static final int THREAD = 8;
    private static final int CATEGORY = 9;
    private static final int DATA = 10;
    private static final int OPTIONS = 11;

    private static final int EXPIRES_AT = 1;
    private static final int URGENCY = 2;
    private static final int COLLAPSE_ID = 3;
    private static final int STABLE_ID = 4;

    private static final int LITERAL = 1;
    private static final int LOCALIZED = 2;

    private static final int ID_BYTES = 2 * Long.BYTES;

    private final OptionsFormats formats;

    /**
     * A codec.
     *
     * @param formats how providers' options are packed
     */
    public PushCodec(OptionsFormats formats) {
        this.formats = formats;
    }

    /**
     * Writes a notification, a record.
     *
     * @param out where it goes
     * @param n the notification
     * @throws NoOptionsFormatException when it has options that cannot be packed
     */
    public void write(PackWriter out, Notification n) {
        out.field(BACKGROUND, n.background() ? Boolean.TRUE : null, PackWriter::flag);
        out.field(TITLE, n.title().orElse(null), PushCodec::write);
        out.field(SUBTITLE, n.subtitle().orElse(null), PushCodec::write);
        out.field(BODY, n.body().orElse(null), PushCodec::write);
        out.field(BADGE, n.badge().isPresent() ? Long.valueOf(n.badge().getAsInt()) : null, PackWriter::number);
        out.field(SOUND, n.sound().orElse(null), PackWriter::text);
        out.field(IMAGE, n.image().orElse(null), PackWriter::text);
        out.field(THREAD, n.thread().orElse(null), PackWriter::text);
        out.field(CATEGORY, n.category().orElse(null), PackWriter::text);
        out.field(DATA, n.data().isEmpty() ? null : n.data(), PackWriter::texts);
        out.field(OPTIONS, n.options().isEmpty() ? null : n.options(), this::writeOptions);
        out.keep(n.kept());
    }

    /**
     * Reads a notification.
     *
     * @param in what was written
     * @return an equal notification
     */
    public Notification readNotification(PackReader in) {
        Notification.Builder b = Notification.builder();
        KeptFields kept = in.fields((tag, field) -> {
            switch (tag) {
                case BACKGROUND -> {
                    if (field.flag()) {
                        b.background();
                    }
                }
                case TITLE -> b.title(readText(field));
                case SUBTITLE -> b.subtitle(readText(field));
                case BODY -> b.body(readText(field));
                case BADGE -> b.badge(field.integer());
                case SOUND -> b.sound(field.text());
                case IMAGE -> b.image(field.text());
                case THREAD -> b.thread(field.text());
                case CATEGORY -> b.category(field.text());
                case DATA -> field.textMap().forEach(b::data);
                case OPTIONS -> readOptions(field, b);
                default -> {
                    return false;
                }
            }
            return true;
        });
        return b.kept(kept).build();
    }

    private void writeOptions(PackWriter out, Map<ProviderId, ProviderOptions> options) {
        out.size(options.size());
        options.values().stream()
                .sorted(Comparator.comparing(one -> one.provider().value()))
                .forEach(one -> out.text(one.provider().value()).bytes(formats.pack(one)));
    }

    private void readOptions(PackReader in, Notification.Builder b) {
        for (int left = in.size(); left > 0; left--) {
            ProviderId provider = ProviderId.of(in.text());
            ProviderOptions options = formats.unpack(provider, in.bytes());
            if (!options.provider().equals(provider)) {
                throw in.invalid("options of another provider than it says");
            }
            b.options(options);
        }
    }

    private static void write(PackWriter out, Text text) {
        if (text instanceof Text.Literal literal) {
            out.code(LITERAL).text(literal.value());
        } else if (text instanceof Text.Localized localized) {
            out.code(LOCALIZED).text(localized.key()).texts(localized.args());
        }
    }

    private static Text readText(PackReader in) {
        int form = in.code();
        return switch (form) {
            case LITERAL -> new Text.Literal(in.text());
            case LOCALIZED -> new Text.Localized(in.text(), in.texts());
            default -> throw in.unknownCode(form);
        };
    }

    /**
     * Writes a request, a record. What a later build notes of a request, wherever it waits, is a field of it, and is kept by the older ones.
     *
     * @param out where it goes
     * @param request the request
     * @throws NoOptionsFormatException when its notification has options that cannot be packed
     */
    public void write(PackWriter out, PushRequest request) {
        write(out, request.id());
        write(out, request.target());
        out.section(section -> write(section, request.notification()))
                .field(EXPIRES_AT, request.expiresAt().orElse(null), PackWriter::instant)
                .field(URGENCY, request.urgency(), PushCodec::write)
                .field(COLLAPSE_ID, request.collapseId().orElse(null), PackWriter::text)
                .field(STABLE_ID, request.stableId(), PackWriter::flag)
                .keep(request.kept());
    }

    /**
     * Reads a request.
     *
     * @param in what was written
     * @return an equal request
     */
    public PushRequest readRequest(PackReader in) {
        RequestId id = readRequestId(in);
        PushRequest.Builder b = PushRequest.builder(readTarget(in), in.section(this::readNotification))
                .id(id);
        KeptFields kept = in.fields((tag, field) -> {
            switch (tag) {
                case EXPIRES_AT -> b.expiresAt(field.instant());
                case URGENCY -> b.urgency(readUrgency(field));
                case COLLAPSE_ID -> b.collapseId(field.text());
                case STABLE_ID -> b.stableId(field.flag());
                default -> {
                    return false;
                }
            }
            return true;
        });
        return b.kept(kept).build();
    }

    /**
     * Writes a request's id: 17 bytes.
     *
     * @param out where it goes
     * @param id the id
     */
    public static void write(PackWriter out, RequestId id) {
        out.bytes(ByteBuffer.allocate(ID_BYTES)
                .putLong(id.value().getMostSignificantBits())
                .putLong(id.value().getLeastSignificantBits())
                .array());
    }

    /**
     * Reads a request's id.
     *
     * @param in what was written
     * @return the id
     */
    public static RequestId readRequestId(PackReader in) {
        byte[] bytes = in.bytes();
        if (bytes.length != ID_BYTES) {
            throw in.invalid("a request id of another length");
        }
        ByteBuffer halves = ByteBuffer.wrap(bytes);
        return new RequestId(new UUID(halves.getLong(), halves.getLong()));
    }

    /**
     * Writes a target.
     *
     * @param out where it goes
     * @param target the target
     */
    public static void write(PackWriter out, Target target) {
        out.text(target.app().value()).text(target.provider().value());
        write(out, target.environment());
        out.text(target.address());
    }

    /**
     * Reads a target.
     *
     * @param in what was written
     * @return an equal target
     */
    public static Target readTarget(PackReader in) {
        return new Target(AppId.of(in.text()), ProviderId.of(in.text()), readEnvironment(in), in.text());
    }

    /**
     * Writes an environment.
     *
     * @param out where it goes
     * @param environment the environment
     */
    public static void write(PackWriter out, Environment environment) {
        out.code(ENVIRONMENTS, environment);
    }

    /**
     * Reads an environment.
     *
     * @param in what was written
     * @return the environment
     */
    public static Environment readEnvironment(PackReader in) {
        return in.code(ENVIRONMENTS);
    }

    /**
     * Writes an urgency.
     *
     * @param out where it goes
     * @param urgency the urgency
     */
    public static void write(PackWriter out, Urgency urgency) {
        out.code(URGENCIES, urgency);
    }

    /**
     * Reads an urgency.
     *
     * @param in what was written
     * @return the urgency
     */
    public static Urgency readUrgency(PackReader in) {
        return in.code(URGENCIES);
    }
}
