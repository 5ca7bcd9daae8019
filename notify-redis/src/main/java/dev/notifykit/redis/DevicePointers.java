package dev.notifykit.redis;

import dev.notifykit.device.RepairReport;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part of a repair that looks at what points to tokens: the places of users and the entries of installations, as their keys are met. Those
 * that mean a token which does not mean them, and which no registration under way can mean, dangle. Thread-safe.
 */
final class DevicePointers {

    private static final Pattern KEY = Pattern.compile(".*:\\{([0-9a-f]{32})}:([iu])");

    private final DeviceQuestions ask;
    private final DeviceLookups lookups;
    private final DeviceRemovals removals;
    private final boolean dryRun;

    DevicePointers(DeviceQuestions ask, DeviceLookups lookups, DeviceRemovals removals, boolean dryRun) {
        this.ask = ask;
        this.lookups = lookups;
        this.removals = removals;
        this.dryRun = dryRun;
    }

    private record Outcome(int examined, int dangling) {}

    Talk<RepairReport> visit(List<String> keys, @Nullable String next) {
        return Talk.all(keys.stream()
                        .map(KEY::matcher)
                        .filter(Matcher::matches)
                        .map(key -> key.group(2).equals("u") ? user(key.group(1)) : installation(key.group(1)))
                        .toList())
                .map(outcomes -> new RepairReport(
                        outcomes.stream().mapToInt(Outcome::examined).sum(),
                        outcomes.stream().mapToInt(Outcome::dangling).sum(),
                        next));
    }

    private Talk<Outcome> user(String user) {
        return lookups.of(user).then(found -> {
            Outcome outcome = new Outcome(
                    found.devices().size()
                            + found.leftOver().size()
                            + found.underWay().size(),
                    found.leftOver().size());
            return dryRun
                    ? Talk.say(outcome)
                    : removals.free(user, found.leftOver()).map(freed -> outcome);
        });
    }

    private Talk<Outcome> installation(String installation) {
        return ask.installation(installation)
                .then(has -> has.isEmpty()
                        ? Talk.say(new Outcome(0, 0))
                        : lookups.findInstallation(installation)
                                .then(found -> found.isPresent()
                                        ? Talk.say(new Outcome(1, 0))
                                        : judge(installation, has.get())));
    }

    private Talk<Outcome> judge(String installation, InstallationEntry has) {
        return ask.look(has.token()).then(look -> {
            if (!DeviceLookups.isSettled(has.wrote(), look.now())) {
                return Talk.say(new Outcome(1, 0));
            }
            Outcome dangling = new Outcome(1, 1);
            return dryRun
                    ? Talk.say(dangling)
                    : ask.freeInstallation(installation, has.token(), has.mark())
                            .map(freed -> dangling);
        });
    }
}
