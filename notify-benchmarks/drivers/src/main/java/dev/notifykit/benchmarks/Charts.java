package dev.notifykit.benchmarks;

import dev.notifykit.benchmarks.chart.Chart;
import dev.notifykit.benchmarks.chart.Line;
import dev.notifykit.benchmarks.chart.Panel;
import dev.notifykit.benchmarks.chart.Panel.Kind;
import dev.notifykit.benchmarks.chart.Style;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/**
 * What is drawn of results, for each version of Java: how the clients compare, and how each grows with what is in flight, with the vendor's latency and
 * with the recipients of a fan-out. Values are medians.
 */
final class Charts {

    private static final int MINUTE = 60;
    private static final double MEGABYTE = 1024.0 * 1024;
    private static final String MIXED = "mixed";

    /** Ours are bold colours, each beside the client that it stands on; the order is that of the legend. */
    private static final Map<String, Style> STYLES = styles();

    private final List<Figures> figures;

    private Charts(List<Figures> figures) {
        this.figures = figures;
    }

    private static Map<String, Style> styles() {
        Map<String, Style> styles = new LinkedHashMap<>();
        styles.put("apns-road", Style.solid("#0550ae"));
        styles.put("apns-fan-out", Style.solid("#8250df"));
        styles.put("raw-pushy", Style.dashed("#54aeff"));
        styles.put("fcm-http2-road", Style.solid("#bc4c00"));
        styles.put("fcm-fan-out", Style.solid("#cf222e"));
        styles.put("bare-netty", Style.dashed("#e69f00"));
        styles.put("fed-netty", Style.dashed("#9a6700"));
        styles.put("fcm-road", Style.solid("#116329"));
        styles.put("raw-okhttp", Style.dashed("#4ac26b"));
        styles.put("firebase-admin", Style.dashed("#6e7781"));
        styles.put("mixed-memory", Style.solid("#0550ae"));
        styles.put("mixed-redis", Style.solid("#bc4c00"));
        styles.put("mixed-redis-two", Style.dashed("#8250df"));
        return styles;
    }

    /** Writes all charts into a folder; says which. */
    static List<Path> write(Results results, Path folder) throws IOException {
        Files.createDirectories(folder);
        List<Path> written = new ArrayList<>();
        for (Map.Entry<String, String> chart : draw(results.figures()).entrySet()) {
            written.add(Files.writeString(folder.resolve(chart.getKey()), chart.getValue()));
        }
        return written;
    }

    /** All charts, by the name of their file. */
    static Map<String, String> draw(List<Figures> figures) {
        Map<String, List<Figures>> byJava = figures.stream()
                .collect(Collectors.groupingBy(f -> f.place().javaMajor(), TreeMap::new, Collectors.toList()));
        Map<String, String> charts = new LinkedHashMap<>();
        byJava.forEach((java, all) -> new Charts(all).draw(java, charts));
        return charts;
    }

    private void draw(String java, Map<String, String> charts) {
        String end = "-java" + java + ".svg";
        String on = ", Java " + java;
        SortedSet<Integer> latencies = numbers(f -> isWire(f), Place::latency);
        if (!latencies.isEmpty()) {
            charts.put("rate" + end, compared("Messages a second" + on, Measure.RATE));
            charts.put("cpu" + end, compared("Client CPU per message" + on, Measure.CPU));
            charts.put("in-flight-rate" + end, inFlight("Rate by messages in flight" + on, Measure.RATE, latencies));
            charts.put("in-flight-cpu" + end, inFlight("CPU by messages in flight" + on, Measure.CPU, latencies));
            charts.put("latency" + end, latency("Rate and CPU by the vendor's latency" + on));
        }
        for (int latency : numbers(f -> !isWire(f), Place::latency)) {
            charts.put(
                    "recipients-" + latency + "ms" + end,
                    recipients("Fan-outs, half APNs and half FCM, answers after " + latency + " ms" + on, latency));
        }
    }

    /** What is drawn along the second axis. */
    private record Measure(String title, String label, ToDoubleFunction<Figures.Round> figure) {

        static final Measure RATE = new Measure("rate", "messages/s", Figures.Round::perSecond);
        static final Measure CPU = new Measure("CPU", "CPU µs per message", Figures.Round::cpuMicros);
        static final List<Measure> OF_FAN_OUTS = List.of(
                new Measure("rate", "recipients a minute", round -> MINUTE * round.perSecond()),
                new Measure("CPU of all instances", "CPU µs per recipient", Figures.Round::cpuMicros),
                new Measure("heap after full collections", "MB", round -> round.heapBytes() / MEGABYTE));
    }

    private String compared(String title, Measure measure) {
        List<Panel> panels = new ArrayList<>();
        for (int latency : numbers(this::isCompared, Place::latency)) {
            panels.add(panel(
                    "answers after " + latency + " ms",
                    "",
                    measure,
                    List.of(0),
                    f -> isCompared(f) && f.place().latency() == latency,
                    place -> 0,
                    Kind.BARS));
        }
        return chart(title, comparedNote(), Charts::isWire, panels);
    }

