package dev.notifykit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationsTest {

    @TempDir
    Path dir;

    @Test
    void theSameSeedMakesTheSameBytesAndAnotherSeedOthers() throws IOException {
        assertThat(write("a", 500, 42)).isEqualTo(write("b", 500, 42)).isNotEqualTo(write("c", 500, 43));
    }

    @Test
    void holdsBothAppsAtBothVendorsAndEveryTokenOnce() throws IOException {
        List<String[]> rows = write("a", 2_000, 1)
                .lines()
                .skip(1)
                .map(line -> line.split(","))
                .toList();

        assertThat(rows).hasSize(2_000).allMatch(row -> row.length == 4);
        assertThat(rows.stream().map(row -> row[0] + " at " + row[1]).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(
                        "com.acme.one at apns", "com.acme.one at fcm", "com.acme.two at apns", "com.acme.two at fcm");
        assertThat(rows.stream().map(row -> row[2]).distinct()).hasSize(2_000);
        assertThat(rows).filteredOn(row -> row[1].equals("apns")).allMatch(row -> row[2].matches("[0-9a-f]{64}"));
    }

    private String write(String name, int count, long seed) throws IOException {
        Path file = dir.resolve(name);
        Installations.write(file, count, seed);
        return Files.readString(file);
    }
}
