package dev.notifykit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The whole program: real services, sockets and TLS, and the simulated vendors in a JVM of their own. Each campaign waits some seconds
 * for its last retries, so they run side by side.
 */
@Timeout(300)
@Execution(ExecutionMode.CONCURRENT)
class CampaignExampleTest {

    @TempDir
    Path dir;

    private final ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errBytes = new ByteArrayOutputStream();

    @ParameterizedTest
    @ValueSource(strings = {"11", "12"})
    void everyRecipientIsAccountedFor(String seed) {
        assertThat(run("--recipients", "5000", "--seed", seed)).as(this::shown).isZero();

        assertThat(out())
                .contains("5,000 recipients and 0 malformed lines")
                .contains("demo back-offs")
                .contains("COMPLETED: every recipient is accounted for.")
                .doesNotContain("WRONG");
    }

    @Test
    void alsoOnAVeryBadDay() {
        assertThat(run("--recipients", "2000", "--seed", "3", "--harsh"))
                .as(this::shown)
                .isZero();

        assertThat(out()).contains("attempts time out after 2.0 s");
    }

    @Test
    void aLostRequestIsNoticed() {
        assertThat(run("--recipients", "1000", "--break")).as(this::shown).isEqualTo(1);

        assertThat(out())
                .containsPattern("accepted rows that no journal knows +1 +WRONG")
                .contains("THE ACCOUNTING IS WRONG");
    }

    @Test
    void aMalformedLineIsReportedWithItsNumberAndTheOthersAreSent() throws IOException {
        Path made = dir.resolve("made.csv");
        Installations.write(made, 300, 5);
        List<String> lines = new ArrayList<>(Files.readAllLines(made));
        lines.add(3, "com.acme.one,apns");
        lines.add(200, "com.acme.one,apns,,en");
        Path file = Files.write(dir.resolve("installations.csv"), lines);
        Path dead = dir.resolve("dead.csv");

        int code = run("--installations", file.toString(), "--dead-tokens", dead.toString());

        assertThat(code).as(this::shown).isZero();
        assertThat(out())
                .contains("line 4 is left out")
                .contains("line 201 is left out")
                .contains("300 recipients and 2 malformed lines")
                .containsPattern("lines of the file = rows \\+ malformed lines +302 = 300 \\+ 2 +ok");
        assertThat(dead).content().startsWith("app,provider,token,registered_before");
    }

    @Test
    void aFileWithoutRecipientsIsNoFailure() throws IOException {
        Path file = Files.writeString(dir.resolve("empty.csv"), Installations.HEADER + "\n");

        assertThat(run("--installations", file.toString())).isZero();

        assertThat(out()).contains("There is nobody to send to.");
    }

    @Test
    void wrongArgumentsEndWithTwoAndSayWhy() {
        assertThat(run("--recipients", "none", "--hrash")).isEqualTo(2);

        assertThat(errBytes.toString(StandardCharsets.UTF_8))
                .contains("--recipients must be a whole number, is 'none'")
                .contains("--hrash: there is no such option")
                .contains("--help");
    }

    @Test
    void aKeyThatIsNoneEndsWithTwoAndShowsNothingOfIt() throws IOException {
        Path key = Files.writeString(dir.resolve("key.p8"), "top secret");
        Path file = dir.resolve("installations.csv");
        Installations.write(file, 10, 1);

        int code = run(
                "--apns-key",
                key.toString(),
                "--team-id",
                "TEAM123456",
                "--key-id",
                "ABC123DEFG",
                "--installations",
                file.toString());

        assertThat(code).as(this::shown).isEqualTo(2);
        assertThat(errBytes.toString(StandardCharsets.UTF_8))
                .contains("ApnsPushService")
                .doesNotContain("top secret");
    }

    @Test
    void helpNamesEveryOption() {
        assertThat(run("--help")).isZero();

        assertThat(out())
                .contains("--recipients", "--seed", "--installations", "--harsh", "--break", "--dead-tokens")
                .contains("--apns-key", "--team-id", "--key-id", "--topic", "--sandbox", "--fcm-service-account");
    }

    @Test
    void aProcessThatIsAskedToEndDrainsAndReports() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        CampaignExample.class.getName(),
                        "--recipients",
                        "200000")
                .redirectErrorStream(true)
                .start();
        StringBuilder shown = new StringBuilder();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                shown.append(line).append('\n');
                if (line.matches(" *[1-9][0-9,]*/200,000 .*")) {
                    process.toHandle().destroy(); // Process.destroy would also close the pipe that is read here
                }
            }
        } finally {
            process.destroyForcibly();
        }

        assertThat(shown.toString())
                .contains("INTERRUPTED: every recipient is accounted for.")
                .contains("recipients have no result")
                .contains("accepted rows that no journal knows")
                .doesNotContain("WRONG");
        assertThat(process.waitFor()).isNotZero();
    }

    private int run(String... args) {
        return CampaignExample.run(
                new PrintStream(outBytes, true, StandardCharsets.UTF_8),
                new PrintStream(errBytes, true, StandardCharsets.UTF_8),
                false,
                args);
    }

    private String out() {
        return outBytes.toString(StandardCharsets.UTF_8);
    }

    private String shown() {
        return out() + errBytes.toString(StandardCharsets.UTF_8);
    }
}
