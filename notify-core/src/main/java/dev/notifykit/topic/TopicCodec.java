package dev.notifykit.topic;

import dev.notifykit.codec.CorruptValueException;
import dev.notifykit.codec.PackFormat;
import dev.notifykit.codec.PackReader;
import dev.notifykit.device.InstallationId;
import dev.notifykit.push.AppId;
import dev.notifykit.push.UserId;

/** Packs the members of topics. For writers of stores. What is unpacked equals what was packed; equal members have equal bytes. */
public final class TopicCodec {

    /** Twice what the longest allowed names take. */
    public static final int MAX_BYTES = 4 << 10;

    private static final PackFormat MEMBER = new PackFormat("topic member", 'T', 1, MAX_BYTES);

    private static final int USER = 1;
    private static final int DEVICE = 2;

    private TopicCodec() {}

    /**
     * Packs a member.
     *
     * @param member the member
     * @return its bytes
     */
    public static byte[] pack(TopicMember member) {
        return MEMBER.pack(out -> {
            if (member instanceof TopicMember.OneDevice device) {
                out.code(DEVICE)
                        .text(device.user().value())
                        .text(device.app().value())
                        .text(device.installation().value());
            } else {
                out.code(USER).text(member.user().value());
            }
        });
    }

    /**
     * Unpacks a member.
     *
     * @param bytes its bytes
     * @return the member
     * @throws CorruptValueException when they are none
     */
    public static TopicMember unpack(byte[] bytes) {
        return MEMBER.unpack(bytes, TopicCodec::read);
    }

    private static TopicMember read(PackReader in) {
        int kind = in.code();
        UserId user = UserId.of(in.text());
        return switch (kind) {
            case USER -> TopicMember.user(user);
            case DEVICE -> TopicMember.device(user, AppId.of(in.text()), InstallationId.of(in.text()));
            default -> throw in.unknownCode(kind);
        };
    }
}
