package tekton.budget.alerting;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import java.time.Instant;

@AnalyzeClasses(
        packages = "tekton.budget.alerting",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("tekton.budget.alerting.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule RULES_ARE_PURE =
            classes()
                    .that()
                    .resideInAPackage("tekton.budget.alerting.rule..")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "java..",
                            "org.jspecify..",
                            "tekton.budget.alerting.rule..",
                            "tekton.budget.event..",
                            "tekton.budget.ledger..",
                            "tekton.budget.codec..",
                            "tekton.budget.value..")
                    .because("what is said is decided, and tested, without Kafka");

    @ArchTest
    static final ArchRule RULES_HAVE_NO_CLOCK =
            noClasses()
                    .that()
                    .resideInAPackage("tekton.budget.alerting.rule..")
                    .should()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .callMethod(Instant.class, "now")
                    .because("time is an argument");

    @ArchTest
    static final ArchRule DELIVERY_KNOWS_NO_KAFKA =
            noClasses()
                    .that()
                    .resideInAPackage("tekton.budget.alerting.deliver..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.apache.kafka..",
                            "org.springframework..",
                            "tekton.budget.alerting.consume..",
                            "tekton.budget.alerting.config..")
                    .because("where outcomes are kept is a port");

    @ArchTest
    static final ArchRule NOBODY_IMPORTS_CONFIG =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "tekton.budget.alerting.rule..", "tekton.budget.alerting.consume..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("tekton.budget.alerting.config..")
                    .because("wiring knows the parts, not the other way round");
}
