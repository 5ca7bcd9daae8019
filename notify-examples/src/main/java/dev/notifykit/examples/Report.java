package dev.notifykit.examples;

import dev.notifykit.result.SendResult.Kind;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The tables at the end. */
final class Report {

    private Report() {}

    /** Prints how the rows ended, by vendor. */
    static void results(PrintStream out, Ledger ledger) {
        List<String> providers = ledger.providers();
        List<List<String>> lines = new ArrayList<>();
        lines.add(line("result", providers.stream(), "all"));
        for (Kind kind : Kind.values()) {
            if (ledger.count(kind) > 0) {
                lines.add(line(
                        name(kind),
                        providers.stream().map(p -> Format.count(ledger.count(p, kind))),
                        Format.count(ledger.count(kind))));
            }
        }
        lines.add(line(
                "sum",
                providers.stream()
                        .map(p -> Format.count(sum(Stream.of(Kind.values()).map(k -> ledger.count(p, k))))),
                Format.count(sum(Stream.of(Kind.values()).map(ledger::count)))));
        print(out, lines);
        ledger.failures().forEach((why, rows) -> out.println("  " + Format.count(rows) + " " + why));
    }

    /** Prints the accounting, and whether the law holds. */
    static boolean accounting(PrintStream out, List<Accounting.Check> checks) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of("accounting", "", ""));
        for (Accounting.Check check : checks) {
            lines.add(List.of(check.what(), check.found(), check.holds() ? "ok" : "WRONG"));
        }
        print(out, lines);
        return checks.stream().allMatch(Accounting.Check::holds);
    }

    /** The constant in small letters. */
    static String name(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static long sum(Stream<Long> numbers) {
        return numbers.mapToLong(Long::longValue).sum();
    }

    private static List<String> line(String first, Stream<String> middle, String last) {
        return Stream.of(Stream.of(first), middle, Stream.of(last))
                .flatMap(cells -> cells)
                .toList();
    }

    private static void print(PrintStream out, List<List<String>> lines) {
        int[] widths = new int[lines.get(0).size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        String rule = "  " + "-".repeat(Arrays.stream(widths).sum() + 3 * (widths.length - 1));
        out.println();
        for (int n = 0; n < lines.size(); n++) {
            StringBuilder text = new StringBuilder("  ");
            for (int i = 0; i < widths.length; i++) {
                String cell = lines.get(n).get(i);
                String blank = " ".repeat(widths[i] - cell.length());
                text.append(i == 0 ? cell + blank : "   " + blank + cell);
            }
            out.println(text.toString().stripTrailing());
            if (n == 0) {
                out.println(rule);
            }
        }
    }
}
