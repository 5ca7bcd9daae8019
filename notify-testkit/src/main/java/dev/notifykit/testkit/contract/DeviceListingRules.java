package dev.notifykit.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.notifykit.device.Device;
import dev.notifykit.device.DevicePage;
import dev.notifykit.device.DeviceStore;
import dev.notifykit.device.InstallationId;
import dev.notifykit.device.Repair;
import dev.notifykit.device.RepairReport;
import dev.notifykit.device.Scan;
import dev.notifykit.push.AppId;
import dev.notifykit.push.Target;
import dev.notifykit.push.UserId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How devices are found and listed: the part of {@link DeviceStoreContract} about reading. */
public abstract class DeviceListingRules extends DeviceRegistrationRules {

    static final AppId OTHER_APP = AppId.of("app:2");
    static final Comparator<Target> BY_DIGEST = Comparator.comparing(Target::digest);

    DeviceListingRules() {}

    @Test
    public void anInstallationIsFoundWhateverItsToken() {
        register(ANN, PHONE, T1, 0);
        register(BOB, TABLET, T3, 0);
        assertEquals(Optional.of(T1), get(store.find(APP, PHONE)).map(Device::target));

        register(ANN, PHONE, T2, 1);
        assertEquals(Optional.of(T2), get(store.find(APP, PHONE)).map(Device::target));
        register(BOB, PHONE, T2, 1);
        assertEquals(Optional.of(BOB), get(store.find(APP, PHONE)).map(Device::user));

        assertEquals(Optional.empty(), get(store.find(OTHER_APP, PHONE)));
        assertEquals(Optional.empty(), get(store.find(APP, InstallationId.of("none"))));
        get(store.unregister(BOB, APP, PHONE));
        assertEquals(Optional.empty(), get(store.find(APP, PHONE)));
        assertEquals(Optional.of(T3), get(store.find(APP, TABLET)).map(Device::target));
    }

    @Test
    public void aListingHasEveryDeviceOfTheAppOnceInTheOrderOfTheDigests() {
        List<Target> targets = crowd("app", 60);
        crowd(OTHER_APP.value(), 20);

        List<Target> expected = targets.stream().sorted(BY_DIGEST).toList();
        assertEquals(expected, listed(store, APP, Scan.all()));
        assertEquals(expected, listed(store, APP, Scan.all().limit(7)));
        List<Target> parts = new ArrayList<>();
        for (String part : Scan.PARTS) {
            List<Target> ofPart = listed(store, APP, Scan.of(part).limit(3));
            ofPart.forEach(target -> assertTrue(target.digest().startsWith(part), "in part " + part));
            parts.addAll(ofPart);
        }
        assertEquals(expected, parts);
        assertEquals(List.of(), listed(store, AppId.of("none"), Scan.all()));
    }

    @Test
    public void aListingOfAllHasEveryDeviceOnce() {
        Set<Target> all = Set.copyOf(crowd("app", 60));
        Set<Target> more = Set.copyOf(crowd(OTHER_APP.value(), 20));

        List<Target> listed = listed(scan -> store.devices(scan), Scan.all().limit(9), page -> {});
        assertEquals(80, listed.size());
        assertEquals(union(all, more), Set.copyOf(listed));
        List<Target> parts = new ArrayList<>();
        Scan.PARTS.forEach(part -> parts.addAll(listed(scan -> store.devices(scan), Scan.of(part), page -> {})));
        assertEquals(80, parts.size());
        assertEquals(union(all, more), Set.copyOf(parts));
    }

    @Test
    public void whoIsRegisteredAllTheWhileIsListedOnceWhoeverComesAndGoes() {
        List<Target> steady = crowd("app", 80).stream().sorted(BY_DIGEST).toList();
        List<Target> fleeting = IntStream.range(0, 80)
                .mapToObj(i -> Target.fcm("app", "fleeting " + i))
                .sorted(BY_DIGEST)
                .toList();
        fleeting.subList(0, 40).forEach(target -> registerNameless(UserId.of(target.address()), target, 0));

        int[] pages = {0};
        List<Target> listed =
                listed(scan -> store.devices(APP, scan), Scan.all().limit(10), page -> {
                    // Those at the list's beginning go, as their pages are over, and others come; both move whatever
                    // has a number.
                    int turn = pages[0]++;
                    for (int i = turn * 4; i < turn * 4 + 4 && i < 40; i++) {
                        get(store.unregister(UserId.of(fleeting.get(i).address()), fleeting.get(i)));
                        registerNameless(UserId.of(fleeting.get(79 - i).address()), fleeting.get(79 - i), 0);
                    }
                    registerNameless(UserId.of("another"), steady.get(turn), 5);
                });

        assertTrue(pages[0] > 5, "pages: " + pages[0]);
        assertEquals(steady, listed.stream().filter(steady::contains).toList());
        assertEquals(listed.size(), Set.copyOf(listed).size(), "none was listed twice");
    }

