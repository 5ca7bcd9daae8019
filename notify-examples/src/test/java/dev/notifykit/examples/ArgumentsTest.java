package dev.notifykit.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArgumentsTest {

    @TempDir
    Path dir;

    @Test
    void withoutArgumentsAHundredThousandGoToSimulators() throws Exception {
        Arguments arguments = Arguments.parse();

        assertThat(arguments.recipients()).isEqualTo(100_000);
        assertThat(arguments.seed()).isEqualTo(1);
        assertThat(arguments.simulated()).isTrue();
        assertThat(arguments.harsh()).isFalse();
        assertThat(arguments.loseOne()).isFalse();
        assertThat(arguments.installations()).isNull();
    }

    @Test
    void takesValuesAfterASpaceOrAnEqualsSign() throws Exception {
        Arguments arguments = Arguments.parse("--recipients", "20_000", "--seed=-7", "--harsh", "--break");

        assertThat(arguments.recipients()).isEqualTo(20_000);
        assertThat(arguments.seed()).isEqualTo(-7);
        assertThat(arguments.harsh()).isTrue();
        assertThat(arguments.loseOne()).isTrue();
    }

    @Test
    void namesEverythingThatIsWrongAtOnce() {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> Arguments.parse(
                        "--recipiants", "5", "--recipients=0", "--seed", "--harsh=yes", "--installations", "/no/such"))
                .withMessageContaining("--recipiants: there is no such option")
                .withMessageContaining("--recipients must be 1 to 10000000, is 0")
                .withMessageContaining("--seed needs a value")
                .withMessageContaining("--harsh takes no value")
                .withMessageContaining("--installations: cannot read /no/such")
                .withMessageContaining("leave it out with --installations");
    }

    @Test
    void refusesWordsNumbersAndRepetitions() {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> Arguments.parse("100", "--recipients", "many", "--seed", "1", "--seed", "2"))
                .withMessageContaining("100: there is no such option")
                .withMessageContaining("--recipients must be a whole number, is 'many'")
                .withMessageContaining("--seed is there twice");
    }

    @Test
    void aRealAccountNeedsAllItsPartsAndAFile() throws IOException {
        Path key = Files.writeString(dir.resolve("key.p8"), "not read here");

        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> Arguments.parse("--apns-key", key.toString(), "--harsh", "--break"))
                .withMessageContaining("--apns-key, --team-id and --key-id belong together")
                .withMessageContaining("the real vendors need --installations FILE")
                .withMessageContaining("--harsh is for the simulated vendors")
                .withMessageContaining("--break is for the simulated vendors");
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> Arguments.parse("--topic", "com.acme.one", "--sandbox"))
                .withMessageContaining("--topic needs --apns-key")
                .withMessageContaining("--sandbox needs --apns-key");
    }

    @Test
    void readsARealAccount() throws Exception {
        Path key = Files.writeString(dir.resolve("key.p8"), "not read here");
        Path file = Files.writeString(dir.resolve("installations.csv"), Installations.HEADER);

        Arguments arguments = Arguments.parse(
                "--apns-key",
                key.toString(),
                "--team-id",
                "TEAM123456",
                "--key-id=ABC123DEFG",
                "--sandbox",
                "--installations",
                file.toString());

        assertThat(arguments.simulated()).isFalse();
        assertThat(arguments.apns()).isEqualTo(new Arguments.ApnsAccount(key, "TEAM123456", "ABC123DEFG", null, true));
    }

    @Test
    void neverOverwritesAFileOfDeadTokens() throws IOException {
        Path taken = Files.createFile(dir.resolve("dead.csv"));

        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> Arguments.parse("--dead-tokens", taken.toString()))
                .withMessageContaining("the file exists");
    }
}
