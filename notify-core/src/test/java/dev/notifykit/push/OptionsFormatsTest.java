package dev.notifykit.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.codec.CorruptValueException;
import dev.notifykit.codec.CorruptValueException.Reason;
import dev.notifykit.codec.PackFormat;
import dev.notifykit.codec.PackReader;
import dev.notifykit.codec.PackWriter;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptionsFormatsTest {

    private static final ProviderId STAMP = ProviderId.of("stamp");
    private static final StampOptions OPTIONS = new StampOptions(STAMP, "secret", 7, 0.5);
    private static final Notification WITH_OPTIONS =
            Notification.builder().title("t").options(OPTIONS).build();
    private static final PackFormat FORMAT = new PackFormat("notification", 'X', 1, 3 << 20);
    private static final OptionsFormats NONE = OptionsFormats.of();
    private static final OptionsFormats WITH_STAMP = OptionsFormats.of(new StampFormat());

    private final ClassLoader ownLoader = Thread.currentThread().getContextClassLoader();

    /** A format of the next version, which no older build can read. */
    public static final class NextStampFormat extends StampFormat {
        @Override
        public int version() {
            return 2;
        }
    }

    private static byte[] pack(OptionsFormats formats, Notification n) {
        return FORMAT.pack(out -> new PushCodec(formats).write(out, n));
    }

    private static Notification unpack(OptionsFormats formats, byte[] bytes) {
        return FORMAT.unpack(bytes, new PushCodec(formats)::readNotification);
    }

    @AfterEach
    void ownLoader() {
        Thread.currentThread().setContextClassLoader(ownLoader);
    }

    @Test
    void installedFormatsAreFound() {
        assertThat(OptionsFormats.installed()).hasToString("OptionsFormats[stamp]");
        assertThat(unpack(OptionsFormats.installed(), pack(OptionsFormats.installed(), WITH_OPTIONS)))
                .isEqualTo(WITH_OPTIONS);
    }

    @Test
    void theyAreFoundFromEveryThread() {
        Thread.currentThread().setContextClassLoader(null);
        assertThat(OptionsFormats.installed()).hasToString("OptionsFormats[stamp]");
        Thread.currentThread().setContextClassLoader(ClassLoader.getPlatformClassLoader());
        assertThat(OptionsFormats.installed()).hasToString("OptionsFormats[stamp]");
    }

    @Test
    void oneThatCannotBeLoadedIsNamed(@TempDir Path dir) throws IOException {
        Path services = Files.createDirectories(dir.resolve("META-INF/services"));
        Files.writeString(services.resolve(ProviderOptionsFormat.class.getName()), "com.acme.Missing\n");
        try (URLClassLoader loader = new URLClassLoader(new URL[] {dir.toUri().toURL()}, ownLoader)) {
            Thread.currentThread().setContextClassLoader(loader);

            assertThatThrownBy(OptionsFormats::installed)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("com.acme.Missing");
        }
    }

    @Test
    void twoForAProviderAreRefused() {
        assertThatThrownBy(() -> OptionsFormats.of(new StampFormat(), new NextStampFormat()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("stamp")
                .hasMessageContaining(StampFormat.class.getName())
                .hasMessageContaining(NextStampFormat.class.getName());
    }

    @Test
    void optionsOfNoFormatCannotBePacked() {
        assertThatExceptionOfType(NoOptionsFormatException.class)
                .isThrownBy(() -> pack(NONE, WITH_OPTIONS))
                .withMessageContaining("'stamp'")
                .withMessageContaining(StampOptions.class.getName())
                .withMessageContaining("META-INF/services/" + ProviderOptionsFormat.class.getName())
                .withMessageNotContaining("secret")
                .satisfies(e -> assertThat(e.provider()).isEqualTo(STAMP));
    }

    @Test
    void optionsOfAnotherTypeCannotBePacked() {
        ProviderOptions strange = () -> STAMP;
        Notification n = Notification.builder().title("t").options(strange).build();

        assertThatExceptionOfType(NoOptionsFormatException.class).isThrownBy(() -> pack(WITH_STAMP, n));
    }

    @Test
    void optionsOfAMissingModuleAreHandedOnByteForByte() {
        byte[] bytes = pack(WITH_STAMP, WITH_OPTIONS);
        Notification elsewhere = unpack(NONE, bytes);

        assertThat(pack(NONE, elsewhere)).isEqualTo(bytes);
        assertThat(pack(WITH_STAMP, elsewhere)).isEqualTo(bytes);
        assertThat(unpack(WITH_STAMP, pack(NONE, elsewhere))).isEqualTo(WITH_OPTIONS);
    }

    @Test
    void theyAreAValue() {
        byte[] bytes = pack(WITH_STAMP, WITH_OPTIONS);
        byte[] others = pack(
                WITH_STAMP,
                WITH_OPTIONS.toBuilder()
                        .options(new StampOptions(STAMP, "secret", 8, 0.5))
                        .build());

        assertThat(unpack(NONE, bytes))
                .isEqualTo(unpack(NONE, bytes))
                .hasSameHashCodeAs(unpack(NONE, bytes))
                .isNotEqualTo(unpack(NONE, others));
        ProviderOptions unknown =
                unpack(NONE, bytes).options(STAMP, ProviderOptions.class).orElseThrow();
        assertThat(unknown.provider()).isEqualTo(STAMP);
        assertThat(unknown.toString()).contains("stamp").doesNotContain("secret");
    }

    @Test
    void optionsOfANewerModuleAreLeftToNewerInstances() {
        byte[] bytes = pack(OptionsFormats.of(new NextStampFormat()), WITH_OPTIONS);

        assertThat(unpack(OptionsFormats.of(new NextStampFormat()), bytes)).isEqualTo(WITH_OPTIONS);
        assertThatExceptionOfType(CorruptValueException.class)
                .isThrownBy(() -> unpack(WITH_STAMP, bytes))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.NEWER))
                .withMessageContaining("stamp");
        assertThat(unpack(OptionsFormats.of(new NextStampFormat()), pack(WITH_STAMP, WITH_OPTIONS)))
                .as("the older version is read")
                .isEqualTo(WITH_OPTIONS);
    }

    @Test
    void aFormatThatFailsMakesTheValueCorrupt() {
        ProviderOptionsFormat broken = new StampFormat() {
            @Override
            public ProviderOptions read(PackReader in) {
                throw new UnsupportedOperationException("secret");
            }
        };
        byte[] bytes = pack(WITH_STAMP, WITH_OPTIONS);

        assertThatExceptionOfType(CorruptValueException.class)
                .isThrownBy(() -> unpack(OptionsFormats.of(broken), bytes))
                .withMessageContaining("stamp")
                .withMessageContaining("UnsupportedOperationException")
                .withMessageNotContaining("secret");
    }

    @Test
    void aFormatCannotAnswerForAnotherProvider() {
        ProviderOptionsFormat wrong = new StampFormat() {
            @Override
            public ProviderOptions read(PackReader in) {
                super.read(in);
                return new StampOptions(ProviderId.APNS, "", 0, 0);
            }

            @Override
            public void write(ProviderOptions options, PackWriter out) {
                super.write(options, out);
            }
        };

        assertThatExceptionOfType(CorruptValueException.class)
                .isThrownBy(() -> unpack(OptionsFormats.of(wrong), pack(WITH_STAMP, WITH_OPTIONS)));
    }
}
