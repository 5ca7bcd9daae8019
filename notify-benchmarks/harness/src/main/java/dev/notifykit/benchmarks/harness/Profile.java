package dev.notifykit.benchmarks.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/**
 * Where this JVM spends its time and what it allocates, by the flight recorder's samples: the topmost methods, the topmost methods of
 * other code than the JDK's, and the allocated classes with where that happens. Samples of time cover Java code only: what the kernel
 * and native TLS do is not in them.
 */
final class Profile {

    private static final int SHOWN = 30;
    private static final String TIME = "jdk.ExecutionSample";
    private static final String NATIVE = "jdk.NativeMethodSample";
    private static final String ALLOCATION = "jdk.ObjectAllocationSample";

    private final Recording recording;
    private int runs;
    private Instant counted = Instant.MAX;

    private Profile(Recording recording) {
        this.recording = recording;
    }

    /**
     * A run begins. The first does not count: a thread's first sample of allocation stands for all it has allocated in its life.
     */
    void runBegins() {
        runs++;
        if (runs == 2) {
            counted = Instant.now();
        }
    }

    static Profile start() {
        Recording recording = new Recording();
        recording.enable(TIME).withPeriod(Duration.ofMillis(10)).withStackTrace();
        recording.enable(ALLOCATION).with("throttle", "5000/s").withStackTrace();
        recording.start();
        return new Profile(recording);
    }

    void writeTo(Path file) throws IOException {
        Path jfr = Files.createTempFile("notifykit-profile", ".jfr");
        try (recording) {
            recording.stop();
            recording.dump(jfr);
            List<RecordedEvent> events = RecordingFile.readAllEvents(jfr).stream()
                    .filter(e -> e.getStartTime().isAfter(counted))
                    .toList();
            List<RecordedEvent> time = events.stream()
                    .filter(e -> e.getEventType().getName().equals(TIME)
                            || e.getEventType().getName().equals(NATIVE))
                    .toList();
            List<RecordedEvent> allocations = events.stream()
                    .filter(e -> e.getEventType().getName().equals(ALLOCATION))
                    .toList();
            StringBuilder text = new StringBuilder();
            table(text, "time, by topmost method", time, e -> frame(e, f -> true), e -> 1L);
            table(text, "time, by topmost method outside the JDK", time, e -> frame(e, Profile::foreign), e -> 1L);
            table(text, "time, by topmost method of NotifyKit", time, e -> frame(e, Profile::own), e -> 1L);
            table(text, "time, by thread", time, Profile::thread, e -> 1L);
            table(text, "bytes, by class", allocations, Profile::type, Profile::weight);
            table(
                    text,
                    "bytes, by class and topmost method outside the JDK",
                    allocations,
                    e -> type(e) + " in " + frame(e, Profile::foreign),
                    Profile::weight);
            table(
                    text,
                    "bytes, by topmost method of NotifyKit",
                    allocations,
                    e -> type(e) + " in " + frame(e, Profile::own),
                    Profile::weight);
            Files.writeString(file, text);
        } finally {
            Files.delete(jfr);
        }
    }

    private interface Name {
        String of(RecordedEvent event);
    }

    private interface Weight {
        long of(RecordedEvent event);
    }

    private interface Choice {
        boolean takes(RecordedFrame frame);
    }

    private static void table(StringBuilder text, String title, List<RecordedEvent> events, Name name, Weight weight) {
        Map<String, Long> sums = events.stream()
                .collect(Collectors.groupingBy(name::of, TreeMap::new, Collectors.summingLong(weight::of)));
        long all = sums.values().stream().mapToLong(Long::longValue).sum();
        text.append(title).append(" (").append(events.size()).append(" samples)\n");
        Stream<Map.Entry<String, Long>> top = sums.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
                .limit(SHOWN);
        top.forEach(e -> text.append("%6.1f %%  %s%n".formatted(100.0 * e.getValue() / all, e.getKey())));
        text.append('\n');
    }

    private static String frame(RecordedEvent event, Choice choice) {
        RecordedStackTrace trace = event.getStackTrace();
        if (trace != null) {
            for (RecordedFrame frame : trace.getFrames()) {
                if (frame.isJavaFrame() && choice.takes(frame)) {
                    return frame.getMethod().getType().getName() + "."
                            + frame.getMethod().getName();
                }
            }
        }
        return "(none)";
    }

    private static boolean foreign(RecordedFrame frame) {
        String type = frame.getMethod().getType().getName();
        return !type.startsWith("java.") && !type.startsWith("jdk.") && !type.startsWith("sun.");
    }

    private static boolean own(RecordedFrame frame) {
        return frame.getMethod().getType().getName().startsWith("dev.notifykit.");
    }

    private static String thread(RecordedEvent event) {
        return event.getThread("sampledThread") == null
                ? "(none)"
                : String.valueOf(event.getThread("sampledThread").getJavaName()).replaceAll("[0-9]+", "#");
    }

    private static String type(RecordedEvent event) {
        return event.getClass("objectClass").getName();
    }

    private static long weight(RecordedEvent event) {
        return event.getLong("weight");
    }
}
