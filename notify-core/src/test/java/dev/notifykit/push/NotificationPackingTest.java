package dev.notifykit.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.codec.Fields;
import dev.notifykit.codec.PackFormat;
import org.junit.jupiter.api.Test;

class NotificationPackingTest {

    private static final ProviderId STAMP = ProviderId.of("stamp");
    private static final PackFormat FORMAT = new PackFormat("notification", 'X', 1, 10_000);
    private static final PushCodec CODEC = new PushCodec(OptionsFormats.of(new StampFormat()));

    private static byte[] pack(Notification n) {
        return FORMAT.pack(out -> CODEC.write(out, n));
    }

    private static Notification unpack(byte[] bytes) {
        return FORMAT.unpack(bytes, CODEC::readNotification);
    }

    @Test
    void noFieldIsForgotten() throws ReflectiveOperationException {
        Notification full = Notification.builder()
                .title("title")
                .subtitle("subtitle")
                .body("body")
                .badge(1)
                .sound("sound")
                .image("https://acme.example")
                .thread("thread")
                .category("category")
                .data("key", "value")
                .options(new StampOptions(STAMP, "text", 1, 2))
                .kept(Fields.newerField())
                .build();
        // A background notification shows nothing: it is the one that is set apart.
        Notification bare = Notification.builder().background().build();

        Fields.allComeBack(full, bare, unpack(pack(full)));
        assertThat(unpack(pack(bare))).isEqualTo(bare);
    }

    @Test
    void theOrderOfDataIsKept() {
        Notification n = Notification.builder()
                .title("t")
                .data("z", "1")
                .data("a", "2")
                .data("m", "3")
                .build();

        assertThat(unpack(pack(n)).data().keySet()).containsExactly("z", "a", "m");
    }

    @Test
    void whatANewerBuildHasAddedIsKept() {
        byte[] newer = Fields.newer(pack(Notification.alert("t", "b")));
        Notification read = unpack(newer);

        assertThat(read.title()).contains(Text.of("t"));
        assertThat(read).isNotEqualTo(Notification.alert("t", "b"));
        assertThat(pack(read)).isEqualTo(newer);
        assertThat(pack(read.toBuilder().build())).isEqualTo(newer);
    }
}
