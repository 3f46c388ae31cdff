package tekton.budget.api;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

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

    @ArchTest static final ArchRule httpKnowsNobody = onlyKnows("http");

    @ArchTest static final ArchRule publishKnowsTheCore = onlyKnows("publish");

    @ArchTest
    static final ArchRule usageDoesNotKnowTheMetering =
            onlyKnows(
                    "usage",
                    API + "access",
                    API + "fair",
                    API + "publish",
                    API + "http",
                    API + "lane",
                    "tekton.budget.adapter..");

    /** It brings what is judged like every report, and does not know who counts it. */
    @ArchTest
    static final ArchRule topicsOfOthersKnowTheIntake =
            onlyKnows("foreign", API + "usage", API + "http", "tekton.budget.adapter..");

    /** It carries requests and answers, and understands none of them. */
    @ArchTest static final ArchRule theLaneKnowsNobody = onlyKnows("lane");

    /** Who may come in does not depend on what they come for. */
    @ArchTest
    static final ArchRule accessKnowsNobodyItGuards =
            onlyKnows("access", API + "route", API + "http");

    /** Who has a turn depends on whose request it is and what it costs, not on what it asks. */
    @ArchTest
    static final ArchRule turnsAreGivenByCallerAndCost =
            onlyKnows("fair", API + "access", API + "route", API + "http");

    /** It says how the parts are doing, and to whom this process is known. */
    @ArchTest
    static final ArchRule opsReadTheParts =
            onlyKnows(
                    "ops",
                    API + "publish",
                    API + "registry",
                    API + "route",
                    API + "http",
                    "tekton.budget.metering.query");

    @ArchTest
    static final ArchRule totalsKnowOnlyThePorts =
            onlyKnows("totals", API + "http", "tekton.budget.metering.query");

    /** It tells what the parts tell, in their words. */
    @ArchTest
    static final ArchRule storiesAreReadByThePorts =
            onlyKnows(
                    "story",
                    API + "ledger",
                    API + "prices",
                    API + "totals",
                    API + "http",
                    "tekton.budget.metering.query");

    @ArchTest
    static final ArchRule deadLettersAreReadByThePorts =
            onlyKnows("letters", API + "totals", API + "http", "tekton.budget.metering.query");

    @ArchTest
    static final ArchRule assistantReadsThePorts =
            onlyKnows("assistant", API + "totals", API + "http", "tekton.budget.metering.query");

    /** It reads as the reading endpoints do, and knows nobody who hands usage in. */
    @ArchTest
    static final ArchRule ledgerAsksTheClientAndThePorts =
            onlyKnows(
                    "ledger",
                    API + "access",
                    API + "publish",
                    API + "totals",
                    API + "http",
                    "tekton.budget.metering.query");

    /** It tells what the reading endpoints tell, in their words. */
    @ArchTest
    static final ArchRule liveReadsTopicsAndThePorts =
            onlyKnows(
                    "live",
                    API + "publish",
                    API + "ledger",
                    API + "prices",
                    API + "totals",
                    API + "http",
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
            onlyKnows("alerts", API + "access", API + "publish", API + "totals", API + "http");

    /** It carries bytes between HTTP and the metering, and understands none of them. */
    @ArchTest
    static final ArchRule instancesAskTheDesk =
            onlyKnows("cluster", API + "http", "tekton.budget.metering.query.remote");

    /** It binds what the parts count themselves; who counts does not know Micrometer. */
    @ArchTest
    static final ArchRule metricsReadTheParts =
            onlyKnows(
                    "metrics",
                    API + "alerts",
                    API + "fair",
                    API + "foreign",
                    API + "live",
                    API + "publish",
                    API + "route",
                    API + "usage",
                    API + "http",
                    "tekton.budget.metering.query",
                    "tekton.budget.metering.metrics");

    @ArchTest
    static final ArchRule onlyMetricsKnowMicrometer =
            noClasses()
                    .that()
                    .resideInAPackage("tekton.budget.api..")
                    .and()
                    .resideOutsideOfPackages(API + "metrics", API + "config")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("io.micrometer..", "io.prometheus..")
                    .because("how it is told to whom is no concern of those who count");

    @ArchTest
    static final ArchRule reportsKnowOnlyThePorts =
            onlyKnows("reports", API + "totals", API + "http", "tekton.budget.metering.query");

    @ArchTest
    static final ArchRule exportsKnowOnlyThePorts =
            onlyKnows("export", API + "totals", API + "http", "tekton.budget.metering.query");

    /** The poller is asked to change one, and who reads them asks the ports. */
    @ArchTest
    static final ArchRule pricesAreReadAndAskedFor =
            onlyKnows(
                    "prices",
                    API + "publish",
                    API + "totals",
                    API + "http",
                    "tekton.budget.metering.query");

    /** Who a service says it is does not depend on what it does. */
    @ArchTest static final ArchRule routesKnowNobody = onlyKnows("route", API + "http");

    @ArchTest
    static final ArchRule theRegistryIsToldWhoWeAre =
            onlyKnows("registry", API + "route", "tekton.budget.outbound");

    /** Its tools are requests to the API: it knows none of those who answer them. */
    @ArchTest
    static final ArchRule toolsKnowNobodyWhomTheyAsk =
            onlyKnows(
                    "mcp",
                    API + "access",
                    API + "fair",
                    API + "registry",
                    API + "route",
                    API + "http");

    @ArchTest
    static final ArchRule whatToSayToHermesKnowsNeitherClocksNorThreadsNorTheNetwork =
            noClasses()
                    .that()
                    .haveSimpleName("HermesRegistration")
                    .and()
                    .resideInAPackage(API + "registry")
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
    static final ArchRule onlyControllersOfTheLedgerPricesReportsAndExportsAreSprings =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            API + "ledger", API + "prices", API + "reports", API + "export")
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
                    .resideInAnyPackage(
                            API + "usage",
                            API + "foreign",
                            API + "lane",
                            API + "publish",
                            API + "http",
                            API + "live")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.springframework..")
                    .because(
                            "argument binding costs a fifth of the throughput, and streams bind"
                                    + " none");

    @ArchTest
    static final ArchRule packagesFormNoCycle =
            slices().matching(API + "(*)..").should().beFreeOfCycles();

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
