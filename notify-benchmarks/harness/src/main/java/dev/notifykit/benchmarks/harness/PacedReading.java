package dev.notifykit.benchmarks.harness;

/**
 * What one paced run took. Immutable.
 *
 * @param reading time, processor and ends
 * @param toAnswers from the due times to the first answers
 * @param toEnds from the due times to the ends
 */
public record PacedReading(Reading reading, Latencies toAnswers, Latencies toEnds) {

    private static final String SEPARATOR = "\t";

    /**
     * Writes it as one line.
     *
     * @return what {@link #parse} reads
     */
    public String line() {
        return String.join(SEPARATOR, reading.line(), toAnswers.line(), toEnds.line());
    }

    /**
     * Reads a line.
     *
     * @param line from {@link #line}
     * @return the reading
     */
    public static PacedReading parse(String line) {
        String[] parts = line.split(SEPARATOR, 3);
        return new PacedReading(Reading.parse(parts[0]), Latencies.parse(parts[1]), Latencies.parse(parts[2]));
    }
}
