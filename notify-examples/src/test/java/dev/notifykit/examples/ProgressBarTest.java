package dev.notifykit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.FanOutState;
import dev.notifykit.push.FanOutId;
import dev.notifykit.result.SendResult.Kind;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressBarTest {

    private static final FanOutProgress HALF = new FanOutProgress(
            FanOutId.of("test"),
            FanOutState.RUNNING,
            null,
            60_000,
            Map.of(Kind.ACCEPTED, 49_500L, Kind.TOKEN_INVALID, 500L),
            9_000,
            1_000,
            false,
            100_000L,
            12,
            5_000);

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    void isOneLineWithAllNumbersWhenPiped() {
        new ProgressBar(out, false, () -> 80).show(HALF);

        assertThat(shown())
                .isEqualToIgnoringNewLines("  50,000/100,000   50 %  5,000/s  ETA 0:10   "
                        + "accepted 49,500, token invalid 500, open 9,000, waiting 1,000\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 60, 80, 200})
    void neverWrapsOnATerminal(int width) {
        new ProgressBar(out, true, () -> width).show(HALF);

        List<String> lines = shown().replace("\u001b[K", "").lines().toList();
        assertThat(lines).hasSize(2).allMatch(line -> line.length() < width);
    }

    @Test
    void drawsOverWhatItHasDrawn() {
        ProgressBar bar = new ProgressBar(out, true, () -> 80);
        bar.show(HALF);
        bar.show(HALF);

        assertThat(shown()).contains("[====").contains("=>").containsOnlyOnce("\u001b[A\r\u001b[A");
    }

    @Test
    void aLineThatIsSaidStandsAboveIt() {
        ProgressBar bar = new ProgressBar(out, true, () -> 80);
        bar.show(HALF);
        bar.say("  worker-2 is killed");
        bar.show(HALF);

        assertThat(shown()).containsOnlyOnce("\u001b[A\r\u001b[A  worker-2 is killed\u001b[K");
    }

    @Test
    void saysWhyItWaits() {
        FanOutProgress waiting =
                new FanOutProgress(HALF.id(), FanOutState.WAITING, "no lane", 0, Map.of(), 0, 0, false, null, 0, 0);

        new ProgressBar(out, false, () -> 80).show(waiting);

        assertThat(shown()).contains("at least 0").contains("WAITING: no lane");
    }

    private String shown() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
