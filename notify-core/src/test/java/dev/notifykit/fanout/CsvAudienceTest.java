package dev.notifykit.fanout;

import static dev.notifykit.fanout.AudienceReading.addresses;
import static dev.notifykit.fanout.AudienceReading.all;
import static dev.notifykit.fanout.AudienceReading.from;
import static dev.notifykit.fanout.AudienceReading.keys;
import static dev.notifykit.fanout.AudienceReading.pages;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.push.AppId;
import dev.notifykit.push.Environment;
import dev.notifykit.push.InvalidConfigurationException;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.Target;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvAudienceTest {

    private static final String HEADER = "app,provider,token";

    @TempDir
    Path folder;

    private final List<String> malformed = new ArrayList<>();

    @Test
    void readsTargetLocaleZoneAndFields() throws Exception {
        CsvAudience audience = csv("""
                name,app,provider,environment,token,locale,zone,points
                Anna,com.acme.app,apns,sandbox,a1,de-DE,Europe/Berlin,7
                Bob,com.acme.app,fcm,,b2,,,
                """);

        List<AudienceRow> rows = all(audience, 10);

        assertThat(rows).hasSize(2);
        AudienceRow anna = rows.get(0);
        assertThat(anna.target())
                .isEqualTo(new Target(AppId.of("com.acme.app"), ProviderId.APNS, Environment.SANDBOX, "a1"));
        assertThat(anna.locale()).isEqualTo("de-DE");
        assertThat(anna.zone()).isEqualTo("Europe/Berlin");
        assertThat(anna.fields()).isEqualTo(Map.of("name", "Anna", "points", "7"));
        AudienceRow bob = rows.get(1);
        assertThat(bob.target()).isEqualTo(Target.fcm("com.acme.app", "b2"));
        assertThat(bob.locale()).isNull();
        assertThat(bob.zone()).isNull();
        assertThat(bob.fields()).isEqualTo(Map.of("name", "Bob", "points", ""));
    }

    @Test
    void theKeyIsWhereTheLineBegins() throws Exception {
        CsvAudience audience = csv(HEADER + "\na,fcm,x\n\na,fcm,y\n");

        List<String> keys = keys(all(audience, 10));

        assertThat(keys).containsExactly("19", "28");
        assertThat(audience.keyOrder().orElseThrow().compare("9", "28")).isNegative();
    }

    @Test
    void understandsByteOrderMarkCrLfQuotesAndUmlauts() throws Exception {
        CsvAudience audience = csv("\uFEFFapp,\"provider\",token,name\r\n"
                + "a,fcm,\"t,1\",\"Zoë \"\"Z\"\" O'Neil, Jr.\"\r\n"
                + "\r\n"
                + "a,fcm,t2,\"\"\r\n"
                + "\"a\",fcm,t3,ünï𝄞");

        List<AudienceRow> rows = all(audience, 2);

        assertThat(malformed).isEmpty();
        assertThat(addresses(rows)).containsExactly("t,1", "t2", "t3");
        assertThat(rows)
                .extracting(row -> row.fields().get("name"))
                .containsExactly("Zoë \"Z\" O'Neil, Jr.", "", "ünï𝄞");
    }

    @Test
    void namesAndFixedValuesCanBeGiven() throws Exception {
        CsvAudience audience = Audience.csv(file("gerät;sprache;ort;welt\nt1;fr;Europe/Paris;SANDBOX\n"))
                .app(AppId.of("com.acme.app"))
                .provider(ProviderId.APNS)
                .addressColumn("gerät")
                .localeColumn("sprache")
                .zoneColumn("ort")
                .environmentColumn("welt")
                .delimiter(';')
                .build();

        assertThat(all(audience, 10))
                .containsExactly(new AudienceRow(
                        "24",
                        new Target(AppId.of("com.acme.app"), ProviderId.APNS, Environment.SANDBOX, "t1"),
                        "fr",
                        "Europe/Paris",
                        Map.of()));
    }

    @Test
    void leavesMalformedLinesOutAndNamesThemByNumber() throws Exception {
        String longLine = "a,fcm," + "x".repeat(CsvAudience.MAX_LINE_BYTES);
        CsvAudience audience = csv(String.join(
                "\n",
                HEADER, // 1
                "a,fcm,good1",
                "a,fcm",
                "a,fcm,secret,more", // 4
                "",
                "a,fcm,\"secret", // 6
                "a,fcm,\"secret\"x",
                "a,fcm,sec\"ret", // 8
                "a b,fcm,secret",
                ",fcm,secret", // 10
                "a,fcm,   ",
                "a,fcm," + "x".repeat(5000), // 12
                longLine,
                "a,fcm,good2", // 14
                "\"" + "y".repeat(200_000)));

        List<AudienceRow> rows = all(audience, 3);

        assertThat(addresses(rows)).containsExactly("good1", "good2");
        assertThat(malformed)
                .extracting(line -> line.substring(0, line.indexOf(' ')))
                .containsExactly("3", "4", "6", "7", "8", "9", "10", "11", "12", "13", "15");
        assertThat(malformed).noneMatch(line -> line.contains("secret") || line.contains("xxxx"));
        assertThat(audience.malformedLines()).isEqualTo(11);
    }

    @Test
    void bytesThatAreNotUtf8AreMalformed() throws Exception {
        Path file = folder.resolve("latin1.csv");
        Files.writeString(file, HEADER + ",name\na,fcm,t1,Zoë\na,fcm,t2,Zoe\n", StandardCharsets.ISO_8859_1);

        assertThat(addresses(all(listening(file).build(), 10))).containsExactly("t2");
        assertThat(malformed).containsExactly("2 is not UTF-8");
        assertThat(addresses(all(csv(HEADER + "\na,fcm,�\n"), 10)))
                .as("a replacement character that stands in the file is text")
                .containsExactly("�");
    }

    @Test
    void reportsAMalformedLineOnceHoweverOftenItIsRead() throws Exception {
        CsvAudience audience = csv(HEADER + "\nbad\na,fcm,t1\nbad\na,fcm,t2\n");
        String shard = audience.shards().get(0);

        AudiencePage first = audience.read(shard, null, 1);
        assertThat(audience.read(shard, null, 1)).isEqualTo(first);
        all(audience, 1);

        assertThat(malformed).hasSize(2);
        assertThat(audience.malformedLines()).isEqualTo(2);
    }

    @Test
    void everyShardAndCursorGivesTheSameRowsWhateverTheFile() throws Exception {
        for (long seed = 1; seed <= 60; seed++) {
            malformed.clear();
            Random random = new Random(seed);
            List<String> expected = new ArrayList<>();
            List<String> bad = new ArrayList<>();
            Path file = file(randomFile(random, expected, bad));
            int shards = 1 + random.nextInt(6);
            int limit = 1 + random.nextInt(9);
            CsvAudience audience = listening(file).shards(shards).build();

            List<AudienceRow> rows = all(audience, limit);

            assertThat(addresses(rows)).as("seed %d", seed).containsExactlyElementsOf(expected);
            assertThat(keys(rows)).as("seed %d", seed).doesNotHaveDuplicates();
            assertThat(keys(rows))
                    .as("seed %d", seed)
                    .isSortedAccordingTo(audience.keyOrder().orElseThrow());
            assertThat(malformed).as("seed %d", seed).containsExactlyElementsOf(bad);
            for (String shard : audience.shards()) {
                List<AudienceRow> whole = from(audience, shard, null, limit);
                int read = 0;
                for (AudiencePage page : pages(audience, shard, null, limit)) {
                    read += page.rows().size();
                    if (page.next() != null) {
                        // Another object, as on another instance.
                        assertThat(from(another(file), shard, page.next(), limit + 1))
                                .as("seed %d, after %d rows", seed, read)
                                .isEqualTo(whole.subList(read, whole.size()));
                    }
                }
            }
        }
    }

    private static String randomFile(Random random, List<String> expected, List<String> bad) {
        String lineEnd = random.nextBoolean() ? "\n" : "\r\n";
        StringBuilder text = new StringBuilder(random.nextBoolean() ? "\uFEFF" : "").append(HEADER);
        int lines = random.nextInt(40);
        for (int i = 0; i < lines; i++) {
            text.append(lineEnd);
            switch (random.nextInt(8)) {
                case 0 -> {}
                case 1 -> {
                    text.append("a,fcm");
                    bad.add((i + 2) + " has 2 values, the header has 3 columns");
                }
                default -> {
                    String token = "ü".repeat(random.nextInt(3)) + "t" + i + "-".repeat(random.nextInt(60));
                    text.append("a,fcm,").append(token);
                    expected.add(token);
                }
            }
        }
        return text.append(random.nextBoolean() ? lineEnd : "").toString();
    }

    @Test
    void splitsInPartsOfAboutTheSameSize() throws Exception {
        StringBuilder text = new StringBuilder(HEADER).append('\n');
        for (int i = 0; i < 1_000; i++) {
            text.append("a,fcm,token-").append(i).append('\n');
        }
        CsvAudience audience = listening(file(text.toString())).shards(4).build();

        for (String shard : audience.shards()) {
            assertThat(from(audience, shard, null, 100)).hasSizeBetween(200, 300);
        }
        assertThat(audience.shards()).hasSize(4);
    }

    @Test
    void aFileThatWasChangedIsNotReadOn() throws Exception {
        Path file = file(HEADER + "\na,fcm,t1\na,fcm,t2\n");
        CsvAudience audience = listening(file).build();
        String shard = audience.shards().get(0);
        String cursor = audience.read(shard, null, 1).next();
        FileTime time = Files.getLastModifiedTime(file);

        Files.writeString(file, HEADER + "\nbad\nbad\nbad\nbad\nbad\nbad\nbad\nbad\n");
        assertKind(AudienceException.Kind.CHANGED, () -> audience.read(shard, cursor, 1));

        Files.writeString(file, HEADER + "\na,fcm,t1\na,fcm,t9\n");
        Files.setLastModifiedTime(file, time);
        assertKind(AudienceException.Kind.CHANGED, () -> listening(file).build().read(shard, cursor, 1));

        Files.writeString(file, HEADER + "\na,fcm,t1\na,fcm,t2\n");
        Files.setLastModifiedTime(file, FileTime.fromMillis(time.toMillis() + 5_000));
        assertKind(AudienceException.Kind.CHANGED, () -> audience.read(shard, cursor, 1));

        Files.setLastModifiedTime(file, time);
        assertThat(addresses(from(audience, shard, cursor, 1))).containsExactly("t2");
        assertThat(malformed).as("lines of another file").isEmpty();
    }

    @Test
    void aMissingFileIsAPassingError() throws Exception {
        Path file = file(HEADER + "\na,fcm,t1\n");
        CsvAudience audience = listening(file).build();
        String shard = audience.shards().get(0);
        Files.delete(file);

        assertThatThrownBy(() -> audience.read(shard, null, 1)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(audience::shards).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void refusesWhatItDidNotWrite() throws Exception {
        CsvAudience audience = csv(HEADER + "\na,fcm,t1\na,fcm,t2\n");
        String shard = audience.shards().get(0);

        assertKind(AudienceException.Kind.UNREADABLE, () -> audience.read("jdbc1::", null, 1));
        assertKind(AudienceException.Kind.UNREADABLE, () -> audience.read(shard.replace("csv1", "csv2"), null, 1));
        assertKind(AudienceException.Kind.UNREADABLE, () -> audience.read("csv1:a:b:c:d:e:f", null, 1));
        for (String cursor : List.of("", "19", "19:x", "0:1", "9999:4", "19:2:3")) {
            assertKind(AudienceException.Kind.UNREADABLE, () -> audience.read(shard, cursor, 1));
        }
    }

    @Test
    void aFileWithoutRowsHasOneEmptyShard() throws Exception {
        assertThat(all(csv(HEADER), 10)).isEmpty();
        assertThat(all(csv(HEADER + "\n\n\n"), 10)).isEmpty();
        assertThat(listening(file(HEADER + "\n")).shards(5).build().shards()).hasSize(1);
    }

    @Test
    void estimatesByCountingLines() throws Exception {
        assertThat(csv(HEADER + "\na,fcm,t1\na,fcm,t2\n").estimatedTotal()).isEqualTo(OptionalLong.of(2));
        assertThat(csv(HEADER + "\na,fcm,t1\na,fcm,t2").estimatedTotal()).isEqualTo(OptionalLong.of(2));
        assertThat(csv(HEADER).estimatedTotal()).isEqualTo(OptionalLong.of(0));
    }

    @Test
    void saysAllThatIsWrongWithAHeader() {
        assertThatThrownBy(() -> csv("locale,locale,,token,address\nx\n").shards())
                .isInstanceOfSatisfying(
                        InvalidConfigurationException.class,
                        e -> assertThat(e.problems())
                                .hasSize(5)
                                .anyMatch(p -> p.contains("'locale' is there twice"))
                                .anyMatch(p -> p.contains("a column has no name"))
                                .anyMatch(p -> p.contains("lacks the column 'app'"))
                                .anyMatch(p -> p.contains("lacks the column 'provider'"))
                                .anyMatch(p -> p.contains("both 'token' and 'address'")));
        assertThatThrownBy(() -> csv("").shards()).isInstanceOf(InvalidConfigurationException.class);
        assertThatThrownBy(() -> csv("app,\"provider\nx\n").shards()).hasMessageContaining("quote");
        assertThatThrownBy(() -> csv("x".repeat(100_000)).shards()).hasMessageContaining("too long");
    }

    @Test
    void saysAllThatIsWrongWithABuilder() {
        assertThatThrownBy(() -> Audience.csv(folder.resolve("x.csv"))
                        .shards(0)
                        .delimiter('"')
                        .appColumn("provider")
                        .zoneColumn(" ")
                        .build())
                .isInstanceOfSatisfying(
                        InvalidConfigurationException.class,
                        e -> assertThat(e.problems())
                                .hasSize(4)
                                .anyMatch(p -> p.startsWith("shards"))
                                .anyMatch(p -> p.startsWith("delimiter"))
                                .anyMatch(p -> p.contains("two meanings"))
                                .anyMatch(p -> p.contains("blank")));
    }

    @Test
    void aHugeLineNeedsNoHugeMemoryAndALongStretchOfThemEndsThePage() throws Exception {
        Path file = folder.resolve("huge.csv");
        byte[] junk = "j".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write((HEADER + "\na,fcm,t1\n").getBytes(StandardCharsets.US_ASCII));
            for (int line = 0; line < 4; line++) {
                for (int i = 0; i < 10; i++) {
                    out.write(junk);
                }
                out.write('\n');
            }
            out.write("a,fcm,t2".getBytes(StandardCharsets.US_ASCII));
        }
        CsvAudience audience = listening(file).shards(3).build();
        assertThat(addresses(all(audience, 10))).containsExactly("t1", "t2");
        assertThat(audience.malformedLines()).isEqualTo(4);
        assertThat(malformed).extracting(line -> line.split(" ")[0]).containsExactly("3", "4", "5", "6");

        CsvAudience one = listening(file).build();
        AudiencePage first = one.read(one.shards().get(0), null, 10);
        assertThat(addresses(first.rows())).containsExactly("t1");
        assertThat(first.next()).as("40 MiB are not one page").isNotNull();
    }

    private CsvAudience csv(String text) throws IOException {
        return listening(file(text)).build();
    }

    private CsvAudience.Builder listening(Path file) {
        return Audience.csv(file).onMalformed((line, problem) -> malformed.add(line + " " + problem));
    }

    private static CsvAudience another(Path file) {
        return Audience.csv(file).onMalformed((line, problem) -> {}).build();
    }

    private Path file(String text) throws IOException {
        Path file = Files.createTempFile(folder, "audience", ".csv");
        return Files.writeString(file, text);
    }

    private static void assertKind(AudienceException.Kind kind, ThrowingCallable read) {
        assertThatThrownBy(read)
                .isInstanceOfSatisfying(
                        AudienceException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
