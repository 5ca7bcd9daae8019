package dev.notifykit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.result.SendResult;
import dev.notifykit.testing.FakePushService;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds what is written for people against what is there: every Java block stands in a source of this module, line by line (without
 * regard to indentation, blank lines and imports), and every link to a file leads to one.
 */
@Timeout(300)
class ReadmeTest {

    private static final Path ROOT = root();
    private static final Pattern JAVA_BLOCK =
            Pattern.compile("^```java\\R(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern ANY_BLOCK = Pattern.compile("^```.*?^```", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]+\\]\\(([^)\\s]+)\\)");

    /** Tests run in their module's directory, or, from some editors, in the root. */
    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return here.endsWith("notify-examples") ? here.getParent() : here;
    }

    private static List<Path> files(Path directory, String suffix, int depth) throws IOException {
        try (Stream<Path> files = Files.walk(directory, depth)) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }

    static List<Path> texts() throws IOException {
        List<Path> texts = new ArrayList<>(files(ROOT, ".md", 1));
        texts.addAll(files(ROOT.resolve("docs"), ".md", 1));
        return texts;
    }

    static Stream<String> blocks() throws IOException {
        List<String> blocks = new ArrayList<>();
        for (Path text : texts()) {
            Matcher block = JAVA_BLOCK.matcher(Files.readString(text));
            while (block.find()) {
                blocks.add(block.group(1));
            }
        }
        return blocks.stream();
    }

    private static String codeOf(String source) {
        return source.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("import "))
                .collect(Collectors.joining("\n", "\n", "\n"));
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void aJavaBlockIsCompiled(String block) throws IOException {
        List<String> sources = new ArrayList<>();
        for (Path source : files(ROOT.resolve("notify-examples/src"), ".java", Integer.MAX_VALUE)) {
            sources.add(codeOf(Files.readString(source)));
        }
        assertThat(sources).as(block).anyMatch(source -> source.contains(codeOf(block)));
    }

    @Test
    void theQuickStartAndTheUnitTestAreShown() throws IOException {
        Collection<String> shown = new ArrayList<>();
        Matcher block = JAVA_BLOCK.matcher(Files.readString(ROOT.resolve("README.md")));
        while (block.find()) {
            shown.add(block.group(1));
        }
        assertThat(shown)
                .anyMatch(code -> code.contains("PushClient.builder()") && code.contains("fanOuts().launch"))
                .anyMatch(code -> code.contains("FakePushService.create"));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void aLinkToAFileLeadsToOne(Path text) throws IOException {
        Matcher link = LINK.matcher(ANY_BLOCK.matcher(Files.readString(text)).replaceAll(""));
        List<String> broken = new ArrayList<>();
        while (link.find()) {
            String target = link.group(1);
            String file = target.replaceFirst("#.*", "");
            if (!target.contains("://") && !file.isEmpty() && !Files.exists(text.resolveSibling(file))) {
                broken.add(target);
            }
        }
        assertThat(broken).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(SendResult.Kind.class)
    void theReadmeSaysWhatAResultAsksOfTheHost(SendResult.Kind kind) throws IOException {
        String name = SendResult.ofKind(kind).getClass().getSimpleName();
        assertThat(Files.readString(ROOT.resolve("README.md"))).containsPattern("(?m)^\\| `" + name + "[(`]");
    }

    @Test
    void theQuickStartWorks(@TempDir Path directory) throws IOException {
        FakePushService apns = FakePushService.create(ProviderId.APNS);
        FakePushService fcm = FakePushService.create(ProviderId.FCM);
        Path installations = directory.resolve("installations.csv");
        String lines = "app,provider,token\ncom.acme.app,apns,phone-1\ncom.acme.app,fcm,phone-2\n";
        Files.writeString(installations, lines, StandardCharsets.UTF_8);

        QuickStart.greet(apns, fcm, installations, "phone-3");

        assertThat(Stream.concat(apns.accepted().stream(), fcm.accepted().stream())
                        .map((PushRequest request) -> request.target().address()))
                .containsExactlyInAnyOrder("phone-1", "phone-3", "phone-2");
    }
}
