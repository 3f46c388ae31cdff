package tekton.budget.poller;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import java.time.Instant;

@AnalyzeClasses(
        packages = "tekton.budget.poller",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String POLLER = "tekton.budget.poller.";

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("tekton.budget.poller.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule READING_IS_PURE =
            classes()
                    .that()
                    .resideInAPackage(POLLER + "feed")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "java.lang..",
                            "java.math..",
                            "java.nio.charset..",
                            "java.time..",
                            "java.util..",
                            "org.jspecify..",
                            "tools.jackson..",
                            POLLER + "feed",
                            "tekton.budget.value..",
                            "tekton.budget.event..",
                            "tekton.budget.pricing..",
                            "tekton.budget.codec..")
                    .because("price lists are read without Kafka, Spring, a disk or a network");

    @ArchTest
    static final ArchRule DECIDING_IS_PURE =
            classes()
                    .that()
                    .resideInAPackage(POLLER + "reconcile")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "java.lang..",
                            "java.math..",
                            "java.nio.charset..",
                            "java.security..",
                            "java.time..",
                            "java.util..",
                            "org.jspecify..",
                            POLLER + "feed",
                            POLLER + "reconcile",
                            "tekton.budget.value..",
                            "tekton.budget.event..",
                            "tekton.budget.pricing..",
                            "tekton.budget.codec..")
                    .because("what a poll changes depends on what was said, and on nothing else");

    @ArchTest
    static final ArchRule TIME_IS_AN_ARGUMENT =
            noClasses()
                    .that()
                    .resideInAnyPackage(POLLER + "feed", POLLER + "reconcile")
                    .should()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .callMethod(System.class, "nanoTime")
                    .orShould()
                    .callMethod(Instant.class, "now")
                    .because("the same poll gives the same answer again");

    @ArchTest
    static final ArchRule SOURCES_KNOW_NO_KAFKA =
            noClasses()
                    .that()
                    .resideInAPackage(POLLER + "source")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.apache.kafka..",
                            POLLER + "publish",
                            POLLER + "reconcile",
                            POLLER + "config")
                    .because("a source says what it says, whoever listens");

    @ArchTest
    static final ArchRule NOBODY_IMPORTS_CONFIG =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            POLLER + "feed",
                            POLLER + "reconcile",
                            POLLER + "source",
                            POLLER + "publish")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(POLLER + "config", "org.springframework..")
                    .because("wiring knows the parts, the parts do not know the wiring");

    @ArchTest
    static final ArchRule CONTRACTS_ONLY =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("tekton.budget.metering..", "tekton.budget.api..")
                    .because("the poller also runs without them");
}