    private String inFlight(String title, Measure measure, Collection<Integer> latencies) {
        SortedSet<Integer> places = numbers(Charts::isWire, Place::inFlight);
        List<Panel> panels = new ArrayList<>();
        for (int latency : latencies) {
            panels.add(panel(
                    "answers after " + latency + " ms",
                    "messages in flight",
                    measure,
                    places,
                    f -> isWire(f) && f.place().latency() == latency,
                    Place::inFlight,
                    Kind.LOG_LINES));
        }
        return chart(title, "firebase-admin has at most 100 in flight, whatever is asked for.", Charts::isWire, panels);
    }

    private String latency(String title) {
        SortedSet<Integer> places = numbers(this::isCompared, Place::latency);
        List<Panel> panels = new ArrayList<>();
        for (Measure measure : List.of(Measure.RATE, Measure.CPU)) {
            panels.add(panel(
                    measure.title,
                    "milliseconds before an answer",
                    measure,
                    places,
                    this::isCompared,
                    Place::latency,
                    Kind.LOG_LINES));
        }
        return chart(title, comparedNote(), Charts::isWire, panels);
    }

    private String recipients(String title, int latency) {
        Predicate<Figures> chosen = f -> !isWire(f) && f.place().latency() == latency;
        SortedSet<Integer> places = numbers(chosen, Place::recipients);
        int inFlight = numbers(chosen, Place::inFlight).last();
        List<Panel> panels = new ArrayList<>();
        for (Measure measure : Measure.OF_FAN_OUTS) {
            panels.add(panel(
                    measure.title,
                    "recipients",
                    measure,
                    places,
                    f -> chosen.test(f) && f.place().inFlight() == inFlight,
                    Place::recipients,
                    Kind.LINES));
        }
        String note =
                String.format(Locale.ROOT, "%,d in flight at each vendor; the heap is the first instance's.", inFlight);
        return chart(title, note, chosen, panels);
    }

    private Panel panel(
            String title,
            String xLabel,
            Measure measure,
            Collection<Integer> places,
            Predicate<Figures> chosen,
            ToIntFunction<Place> position,
            Kind kind) {
        List<Line> lines = new ArrayList<>();
        STYLES.forEach((client, style) -> {
            List<Figures> own = figures.stream()
                    .filter(f -> f.client().equals(client) && chosen.test(f))
                    .toList();
            if (!own.isEmpty()) {
                double[] values = places.stream()
                        .mapToDouble(place -> own.stream()
                                .filter(f -> position.applyAsInt(f.place()) == place)
                                .mapToDouble(f -> f.median(measure.figure))
                                .findFirst()
                                .orElse(Double.NaN))
                        .toArray();
                lines.add(Line.of(label(own.get(0)), style, values));
            }
        });
        List<String> names = xLabel.isEmpty()
                ? List.of("")
                : places.stream()
                        .map(place -> String.format(Locale.ROOT, "%,d", place))
                        .toList();
        return new Panel(title, xLabel, measure.label, names, lines, kind);
    }

    /** A star for whoever has lost or doubled messages anywhere. */
    private String label(Figures of) {
        boolean exact =
                figures.stream().filter(f -> f.client().equals(of.client())).allMatch(Figures::exact);
        return of.label() + (exact ? "" : " *");
    }

    private String chart(String title, String note, Predicate<Figures> drawn, List<Panel> panels) {
        boolean exact = figures.stream().filter(drawn).allMatch(Figures::exact);
        return new Chart(
                        title, "Medians of the rounds. " + note + (exact ? "" : " * lost or doubled messages."), panels)
                .svg();
    }

    private String comparedNote() {
        return "In flight: "
                + numbers(Charts::isWire, Place::inFlight).stream()
                        .filter(n -> figures.stream()
                                .anyMatch(f -> isCompared(f) && f.place().inFlight() == n))
                        .map(n -> {
                            String parts = figures.stream()
                                    .filter(f -> isCompared(f) && f.place().inFlight() == n)
                                    .map(f -> f.place().part().equals("apns") ? "APNs" : "FCM")
                                    .distinct()
                                    .sorted()
                                    .collect(Collectors.joining(" and "));
                            return String.format(Locale.ROOT, "%,d at %s", n, parts);
                        })
                        .collect(Collectors.joining(", "))
                + "; firebase-admin at most 100.";
    }

    private static boolean isWire(Figures f) {
        return !f.place().part().equals(MIXED);
    }

    private boolean isCompared(Figures f) {
        return isWire(f) && f.place().inFlight() == comparedInFlight(f.place().part());
    }

    /** So many in flight as most clients and latencies of a vendor were measured at; the more, where there are as many. */
    private int comparedInFlight(String part) {
        Map<Integer, Long> measured = figures.stream()
                .filter(f -> f.place().part().equals(part))
                .collect(Collectors.groupingBy(f -> f.place().inFlight(), Collectors.counting()));
        return Collections.max(
                        measured.entrySet(),
                        Map.Entry.<Integer, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .getKey();
    }

    private SortedSet<Integer> numbers(Predicate<Figures> chosen, ToIntFunction<Place> number) {
        return figures.stream()
                .filter(chosen)
                .map(f -> number.applyAsInt(f.place()))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
