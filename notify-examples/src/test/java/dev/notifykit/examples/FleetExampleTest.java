package dev.notifykit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole program: a real Redis, worker JVMs that are killed and stopped, and the vendors in a JVM of their own. */
@Timeout(300)
class FleetExampleTest {

    private final ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errBytes = new ByteArrayOutputStream();

    @Test
    void everyRecipientIsAccountedForAlthoughWorkersDieAndStandStill() {
        int code = run("--recipients", "5000", "--strike-millis", "700", "--strikes", "5", "--in-flight", "2");

        assertThat(code).as(this::shown).isZero();
        assertThat(out())
                .contains("5,000 recipients; 3 workers, each in a JVM of its own")
                .contains("is killed (SIGKILL)")
                .contains("stands still (SIGSTOP)")
                .contains("COMPLETED: every recipient is accounted for.")
                .doesNotContain("WRONG");
        Matcher strikes = Pattern.compile("(\\d+) kills, (\\d+) stops").matcher(out());
        assertThat(strikes.find()).as(this::shown).isTrue();
        assertThat(Integer.parseInt(strikes.group(1))).as(this::shown).isGreaterThanOrEqualTo(3);
        assertThat(Integer.parseInt(strikes.group(2))).as(this::shown).isPositive();
    }

    @Test
    void aLostRequestIsNoticed() {
        assertThat(run("--recipients", "300", "--workers", "1", "--strikes", "0", "--break"))
                .as(this::shown)
                .isEqualTo(1);

        assertThat(out())
                .containsPattern("accepted rows whose id no journal knows +1 +WRONG")
                .containsPattern("accepted rows that no journal knows +1 +WRONG")
                .contains("THE ACCOUNTING IS WRONG");
    }

    @Test
    void wrongArgumentsEndWithTwoAndSayWhy() {
        assertThat(run("--workers", "none", "--wrokers", "3")).isEqualTo(2);

        assertThat(errBytes.toString(StandardCharsets.UTF_8))
                .contains("--workers must be a whole number, is 'none'")
                .contains("--wrokers: there is no such option")
                .contains("--help");
    }

    @Test
    void helpNamesEveryOption() {
        assertThat(run("--help")).isZero();

        assertThat(out())
                .contains(
                        "--recipients",
                        "--workers",
                        "--seed",
                        "--strike-millis",
                        "--strikes",
                        "--in-flight",
                        "--harsh",
                        "--break");
    }

    private int run(String... args) {
        return FleetExample.run(
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
