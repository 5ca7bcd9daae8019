package dev.notifykit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class ChildJvmTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    /** Says that it is there, and ends with its standard input. */
    static final class Program {

        private Program() {}

        public static void main(String[] args) throws IOException {
            System.err.println("as it should be");
            System.out.println(args[0]);
            System.in.transferTo(PrintStream.nullOutputStream());
        }
    }

    private static ChildJvm start() throws IOException {
        ChildJvm child = ChildJvm.start(List.of("-Xmx32m"), Program.class.getName(), List.of("ready"));
        child.awaitLine(line -> line.equals("ready") ? line : null, LONG);
        return child;
    }

    @Test
    void endsWithItsStandardInput() throws Exception {
        try (ChildJvm child = start()) {
            assertThat(child.isAlive()).isTrue();
            assertThat(child.close(LONG)).isTrue();
            assertThat(child.isAlive()).isFalse();
            assertThat(child.close(LONG)).as("once more").isTrue();
        }
    }

    @Test
    void isKilled() throws Exception {
        try (ChildJvm child = start()) {
            child.kill();

            assertThat(child.isAlive()).isFalse();
        }
    }

    @Test
    void doesNothingWhileItIsFrozen() throws Exception {
        try (ChildJvm frozen = start();
                ChildJvm thawed = start()) {
            frozen.freeze();
            thawed.freeze();
            thawed.thaw();

            assertThat(thawed.close(LONG)).isTrue();
            assertThat(frozen.isAlive()).isTrue();
            assertThat(frozen.close(Duration.ofMillis(200)))
                    .as("it does not hear that it should end")
                    .isFalse();
        }
    }

    @Test
    void whatItSaidIsToldWhenItDoesNotGetReady() throws Exception {
        try (ChildJvm child = ChildJvm.start(List.of(), Program.class.getName(), List.of())) {
            assertThatThrownBy(() -> child.awaitLine(line -> line, LONG))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("as it should be")
                    .hasMessageContaining("ArrayIndexOutOfBounds");
        }
    }
}
