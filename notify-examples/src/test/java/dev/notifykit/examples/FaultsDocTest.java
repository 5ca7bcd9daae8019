package dev.notifykit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/faults.md} names tests that exist, for every fault, or says with what it comes. */
class FaultsDocTest {

    private static final Pattern ROW = Pattern.compile("^\\| (S?\\d+) \\|(.*)\\|([^|]*)\\|$", Pattern.MULTILINE);
    private static final Pattern PROOF = Pattern.compile("`(\\w+)#(\\w+)`");

    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return here.endsWith("notify-examples") ? here.getParent() : here;
    }

    @Test
    void everyFaultHasItsProof() throws IOException {
        Map<String, List<String>> sources = sources();
        List<String> numbers = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (MatchResult row : ROW.matcher(Files.readString(root().resolve("docs/faults.md")))
                .results()
                .toList()) {
            numbers.add(row.group(1));
            String cell = row.group(3).strip();
            List<MatchResult> proofs = PROOF.matcher(cell).results().toList();
            if (proofs.isEmpty()) {
                assertThat(cell).as("fault " + row.group(1)).isIn("comes with Redis", "comes with the queue");
            }
            for (MatchResult proof : proofs) {
                // Test factories give their tests back.
                Pattern method = Pattern.compile(" (void|\\w+<DynamicTest>) " + proof.group(2) + "\\(");
                if (sources.getOrDefault(proof.group(1), List.of()).stream()
                        .noneMatch(s -> method.matcher(s).find())) {
                    missing.add(row.group(1) + ": " + proof.group());
                }
            }
        }
        assertThat(missing).as("no such test").isEmpty();
        assertThat(numbers)
                .startsWith(
                        IntStream.rangeClosed(1, 26).mapToObj(Integer::toString).toArray(String[]::new))
                .contains("S1", "S2", "S3", "S4", "S7", "S8")
                .doesNotHaveDuplicates();
    }

    /** By class; several modules may have one of the same name. Contracts are main code of the testkit. */
    private static Map<String, List<String>> sources() throws IOException {
        Map<String, List<String>> sources = new HashMap<>();
        try (Stream<Path> modules = Files.list(root())) {
            for (Path module :
                    modules.filter(m -> Files.isDirectory(m.resolve("src"))).toList()) {
                try (Stream<Path> files = Files.walk(module.resolve("src"))) {
                    for (Path file : files.filter(f -> f.toString().endsWith("Test.java")
                                    || f.toString().endsWith("Contract.java"))
                            .toList()) {
                        String name = file.getFileName().toString().replace(".java", "");
                        sources.computeIfAbsent(name, n -> new ArrayList<>()).add(Files.readString(file));
                    }
                }
            }
        }
        return sources;
    }
}