    @Test
    public void aListingGoesOnFromItsCursorAtAnyLaterTime() {
        List<Target> targets = crowd("app", 30).stream().sorted(BY_DIGEST).toList();
        DevicePage first = get(store.devices(APP, Scan.all().limit(11)));
        targets.subList(0, 11).forEach(target -> get(store.unregister(UserId.of(target.address()), target)));

        List<Target> rest = listed(store, APP, Scan.all().from(first.next() == null ? "" : first.next()));
        assertEquals(targets.subList(11, 30), rest);
    }

    @Test
    public void aForeignCursorFailsTheListingAndTheRepair() {
        String foreign = "no cursor\n{of} this:store";
        for (CompletionStage<?> stage : List.of(
                store.devices(APP, Scan.all().from(foreign)),
                store.devices(Scan.all().from(foreign)),
                store.repair(Repair.counting().from(foreign)))) {
            assertInstanceOf(IllegalArgumentException.class, Answers.failure(stage, PATIENCE));
        }
    }

    @Test
    public void aRepairOfWhatIsSoundFindsNothingAndChangesNothing() {
        crowd("app", 30);
        register(ANN, PHONE, T1, 0);
        register(BOB, PHONE, T1, 1);
        register(BOB, PHONE, T2, 2);
        List<Target> before = listed(store, APP, Scan.all());

        for (Repair first : List.of(Repair.counting(), Repair.removing())) {
            assertEquals(0, repair(store, first.limit(7)).dangling());
        }
        assertEquals(before, listed(store, APP, Scan.all()));
        assertOwners(BOB, T2);
    }

    private List<Target> crowd(String app, int size) {
        List<Target> targets = IntStream.range(0, size)
                .mapToObj(i -> Target.fcm(app, "of the crowd " + i))
                .toList();
        targets.forEach(target -> registerNameless(UserId.of(target.address()), target, 0));
        return targets;
    }

    private static Set<Target> union(Set<Target> one, Set<Target> other) {
        return Stream.of(one, other).flatMap(Set::stream).collect(Collectors.toUnmodifiableSet());
    }

    static List<Target> listed(DeviceStore store, AppId app, Scan first) {
        return listed(scan -> store.devices(app, scan), first, page -> {});
    }

    /** A whole listing; what happens between its pages is the caller's. */
    static List<Target> listed(
            Function<Scan, CompletionStage<DevicePage>> pages, Scan first, Consumer<DevicePage> between) {
        List<Target> listed = new ArrayList<>();
        Scan scan = first;
        for (int steps = 0; steps < 10_000; steps++) {
            DevicePage page = get(pages.apply(scan));
            assertTrue(page.devices().size() <= first.limit(), "more than the limit");
            listed.addAll(inOrder(page.devices()));
            if (page.next() == null) {
                return listed;
            }
            between.accept(page);
            scan = scan.from(page.next());
        }
        throw new AssertionError("a listing that does not end");
    }

    /** A whole repair, added up. A step may look at what others keep in the same place, so there can be many without a device. */
    static RepairReport repair(DeviceStore store, Repair first) {
        int examined = 0;
        int dangling = 0;
        Repair step = first;
        for (int steps = 0; steps < 1_000_000; steps++) {
            RepairReport report = get(store.repair(step));
            assertTrue(report.dangling() <= report.examined(), "more dangling than it looked at");
            examined += report.examined();
            dangling += report.dangling();
            if (report.next() == null) {
                return new RepairReport(examined, dangling, null);
            }
            step = step.from(report.next());
        }
        throw new AssertionError("a repair that does not end");
    }
}
