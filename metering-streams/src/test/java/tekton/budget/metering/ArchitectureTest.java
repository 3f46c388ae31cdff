package tekton.budget.metering;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import tekton.budget.metering.query.local.LocalPeer;
import tekton.budget.metering.query.remote.HttpPeers;
import tekton.budget.metering.query.remote.Owners;
import tekton.budget.metering.query.remote.PeerEndpoint;
import tekton.budget.metering.query.remote.ScatterGather;

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
                            "tekton.budget.codec..",
                            "tekton.budget.topic..",
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
                    .resideInAPackage("tekton.budget.metering.query")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.apache.kafka..",
                            "org.rocksdb..",
                            "tekton.budget.metering.store..",
                            "tekton.budget.metering.topology..",
                            "tekton.budget.metering.ledger..",
                            "tekton.budget.metering.query.local..",
                            "tekton.budget.metering.query.remote..",
                            "tekton.budget.metering.recordlog..")
                    .because("whoever asks need not know where the answer is kept");

    @ArchTest
    static final ArchRule STORES_DO_NOT_KNOW_WHO_ASKS =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "tekton.budget.metering.store..",
                            "tekton.budget.metering.topology..",
                            "tekton.budget.metering.ledger..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "tekton.budget.metering.query.local..",
                            "tekton.budget.metering.query.remote..",
                            "tekton.budget.metering.recordlog..")
                    .because("what is written does not depend on who reads it");

    @ArchTest
    static final ArchRule SHARDS_DO_NOT_KNOW_OTHER_INSTANCES =
            noClasses()
                    .that()
                    .resideInAPackage("tekton.budget.metering.query.local..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "java.net..",
                            "tekton.budget.metering.query.remote..",
                            "tekton.budget.metering.recordlog..")
                    .because("a question goes one step and no further");

    @ArchTest
    static final ArchRule INSTANCES_THAT_ARE_ASKED_ASK_NOBODY =
            noClasses()
                    .that()
                    .belongToAnyOf(PeerEndpoint.class, LocalPeer.class)
                    .should()
                    .dependOnClassesThat()
                    .belongToAnyOf(HttpPeers.class, Owners.class, ScatterGather.class)
                    .because("a question goes one step and no further");

    @ArchTest
    static final ArchRule NOBODY_IMPORTS_CONFIG =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            "tekton.budget.metering.config..", "tekton.budget.metering.worker..")
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

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("tekton.budget.metering.(**)").should().beFreeOfCycles();
}
