package dev.notifykit.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.GeneralCodingRules;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import dev.notifykit.push.PushService;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The house has floors, ground first: a package imports only from floors below its own, so there is no circle. */
class FloorsTest {

    private static final String ROOT = "dev.notifykit";
    private static final String INTERNAL = "internal";

    /** Rooms of a later step are named here before they are built. */
    private static final List<List<String>> FLOORS = List.of(
            List.of("codec", "time"),
            List.of("push"),
            List.of("result", "retry", "limit", "device", "template"),
            List.of("dedup", "topic", "lane"),
            List.of("message"),
            List.of("gate", "queue", "fanout"),
            List.of("observe", "testing", "store"),
            List.of(INTERNAL));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    static Stream<String> rooms() {
        return FLOORS.stream().flatMap(List::stream);
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void aRoomImportsOnlyFromFloorsBelow(String room) {
        List<String> allowed = new ArrayList<>(List.of(packages(room)));
        for (List<String> floor : FLOORS) {
            if (floor.contains(room)) {
                break;
            }
            floor.forEach(below -> allowed.addAll(List.of(packages(below))));
        }
        classes()
                .that()
                .resideInAnyPackage(packages(room))
                .should()
                .onlyDependOnClassesThat(
                        resideOutsideOfPackage(ROOT + "..").or(resideInAnyPackage(allowed.toArray(String[]::new))))
                .as("'" + room + "' imports only from floors below its own")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void everyPackageHasAFloor() {
        Set<String> rooms = packages().stream()
                .filter(name -> !name.equals(ROOT))
                .map(name -> name.substring(ROOT.length() + 1).split("\\.")[0])
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(rooms().toList()).containsAll(rooms).contains("push", INTERNAL);
    }

    @Test
    void onlyInternalHasPackagesInside() {
        assertThat(packages())
                .filteredOn(name -> name.split("\\.").length > 3)
                .allMatch(name -> name.startsWith(ROOT + "." + INTERNAL + "."));
    }

    @Test
    void nobodyImportsTheRoot() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT)
                .check(CLASSES);
    }

    @Test
    void thereAreNoCircles() {
        SlicesRuleDefinition.slices()
                .matching(ROOT + ".(**)")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    void onlyInternalKnowsTheBreakersLibrary() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "." + INTERNAL + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.github.resilience4j..")
                .check(CLASSES);
    }

    @Test
    void nothingElseIsNeeded() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + "..",
                        "java..",
                        "javax.sql..",
                        "org.slf4j..",
                        "org.jspecify.annotations..",
                        "io.github.resilience4j..")
                .check(CLASSES);
    }

    @Test
    void whatIsSaidIsLogged() {
        GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(CLASSES);
        GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(CLASSES);
    }

    @Test
    void nothingStaticChanges() {
        fields().that().areStatic().should().beFinal().check(CLASSES);
    }

    @Test
    void everyPackageIsNullMarked() {
        for (String name : packages()) {
            JavaPackage room = CLASSES.getPackage(name);
            assertThat(room.isAnnotatedWith(NullMarked.class)).as(name).isTrue();
        }
    }

    @Test
    void theModuleShowsAllRoomsButTheInternal() throws IOException {
        Set<String> shown;
        try (InputStream descriptor = PushService.class.getModule().getResourceAsStream("module-info.class")) {
            shown = ModuleDescriptor.read(descriptor).exports().stream()
                    .map(ModuleDescriptor.Exports::source)
                    .collect(Collectors.toSet());
        }
        assertThat(packages())
                .filteredOn(name -> !name.startsWith(ROOT + "." + INTERNAL))
                .containsExactlyInAnyOrderElementsOf(shown);
    }

    private static Set<String> packages() {
        return CLASSES.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.startsWith(ROOT))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String[] packages(String room) {
        String name = ROOT + "." + room;
        return room.equals(INTERNAL) ? new String[] {name, name + ".."} : new String[] {name};
    }
}
