package dev.notifykit.fanout;

import dev.notifykit.push.AppId;
import dev.notifykit.push.Environment;
import dev.notifykit.push.Problems;
import dev.notifykit.push.ProviderId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the columns are called, and what holds for every line. */
record CsvColumns(
        String app,
        String provider,
        String environment,
        List<String> address,
        String locale,
        String zone,
        @Nullable AppId everyApp,
        @Nullable ProviderId everyProvider,
        @Nullable Environment everyEnvironment,
        byte delimiter) {

    /** What a column is for. */
    enum Use {
        APP,
        PROVIDER,
        ENVIRONMENT,
        ADDRESS,
        LOCALE,
        ZONE,
        FIELD
    }

    void check(Problems problems) {
        Set<String> names = new HashSet<>();
        List<String> all = new ArrayList<>(List.of(app, provider, environment, locale, zone));
        all.addAll(address);
        for (String name : all) {
            problems.require(!name.isBlank(), "columns", "a name is blank", "leave it unset for the usual name");
            problems.require(names.add(name), "columns", "'" + name + "' has two meanings", "name each column once");
        }
    }

    /** Matches a header with what is needed; says all that is missing. */
    List<Use> uses(List<String> header) {
        Problems problems = new Problems("The CSV header");
        Set<String> seen = new HashSet<>();
        List<Use> uses = new ArrayList<>();
        for (String name : header) {
            problems.require(!name.isBlank(), "header", "a column has no name", "name every column");
            problems.require(
                    name.isBlank() || seen.add(name), "header", "'" + name + "' is there twice", "remove one of them");
            uses.add(use(name));
        }
        require(problems, everyApp != null || uses.contains(Use.APP), app, "or give app() for every line");
        require(
                problems,
                everyProvider != null || uses.contains(Use.PROVIDER),
                provider,
                "or give provider() for every line");
        require(problems, uses.contains(Use.ADDRESS), String.join("' or '", address), "or name another addressColumn");
        problems.require(
                uses.stream().filter(Use.ADDRESS::equals).count() <= 1,
                "header",
                "has both '" + String.join("' and '", address) + "'",
                "say which is the addressColumn");
        problems.throwIfAny();
        return List.copyOf(uses);
    }

    private static void require(Problems problems, boolean there, String column, String or) {
        problems.require(there, "header", "lacks the column '" + column + "'", "add it, " + or);
    }

    private Use use(String name) {
        if (name.equals(app)) {
            return Use.APP;
        }
        if (name.equals(provider)) {
            return Use.PROVIDER;
        }
        if (name.equals(environment)) {
            return Use.ENVIRONMENT;
        }
        if (address.contains(name)) {
            return Use.ADDRESS;
        }
        if (name.equals(locale)) {
            return Use.LOCALE;
        }
        return name.equals(zone) ? Use.ZONE : Use.FIELD;
    }
}
