package dev.notifykit.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.notifykit.codec.CorruptValueException;
import dev.notifykit.codec.Fields;
import dev.notifykit.codec.PackFormat;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PushRequestCodecTest {

    private static final PackFormat REQUEST = new PackFormat("request", 'q', 1, 1 << 20);
    private static final PushCodec CODEC = new PushCodec(OptionsFormats.of());
    private static final PushRequest BARE =
            PushRequest.of(Target.apns("com.acme.app", "c0ffee"), Notification.alert("t", "b"));

    private static byte[] pack(PushRequest request) {
        return REQUEST.pack(out -> CODEC.write(out, request));
    }

    private static PushRequest unpack(byte[] bytes) {
        return REQUEST.unpack(bytes, CODEC::readRequest);
    }

    @Test
    void noFieldIsForgotten() throws ReflectiveOperationException {
        PushRequest full = PushRequest.builder(Target.fcm("com.acme.app", "token"), Notification.alert("u", "c"))
                .id(RequestId.random())
                .expiresAt(Instant.EPOCH)
                .urgency(Urgency.BULK)
                .collapseId("c")
                .stableId(false)
                .kept(Fields.newerField())
                .build();

        Fields.allComeBack(full, BARE, unpack(pack(full)));
    }

    @Test
    void whatANewerBuildHasAddedIsKept() {
        byte[] newer = Fields.newer(pack(BARE));
        PushRequest read = unpack(newer);

        assertThat(read.id()).isEqualTo(BARE.id());
        assertThat(read).isNotEqualTo(BARE);
        assertThat(pack(read)).isEqualTo(newer);
    }

    @Test
    void anIdOfAnotherLengthIsCorrupt() {
        byte[] wrong = REQUEST.pack(out -> out.bytes(new byte[15]));

        assertThatExceptionOfType(CorruptValueException.class).isThrownBy(() -> unpack(wrong));
    }
}
