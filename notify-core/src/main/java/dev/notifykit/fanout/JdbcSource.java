package dev.notifykit.fanout;

import dev.notifykit.push.Problems;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is read: a table or a query, perhaps with a condition. Text of the host's code, values only as parameters. */
record JdbcSource(
        @Nullable String table,
        @Nullable String select,
        List<Object> selectParameters,
        List<String> columns,
        @Nullable String where,
        List<Object> whereParameters) {

    private static final String NAME = "(?:[A-Za-z_][A-Za-z0-9_$]*|\"[A-Za-z0-9_$ -]+\")";
    private static final Pattern COLUMN = Pattern.compile(NAME);
    private static final Pattern TABLE = Pattern.compile(NAME + "(?:\\." + NAME + "){0,2}");

    static boolean isColumn(String name) {
        return COLUMN.matcher(name).matches();
    }

    void check(Problems problems) {
        problems.require(
                (table == null) != (select == null),
                "table",
                "give either a table or a select",
                "and only one of them");
        if (table != null) {
            problems.require(TABLE.matcher(table).matches(), "table", "is not a name", "letters, digits and _ only");
        }
        if (select != null) {
            String start = select.strip().toLowerCase(Locale.ROOT);
            problems.require(
                    (start.startsWith("select") || start.startsWith("with")) && !start.endsWith(";"),
                    "select",
                    "must be one SELECT without a semicolon",
                    "give the query alone");
            problems.require(columns.isEmpty(), "columns", "belong to a table", "name them in the select");
            parameters(problems, "select", select, selectParameters);
        }
        for (String column : columns) {
            problems.require(isColumn(column), "columns", "a column is not a name", "letters, digits and _ only");
        }
        if (where != null) {
            problems.require(!where.isBlank(), "where", "is blank", "leave it unset for all rows");
            parameters(problems, "where", where, whereParameters);
        }
    }

    private static void parameters(Problems problems, String field, String sql, List<Object> values) {
        int wanted = placeholders(sql);
        problems.require(
                wanted == values.size(),
                field,
                "has " + wanted + " question marks and " + values.size() + " parameters",
                "give one for each");
        problems.require(
                values.stream().noneMatch(v -> v == null), field, "a parameter is null", "write IS NULL instead");
    }

    /** Question marks outside of quoted text; two together are one that some drivers want escaped. */
    private static int placeholders(String sql) {
        int count = 0;
        char quote = 0;
        for (int i = 0; i < sql.length(); i++) {
            char c = sql.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (c == '?') {
                if (i + 1 < sql.length() && sql.charAt(i + 1) == '?') {
                    i++;
                } else {
                    count++;
                }
            }
        }
        return count;
    }

    /** {@code * FROM ...}, with the key among the columns. */
    String columnsAndFrom(List<String> keys) {
        if (columns.isEmpty()) {
            return "*" + from();
        }
        Set<String> all = new LinkedHashSet<>(keys);
        all.addAll(columns);
        return String.join(", ", all) + from();
    }

    String from() {
        return select == null ? " FROM " + table : " FROM (" + select + ") nk_rows";
    }

    List<String> conditions() {
        return where == null ? List.of() : List.of("(" + where + ")");
    }

    List<Object> parameters() {
        List<Object> all = new ArrayList<>(selectParameters);
        all.addAll(whereParameters);
        return all;
    }
}
