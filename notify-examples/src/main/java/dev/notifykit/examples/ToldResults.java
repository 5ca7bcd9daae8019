package dev.notifykit.examples;

import dev.notifykit.result.ResultSink;
import dev.notifykit.result.RowResult;
import dev.notifykit.result.SendResult.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The results of a fan-out as its workers were told them, row by row: a row is told again when whoever was told has died before that was noted,
 * and then the last word counts. It is held against the vendors' journals by request id. Not thread-safe.
 */
final class ToldResults {

    private static final class Row {
        private ResultFile.Told last;
        private boolean changed;
        private int accepted;

        Row(ResultFile.Told first) {
            last = first;
        }

        Kind kind() {
            return last.row().result().kind();
        }
    }

    private final Map<String, Row> byKey = new HashMap<>();
    private final Map<String, Row> byRequest = new HashMap<>();
    private long repeated;
    private long foreign;

    void told(ResultFile.Told told) {
        String key = told.row().shard() + "/" + told.row().key();
        Row known = byKey.get(key);
        if (known == null) {
            Row row = new Row(told);
            byKey.put(key, row);
            byRequest.put(told.row().request().toString(), row);
            return;
        }
        repeated++;
        known.changed |= known.kind() != told.row().result().kind();
        known.last = told.at() >= known.last.at() ? told : known.last;
    }

    /** Notes that a vendor has accepted an id so often. */
    void journaled(String request, int count) {
        Row row = byRequest.get(request);
        if (row == null) {
            foreign++;
        } else {
            row.accepted += count;
        }
    }

    /** Hands on the last word on every row. */
    void sendTo(ResultSink sink) throws Exception {
        List<RowResult> all = new ArrayList<>(byKey.size());
        byKey.values().forEach(row -> all.add(row.last.row()));
        sink.accept(all);
    }

    /** How often a row was told again. */
    long repeated() {
        return repeated;
    }

    /** Rows of which different things were told. */
    long changed() {
        return byKey.values().stream().filter(row -> row.changed).count();
    }

    /** Accepted ids that are no row's. */
    long foreignIds() {
        return foreign;
    }

    /** Rows that ended accepted, and no vendor has accepted their id. */
    long acceptedUnseen() {
        return byKey.values().stream()
                .filter(row -> row.kind() == Kind.ACCEPTED && row.accepted == 0)
                .count();
    }

    /** Rows that ended neither accepted nor unknown, and a vendor has accepted their id. */
    long acceptedAllTheSame() {
        return byKey.values().stream()
                .filter(row -> row.kind() != Kind.ACCEPTED && row.kind() != Kind.UNKNOWN && row.accepted > 0)
                .count();
    }
}
