package dev.notifykit.message;

import dev.notifykit.codec.KeptFields;
import dev.notifykit.codec.PackFormat;
import dev.notifykit.codec.PackReader;
import dev.notifykit.codec.PackWriter;
import dev.notifykit.dedup.DedupCodec;
import dev.notifykit.push.AppId;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.OptionsFormats;
import dev.notifykit.push.PushCodec;
import dev.notifykit.push.TopicName;
import dev.notifykit.push.UserId;

/**
 * Packs what a work queue keeps. For writers of stores; immutable, used by many threads.
 *
 * <p>What is unpacked equals what was packed, fields of newer builds included, which are kept and packed again. Errors as at
 * {@link dev.notifykit.fanout.FanOutCodec}.
 */
public final class MessageCodec {

    /** Far above what vendors take; the notification of a host's own channel may have a page of HTML. */
    public static final int MAX_BYTES = 2 << 20;

    private static final PackFormat MESSAGE = new PackFormat("message", 'M', 1, MAX_BYTES);

    private static final int DEDUP_KEY = 1;
    private static final int EXPIRES_AT = 2;
    private static final int URGENCY = 3;
    private static final int COLLAPSE_ID = 4;
    private static final int STABLE_ID = 5;
    private static final int NOT_BEFORE = 6;

    private static final int TO_DEVICE = 1;
    private static final int TO_USER = 2;
    private static final int TO_USER_OF_APP = 3;
    private static final int TO_TOPIC = 4;

    private final PushCodec push;

    /**
     * A codec.
     *
     * @param formats how providers' options are packed; usually {@link OptionsFormats#installed()}
     */
    public MessageCodec(OptionsFormats formats) {
        push = new PushCodec(formats);
    }

    /**
     * Packs a message.
     *
     * @param message the message
     * @return its bytes
     */
    public byte[] pack(Message message) {
        return MESSAGE.pack(out -> out.text(message.id().value())
                .section(section -> write(section, message.recipient()))
                .section(section -> push.write(section, message.notification()))
                .field(DEDUP_KEY, message.dedupKey().orElse(null), DedupCodec::write)
                .field(EXPIRES_AT, message.expiresAt().orElse(null), PackWriter::instant)
                .field(URGENCY, message.urgency(), PushCodec::write)
                .field(COLLAPSE_ID, message.collapseId().orElse(null), PackWriter::text)
                .field(STABLE_ID, message.stableId(), PackWriter::flag)
                .field(NOT_BEFORE, message.notBefore().orElse(null), PackWriter::instant)
                .keep(message.kept()));
    }

    /**
     * Unpacks a message.
     *
     * @param bytes its bytes
     * @return the message
     */
    public Message unpack(byte[] bytes) {
        return MESSAGE.unpack(bytes, this::read);
    }

    private Message read(PackReader in) {
        MessageId id = MessageId.of(in.text());
        Message.Builder b = Message.builder(in.section(MessageCodec::readRecipient), in.section(push::readNotification))
                .id(id);
        KeptFields kept = in.fields((tag, field) -> {
            switch (tag) {
                case DEDUP_KEY -> b.dedupKey(DedupCodec.readKey(field));
                case EXPIRES_AT -> b.expiresAt(field.instant());
                case URGENCY -> b.urgency(PushCodec.readUrgency(field));
                case COLLAPSE_ID -> b.collapseId(field.text());
                case STABLE_ID -> b.stableId(field.flag());
                case NOT_BEFORE -> b.notBefore(field.instant());
                default -> {
                    return false;
                }
            }
            return true;
        });
        return b.kept(kept).build();
    }

    private static void write(PackWriter out, Recipient recipient) {
        if (recipient instanceof Recipient.ToDevice device) {
            out.code(TO_DEVICE);
            PushCodec.write(out, device.target());
        } else if (recipient instanceof Recipient.ToUser person) {
            AppId app = person.app();
            out.code(app == null ? TO_USER : TO_USER_OF_APP).text(person.user().value());
            if (app != null) {
                out.text(app.value());
            }
        } else if (recipient instanceof Recipient.ToTopic all) {
            out.code(TO_TOPIC).text(all.topic().value());
        }
    }

    private static Recipient readRecipient(PackReader in) {
        int form = in.code();
        return switch (form) {
            case TO_DEVICE -> Recipient.device(PushCodec.readTarget(in));
            case TO_USER -> Recipient.user(UserId.of(in.text()));
            case TO_USER_OF_APP -> {
                UserId user = UserId.of(in.text());
                yield Recipient.user(AppId.of(in.text()), user);
            }
            case TO_TOPIC -> Recipient.topic(TopicName.of(in.text()));
            default -> throw in.unknownCode(form);
        };
    }
}
