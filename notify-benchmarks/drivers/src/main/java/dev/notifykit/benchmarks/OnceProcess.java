package dev.notifykit.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A JVM on our class path that runs one program to its end. */
final class OnceProcess {

    private OnceProcess() {}

    /** The lines it printed. */
    static List<String> run(Path jdk, List<String> jvmOptions, Class<?> main, String... args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Arguments.java(jdk).toString());
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", ClassPaths.own(), main.getName()));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            List<String> lines = out.lines().toList();
            int exit = process.waitFor();
            if (exit != 0) {
                throw new IOException(main.getSimpleName() + " ended with " + exit);
            }
            return lines;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + main.getSimpleName() + " ran", e);
        } finally {
            process.destroy();
        }
    }
}
