package tekton.budget.api;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which package may know which. */
@AnalyzeClasses(packages = "tekton.budget", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String API = "tekton.budget.api.";
    private static final String[] CORE = {
        "tekton.budget.value..",
        "tekton.budget.event..",
        "tekton.budget.alert..",
        "tekton.budget.ledger..",
        "tekton.budget.codec..",
        "tekton.budget.pricing..",
        "tekton.budget.settings..",
        "tekton.budget.kafka..",
        "tekton.budget.topic.."
    };

    @ArchTest static final ArchRule problemsKnowNobody = onlyKnows("problem");

    @ArchTest static final ArchRule wireKnowsProblems = onlyKnows("wire", API + "problem");

    @ArchTest static final ArchRule publishKnowsTheCore = onlyKnows("publish");

    @ArchTest
    static final ArchRule usageDoesNotKnowTheMetering =
            onlyKnows("usage", API + "access", API + "publish", API + "problem", API + "wire");

    /** Who may come in does not depend on what they come for. */
    @ArchTest
    static final ArchRule accessKnowsNobodyItGuards =
            onlyKnows("access", API + "publish", API + "problem");

    @ArchTest static final ArchRule documentsKnowProblems = onlyKnows("docs", API + "problem");

    @ArchTest
    static final ArchRule readKnowsOnlyThePorts =
            onlyKnows("read", API + "problem", API + "wire", "tekton.budget.metering.query");

    @ArchTest
    static final ArchRule assistantReadsThePorts =
            onlyKnows(
                    "assistant",
                    API + "read",
                    API + "problem",
                    API + "wire",
                    "tekton.budget.metering.query");

    /** It reads as the reading endpoints do, and knows nobody who hands usage in. */
    @ArchTest
    static final ArchRule ledgerAsksTheClientAndThePorts =
            onlyKnows(
                    "ledger",
                    API + "access",
                    API + "publish",
                    API + "read",
                    API + "problem",
                    API + "wire",
                    "tekton.budget.metering.query");

    /** It tells what the reading endpoints tell, in their words. */
    @ArchTest
    static final ArchRule liveReadsTopicsAndThePorts =
            onlyKnows(
                    "live",
                    API + "publish",
                    API + "ledger",
                    API + "prices",
                    API + "read",
                    API + "problem",
                    API + "wire",
                    "tekton.budget.metering.query");

    @ArchTest
    static final ArchRule whatIsToldToWhomKnowsNeitherKafkaNorSockets =
            noClasses()
                    .that()
                    .resideInAPackage(API + "live")
                    .and()
                    .haveNameNotMatching(
                            ".*\\.(Live(Reader|Servlet)|Event(Stream|sServlet)|Socket.*)(\\$.*)?")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.apache.kafka..", "jakarta.websocket..", "org.apache.tomcat..")
                    .because("what is said to whom does not depend on how it travels");

    @ArchTest
    static final ArchRule alertsReadWhatAlertingWrites =
            onlyKnows(
                    "alerts",
                    API + "access",
                    API + "publish",
                    API + "read",
                    API + "problem",
                    API + "wire");

    /** It carries bytes between HTTP and the metering, and understands none of them. */
    @ArchTest
    static final ArchRule instancesAskTheDesk =
            onlyKnows("cluster", API + "problem", "tekton.budget.metering.query.remote");

    /** It binds what the parts count themselves; who counts does not know Micrometer. */
    @ArchTest
    static final ArchRule metricsReadTheParts =
            onlyKnows(
                    "metrics",
                    API + "alerts",
                    API + "live",
                    API + "publish",
                    API + "usage",
                    API + "problem",
                    "tekton.budget.metering.query");

    @ArchTest
    static final ArchRule onlyMetricsKnowMicrometer =
            noClasses()
                    .that()
                    .resideInAPackage("tekton.budget..")
                    .and()
                    .resideOutsideOfPackages(API + "metrics", API + "config")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("io.micrometer..", "io.prometheus..")
                    .because("how it is told to whom is no concern of those who count");

    @ArchTest
    static final ArchRule reportsKnowOnlyThePorts =
            onlyKnows(
                    "reports",
                    API + "read",
                    API + "problem",
                    API + "wire",
                    "tekton.budget.metering.query");

    /** What prices are and were; what changes them is asked of the poller. */
    @ArchTest
    static final ArchRule pricesAreRead =
            onlyKnows("prices", API + "read", API + "problem", API + "wire");

    @ArchTest
    static final ArchRule pricesAreChangedByThePoller =
            onlyKnows(
                    "prices.admin",
                    API + "prices",
                    API + "publish",
                    API + "read",
                    API + "problem",
                    API + "wire",
                    "tekton.budget.metering.query");

    /** Who a service says it is does not depend on what it does. */
    @ArchTest
    static final ArchRule aboutKnowsNobody = onlyKnows("about", API + "wire", API + "problem");

    @ArchTest
    static final ArchRule hermesIsToldWhoWeAre =
            onlyKnows("hermes", API + "about", "tekton.budget.outbound");

    @ArchTest
    static final ArchRule whoMayEndTheProcessIsSeenInTheRequest =
            onlyKnows("shutdown", API + "about", API + "wire", API + "problem");

    @ArchTest
    static final ArchRule whatToSayToHermesKnowsNeitherClocksNorThreadsNorTheNetwork =
            noClasses()
                    .that()
                    .haveSimpleName("Registration")
                    .and()
                    .resideInAPackage(API + "hermes")
                    .should()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName(Thread.class.getName())
                    .orShould()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName(System.class.getName())
                    .orShould()
                    .dependOnClassesThat()
                    .resideInAnyPackage("java.net..", "java.util.concurrent..", "org.slf4j..")
                    .because("hours of it are tested in milliseconds");

    @ArchTest
    static final ArchRule onlyControllersOfTheLedgerPricesAndReportsAreSprings =
            noClasses()
                    .that()
                    .resideInAnyPackage(API + "ledger", API + "prices..", API + "reports")
                    .and()
                    .haveSimpleNameNotEndingWith("Controller")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.springframework..")
                    .because("what a request means does not depend on who serves it");

    @ArchTest
    static final ArchRule onlyTheConfigurationWiresTheMetering =
            noClasses()
                    .that()
                    .resideInAPackage("tekton.budget.api..")
                    .and()
                    .resideOutsideOfPackage(API + "config")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("tekton.budget.metering.config..")
                    .because("everything else speaks to the query ports");

    @ArchTest
    static final ArchRule nobodyImportsTheConfiguration =
            noClasses()
                    .that()
                    .resideInAnyPackage(API + "(**)")
                    .and()
                    .resideOutsideOfPackage(API + "config")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(API + "config")
                    .because("wiring knows the parts, the parts do not know the wiring");

    @ArchTest
    static final ArchRule theHotPathIsNotSprings =
            noClasses()
                    .that()
                    .resideInAnyPackage(API + "usage", API + "publish", API + "wire", API + "live")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.springframework..")
                    .because(
                            "argument binding costs a fifth of the throughput, and streams bind"
                                    + " none");

    /** A package knows itself, the core and what is listed, of all that is ours. */
    private static ArchRule onlyKnows(String name, String... others) {
        String[] allowed = new String[CORE.length + others.length + 1];
        System.arraycopy(CORE, 0, allowed, 0, CORE.length);
        System.arraycopy(others, 0, allowed, CORE.length, others.length);
        allowed[allowed.length - 1] = API + name;
        return noClasses()
                .that()
                .resideInAPackage(API + name)
                .should()
                .dependOnClassesThat(
                        resideInAPackage("tekton.budget..").and(resideOutsideOfPackages(allowed)))
                .because("dependencies have one direction");
    }
}
