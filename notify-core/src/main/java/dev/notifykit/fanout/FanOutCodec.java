package dev.notifykit.fanout;

import dev.notifykit.codec.EnumCodes;
import dev.notifykit.codec.KeptFields;
import dev.notifykit.codec.PackFormat;
import dev.notifykit.codec.PackReader;
import dev.notifykit.codec.PackWriter;
import dev.notifykit.fanout.FanOutSpec.Delivery;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.OptionsFormats;
import dev.notifykit.push.PushCodec;
import dev.notifykit.retry.RetryCodec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Packs what a {@link ProgressStore} keeps. For writers of stores; immutable, used by many threads.
 *
 * <p>What is unpacked equals what was packed, fields of newer builds included, which are kept and packed again. Equal rows have
 * equal bytes. Two equal specs may differ in theirs (the order of a notification's data is kept, though it does not count):
 * compare specs, not bytes.
 *
 * <p>Unpacking throws {@link dev.notifykit.codec.CorruptValueException}, whose reason tells what is damaged from what is only too
 * new; packing throws {@link dev.notifykit.codec.ValueTooLargeException}, and for options that nobody here can pack
 * {@link dev.notifykit.push.NoOptionsFormatException}.
 */
public final class FanOutCodec {

    /** Far above what vendors take; the notification of a host's own channel may have a page of HTML. */
    public static final int MAX_SPEC_BYTES = 2 << 20;

    /** A thousand rows with 32 kB of fields each. */
    public static final int MAX_PAGE_BYTES = 32 << 20;

    private static final PackFormat SPEC = new PackFormat("fan-out spec", 'S', 1, MAX_SPEC_BYTES);
    private static final PackFormat PAGE = new PackFormat("page of rows", 'R', 1, MAX_PAGE_BYTES);
    private static final PackFormat PARKED = new PackFormat("parked row", 'P', 1, MAX_PAGE_BYTES);

    private static final EnumCodes<Delivery> DELIVERIES =
            EnumCodes.of(Delivery.class, Map.of(Delivery.AT_LEAST_ONCE, 1, Delivery.AT_MOST_ONCE, 2));

    private static final int PARAMETERS = 1;
    private static final int URGENCY = 2;
    private static final int EXPIRES_AT = 3;
    private static final int COLLAPSE_ID = 4;
    private static final int STABLE_ID = 5;
    private static final int DELIVERY = 6;
    private static final int RETRY_POLICY = 7;
    private static final int UNKNOWN_POLICY = 8;

    private final PushCodec push;

    /**
     * A codec.
     *
     * @param formats how providers' options are packed; usually {@link OptionsFormats#installed()}
     */
    public FanOutCodec(OptionsFormats formats) {
        push = new PushCodec(formats);
    }

    /**
     * Packs a spec.
     *
     * @param spec the spec
     * @return its bytes
     */
    public byte[] pack(FanOutSpec spec) {
        return SPEC.pack(out -> out.text(spec.id().value())
                .text(spec.handler())
                .section(section -> push.write(section, spec.notification()))
                .field(PARAMETERS, new TreeMap<>(spec.parameters()), PackWriter::texts)
                .field(URGENCY, spec.urgency(), PushCodec::write)
                .field(EXPIRES_AT, spec.expiresAt().orElse(null), PackWriter::instant)
                .field(COLLAPSE_ID, spec.collapseId().orElse(null), PackWriter::text)
                .field(STABLE_ID, spec.stableId(), PackWriter::flag)
                .field(DELIVERY, field -> field.code(DELIVERIES, spec.delivery()))
                .field(RETRY_POLICY, spec.retryPolicy(), RetryCodec::write)
                .field(UNKNOWN_POLICY, spec.unknownPolicy(), RetryCodec::write)
                .keep(spec.kept()));
    }

    /**
     * Unpacks a spec.
     *
     * @param bytes its bytes
     * @return the spec
     */
    public FanOutSpec unpackSpec(byte[] bytes) {
        return SPEC.unpack(bytes, this::readSpec);
    }

    private FanOutSpec readSpec(PackReader in) {
        FanOutSpec.Builder b =
                FanOutSpec.builder(FanOutId.of(in.text()), in.text(), in.section(push::readNotification));
        KeptFields kept = in.fields((tag, field) -> {
            switch (tag) {
                case PARAMETERS -> b.parameters(field.textMap());
                case URGENCY -> b.urgency(PushCodec.readUrgency(field));
                case EXPIRES_AT -> b.expiresAt(field.instant());
                case COLLAPSE_ID -> b.collapseId(field.text());
                case STABLE_ID -> b.stableId(field.flag());
                case DELIVERY -> b.delivery(field.code(DELIVERIES));
                case RETRY_POLICY -> b.retryPolicy(RetryCodec.readPolicy(field));
                case UNKNOWN_POLICY -> b.unknownPolicy(RetryCodec.readUnknownPolicy(field));
                default -> {
                    return false;
                }
            }
            return true;
        });
        return b.kept(kept).build();
    }

    /**
     * Packs the rows of a page: its manifest.
     *
     * @param rows the rows
     * @return their bytes
     */
    public byte[] packRows(List<AudienceRow> rows) {
        return PAGE.pack(out -> RowCodec.write(out, rows));
    }

    /**
     * Unpacks the rows of a page.
     *
     * @param bytes their bytes
     * @return an unmodifiable list
     */
    public List<AudienceRow> unpackRows(byte[] bytes) {
        return PAGE.unpack(bytes, in -> {
            List<AudienceRow> rows = RowCodec.read(in);
            // What a newer build has added to the page: nobody rewrites a page, so nothing is lost.
            in.fields((tag, field) -> false);
            return rows;
        });
    }

    /**
     * Packs a parked row.
     *
     * @param parked the row
     * @return its bytes; the same for equal rows
     */
    public byte[] pack(ParkedRow parked) {
        return PARKED.pack(out -> out.number(parked.id())
                .number(parked.attempts())
                .flag(parked.unknown())
                .duration(parked.spent())
                .flag(parked.forLane())
                .section(section -> RowCodec.write(section, List.of(parked.row()))));
    }

    /**
     * Unpacks a parked row.
     *
     * @param bytes its bytes
     * @return the row
     */
    public ParkedRow unpackParked(byte[] bytes) {
        return PARKED.unpack(bytes, in -> {
            long id = in.number();
            int attempts = in.integer();
            boolean unknown = in.flag();
            Duration spent = in.duration();
            boolean forLane = in.flag();
            List<AudienceRow> rows = in.section(RowCodec::read);
            if (rows.size() != 1) {
                throw in.invalid("another number of rows than one");
            }
            // What a newer build notes of the parking itself: it is noted anew at the next one. What it notes of the
            // row stands in the row.
            in.fields((tag, field) -> false);
            return new ParkedRow(id, rows.get(0), attempts, unknown, spent, forLane);
        });
    }
}
