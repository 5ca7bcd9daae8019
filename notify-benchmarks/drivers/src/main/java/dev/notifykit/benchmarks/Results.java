package dev.notifykit.benchmarks;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What several runs have measured, in one JSON file: the rounds of every client in every place. What is measured again takes the place of what was
 * there. Not thread-safe.
 */
final class Results {

    private static final Gson JSON = new GsonBuilder().setPrettyPrinting().create();

    private final Set<String> machines = new LinkedHashSet<>();
    private final Set<String> libraries = new LinkedHashSet<>();
    private final List<Figures> figures = new ArrayList<>();

    /** The file's form. */
    private record Document(List<String> machines, List<String> libraries, List<Figures> figures) {}

    Results() {}

    /** What stands in a file; nothing if there is none. */
    static Results read(Path file) throws IOException {
        Results results = new Results();
        if (Files.exists(file)) {
            try {
                Document document = JSON.fromJson(Files.readString(file), Document.class);
                if (document == null || document.figures() == null) {
                    throw new IOException(file + " holds no results");
                }
                results.machines.addAll(document.machines());
                results.libraries.addAll(document.libraries());
                results.figures.addAll(document.figures());
            } catch (JsonParseException e) {
                throw new IOException(file + " holds no results", e);
            }
        }
        return results;
    }

    void machine(String line) {
        machines.add(line);
    }

    void library(String line) {
        libraries.add(line);
    }

    void add(Figures measured) {
        for (int i = 0; i < figures.size(); i++) {
            if (figures.get(i).sameAs(measured)) {
                figures.set(i, measured);
                return;
            }
        }
        figures.add(measured);
    }

    List<Figures> figures() {
        return List.copyOf(figures);
    }

    void write(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Document document = new Document(List.copyOf(machines), List.copyOf(libraries), List.copyOf(figures));
        Files.writeString(file, JSON.toJson(document) + "\n");
    }
}
