package tekton.budget;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import java.time.Instant;

@AnalyzeClasses(packages = "tekton.budget", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule VALUES_KNOW_THE_JDK_ONLY =
            classes()
                    .that()
                    .resideInAPackage("tekton.budget.value..")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage("java..", "org.jspecify..", "tekton.budget.value..")
                    .because("values are rules, and rules are tested without anything else");

    @ArchTest
    static final ArchRule EVENTS_AND_PRICING_ARE_PURE =
            classes()
                    .that()
                    .resideInAnyPackage(
                            "tekton.budget.event..",
                            "tekton.budget.alert..",
                            "tekton.budget.ledger..",
                            "tekton.budget.pricing..")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "java..",
                            "org.jspecify..",
                            "tekton.budget.value..",
                            "tekton.budget.event..",
                            "tekton.budget.alert..",
                            "tekton.budget.ledger..",
                            "tekton.budget.pricing..")
                    .because("what happened and what it costs needs neither Kafka nor JSON");

    @ArchTest
    static final ArchRule NO_SPRING =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.springframework..")
                    .because("producers in any program may use the core");

    @ArchTest
    static final ArchRule NO_CLOCK_IN_RULES =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "tekton.budget.value..",
                            "tekton.budget.event..",
                            "tekton.budget.alert..",
                            "tekton.budget.ledger..",
                            "tekton.budget.pricing..",
                            "tekton.budget.codec..")
                    .should()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .callMethod(Instant.class, "now")
                    .because("time is an argument");
}
