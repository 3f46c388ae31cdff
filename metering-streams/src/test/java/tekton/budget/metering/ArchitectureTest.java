package tekton.budget.metering;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
        packages = "tekton.budget.metering",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule RULES_ARE_PURE =
            classes()
                    .that()
                    .resideInAPackage("tekton.budget.metering.usage..")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "java..",
                            "org.jspecify..",
                            "tekton.budget.metering.usage..",
                            "tekton.budget.value..",
                            "tekton.budget.event..",
                            "tekton.budget.ledger..",
                            "tekton.budget.pricing..")
                    .because("rules are tested without Kafka");

    @ArchTest
    static final ArchRule LEDGER_RULES_ARE_PURE =
            classes()
                    .that()
                    .resideInAPackage("tekton.budget.metering.ledger.rules..")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "java..",
                            "org.jspecify..",
                            "tekton.budget.metering.ledger.rules..",
                            "tekton.budget.value..",
                            "tekton.budget.event..",
                            "tekton.budget.ledger..")
                    .because("who decides about money is tested without Kafka");

    @ArchTest
    static final ArchRule PORTS_KNOW_NO_KAFKA =
            noClasses()
                    .that()
                    .resideInAPackage("tekton.budget.metering.query..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.apache.kafka..",
                            "org.rocksdb..",
                            "tekton.budget.metering.store..",
                            "tekton.budget.metering.topology..",
                            "tekton.budget.metering.ledger..",
                            "tekton.budget.metering.read..")
                    .because("whoever asks need not know where the answer is kept");

    @ArchTest
    static final ArchRule NOBODY_IMPORTS_CONFIG =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("tekton.budget.metering.config..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("tekton.budget.metering.config..")
                    .because("wiring knows the parts, not the parts the wiring");

    @ArchTest
    static final ArchRule NO_SPRING =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.springframework..")
                    .because("the metering also runs without a web front");
}
