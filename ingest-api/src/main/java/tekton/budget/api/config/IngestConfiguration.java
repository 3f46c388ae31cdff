package tekton.budget.api.config;

import jakarta.servlet.http.HttpServlet;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.support.DefaultLifecycleProcessor;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;

import tekton.budget.adapter.otlp.SpanMemory;
import tekton.budget.api.access.AccessFilter;
import tekton.budget.api.access.AuditTrail;
import tekton.budget.api.alerts.AlertClient;
import tekton.budget.api.alerts.AlertsController;
import tekton.budget.api.alerts.ChannelsController;
import tekton.budget.api.cluster.Drain;
import tekton.budget.api.foreign.ForeignConsumer;
import tekton.budget.api.ledger.AllocationContexts;
import tekton.budget.api.ledger.AllocationsController;
import tekton.budget.api.ledger.BudgetSummariesController;
import tekton.budget.api.ledger.BudgetsController;
import tekton.budget.api.ledger.CheckController;
import tekton.budget.api.ledger.LedgerAccess;
import tekton.budget.api.ledger.LedgerCommands;
import tekton.budget.api.ledger.PoliciesController;
import tekton.budget.api.live.LiveStreams;
import tekton.budget.api.metrics.ForeignMeters;
import tekton.budget.api.metrics.HttpMeters;
import tekton.budget.api.metrics.LedgerMeters;
import tekton.budget.api.metrics.UsageMeters;
import tekton.budget.api.ops.HealthController;
import tekton.budget.api.prices.PriceAdminController;
import tekton.budget.api.prices.PriceCommands;
import tekton.budget.api.prices.PricesController;
import tekton.budget.api.publish.LedgerClient;
import tekton.budget.api.publish.PriceClient;
import tekton.budget.api.registry.HermesLink;
import tekton.budget.api.route.ServiceIdentity;
import tekton.budget.api.totals.RecordsController;
import tekton.budget.api.totals.SummaryController;
import tekton.budget.api.totals.TotalsController;
import tekton.budget.api.usage.BatchServlet;
import tekton.budget.api.usage.ForeignIntake;
import tekton.budget.api.usage.ForeignWays;
import tekton.budget.api.usage.PostedEvents;
import tekton.budget.api.usage.RecordLane;
import tekton.budget.api.usage.RecordServlet;
import tekton.budget.api.usage.UsageIntake;
import tekton.budget.kafka.PublisherSettings;
import tekton.budget.kafka.TopicLog;
import tekton.budget.kafka.TopicPublisher;
import tekton.budget.metering.metrics.MeteringMetrics;

import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;

/**
 * Every part and how they hang together. No component scan and no auto-configuration: what is here
 * is all there is, and nothing else has to start.
 */
@Configuration(proxyBeanMethods = false)
@EnableWebMvc
@Import({
    AccessConfiguration.class,
    CitizenConfiguration.class,
    ClusterConfiguration.class,
    DocsConfiguration.class,
    McpConfiguration.class,
    MetricsConfiguration.class,
    OperationsConfiguration.class,
    ReportsConfiguration.class
})
public class IngestConfiguration {

    /** How long a batch waits for room in the producer before it is given up. */
    private static final Duration BATCH_TIMEOUT = Duration.ofSeconds(10);

    /** How much longer than a send requests may take to end when the service stops. */
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(2);

    /** How long alerting may take beyond a decision: a test delivery has its own bound, 10 s. */
    private static final Duration ALERT_TIMEOUT = Duration.ofSeconds(10);

    @Bean
    InstantSource clock() {
        return InstantSource.system();
    }

    @Bean
    TomcatServletWebServerFactory webServer(
            IngestSettings settings, RecordLane plain, PortRelease release)
            throws UnknownHostException {
        return WebServer.of(settings, plain, release::run);
    }

    @Bean
    DefaultLifecycleProcessor lifecycleProcessor(IngestSettings settings) {
        DefaultLifecycleProcessor processor = new DefaultLifecycleProcessor();
        processor.setTimeoutPerShutdownPhase(
                settings.publishTimeout().plus(STOP_TIMEOUT).toMillis());
        return processor;
    }

    /** Closed by the backend, which knows when. */
    @Bean(destroyMethod = "")
    TopicPublisher publisher(IngestSettings settings, UsageMeters meters) {
        return new TopicPublisher(
                PublisherSettings.usage(
                        settings.kafka(), settings.bytesInFlightMax(), settings.publishTimeout()),
                meters::acknowledged);
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    Backend backend(
            IngestSettings settings,
            MeteringStart meteringStart,
            MeteringMetrics metrics,
            TopicPublisher publisher,
            LedgerClient ledger,
            PriceClient priceClient,
            TopicLog results,
            AuditTrail audit,
            InstantSource clock) {
        return new Backend(
                settings,
                meteringStart,
                metrics,
                publisher,
                ledger,
                priceClient,
                results,
                audit,
                clock);
    }

    @Bean
    UsageIntake intake(Backend backend, InstantSource clock) {
        return new UsageIntake(
                () -> backend.ports().prices().current(),
                new AllocationContexts(() -> backend.ports().ledger()),
                clock);
    }

    @Bean
    RecordLane recordLane(
            Backend backend,
            TopicPublisher publisher,
            UsageMeters meters,
            FilterRegistrationBean<AccessFilter> access,
            FilterRegistrationBean<HttpMeters> http,
            Drain drain,
            InstantSource clock) {
        return new RecordLane(
                () -> backend.ports().prices().current(),
                clock,
                publisher,
                meters,
                Objects.requireNonNull(access.getFilter()),
                Objects.requireNonNull(http.getFilter())::posted,
                drain::isDraining);
    }

    @Bean
    ServletRegistrationBean<RecordServlet> recordServlet(
            UsageIntake intake, TopicPublisher publisher, UsageMeters meters) {
        return new ServletRegistrationBean<>(
                new RecordServlet(intake, publisher, meters),
                "/api/usage/record",
                "/api/v1/usage/record");
    }

    @Bean
    ServletRegistrationBean<BatchServlet> batchServlet(
            UsageIntake intake, TopicPublisher publisher, UsageMeters meters) {
        return new ServletRegistrationBean<>(
                new BatchServlet(intake, publisher, meters, BATCH_TIMEOUT),
                "/api/usage/batch",
                "/api/v1/usage/batch");
    }

    @Bean
    ForeignIntake foreignIntake(UsageIntake intake, ForeignMeters foreign) {
        return new ForeignIntake(intake, foreign);
    }

    @Bean
    SpanMemory spans() {
        return new SpanMemory();
    }

    @Bean
    ForeignWays foreignWays(
            IngestSettings settings,
            ForeignIntake intake,
            TopicPublisher publisher,
            UsageMeters meters,
            SpanMemory spans,
            InstantSource clock) {
        return new ForeignWays(
                intake, publisher, meters, clock, settings.foreign(), spans, BATCH_TIMEOUT);
    }

    /** Closed before the backend, on which its intake depends. */
    @Bean(initMethod = "start", destroyMethod = "close")
    ForeignConsumer foreignConsumer(
            IngestSettings settings,
            ForeignIntake intake,
            TopicPublisher publisher,
            UsageMeters meters,
            ForeignMeters foreign,
            SpanMemory spans,
            InstantSource clock) {
        return new ForeignConsumer(
                settings.kafka(),
                settings.topics(),
                settings.foreign(),
                spans,
                intake,
                settings.publishTimeout(),
                meters,
                foreign,
                meters::acknowledged,
                publisher::isOpen,
                clock);
    }

    @Bean
    ServletContextInitializer foreignServlets(ForeignWays ways) {
        return context ->
                ways.servlets()
                        .forEach(
                                (path, servlet) ->
                                        context.addServlet(path, servlet).addMapping(path));
    }

    @Bean(destroyMethod = "")
    LiveStreams liveStreams(
            IngestSettings settings, TopicLog results, Backend backend, InstantSource clock) {
        return new LiveStreams(
                settings.live(),
                results,
                () -> backend.ports().records().newest(),
                () -> backend.ports().ledger(),
                clock);
    }

    @Bean
    LiveLifecycle liveLifecycle(LiveStreams live, TopicLog results) {
        return new LiveLifecycle(live, results);
    }

    @Bean
    ServletRegistrationBean<HttpServlet> liveSockets(LiveStreams live) {
        return new ServletRegistrationBean<>(
                live.sockets(), LiveStreams.socketPaths().toArray(String[]::new));
    }

    @Bean
    ServletRegistrationBean<HttpServlet> liveEvents(LiveStreams live, ForeignWays ways) {
        ServletRegistrationBean<HttpServlet> registration =
                new ServletRegistrationBean<>(
                        new PostedEvents(ways.events(), live.events()),
                        "/events",
                        "/api/events",
                        "/api/v1/events");
        registration.setAsyncSupported(true);
        return registration;
    }

    @Bean
    ServletRegistrationBean<DispatcherServlet> dispatcherServlet(WebApplicationContext context) {
        ServletRegistrationBean<DispatcherServlet> registration =
                new ServletRegistrationBean<>(new DispatcherServlet(context), "/");
        registration.setLoadOnStartup(1);
        return registration;
    }

    @Bean
    ProblemAdvice problemAdvice() {
        return new ProblemAdvice();
    }

    @Bean
    TotalsController totalsController(
            IngestSettings settings, Backend backend, InstantSource clock) {
        return new TotalsController(backend::ports, clock, settings.zone());
    }

    @Bean
    RecordsController recordsController(Backend backend) {
        return new RecordsController(backend::ports);
    }

    @Bean
    SummaryController summaryController(
            IngestSettings settings, Backend backend, InstantSource clock) {
        return new SummaryController(backend::ports, clock, settings.zone());
    }

    @Bean
    LedgerAccess ledgerAccess(
            LedgerClient ledger, LedgerMeters meters, Backend backend, InstantSource clock) {
        return new LedgerAccess(
                new LedgerCommands(meters.measured(ledger)), () -> backend.ports().ledger(), clock);
    }

    @Bean
    BudgetsController budgetsController(IngestSettings settings, LedgerAccess ledger) {
        return new BudgetsController(ledger, settings.defaultPolicies());
    }

    @Bean
    BudgetSummariesController budgetSummariesController(LedgerAccess ledger) {
        return new BudgetSummariesController(ledger);
    }

    @Bean
    PoliciesController policiesController(LedgerAccess ledger) {
        return new PoliciesController(ledger);
    }

    @Bean
    AllocationsController allocationsController(LedgerAccess ledger, Backend backend) {
        return new AllocationsController(ledger, () -> backend.ports().prices().current());
    }

    @Bean
    CheckController checkController(LedgerAccess ledger, Backend backend) {
        return new CheckController(ledger, () -> backend.ports().prices().current());
    }

    @Bean
    PricesController pricesController(Backend backend, InstantSource clock) {
        return new PricesController(() -> backend.ports().prices().current(), clock);
    }

    @Bean
    PriceAdminController priceAdminController(
            PriceClient priceClient, Backend backend, InstantSource clock) {
        return new PriceAdminController(
                new PriceCommands(priceClient), () -> backend.ports().prices(), clock);
    }

    @Bean(destroyMethod = "close")
    AlertClient alertClient(IngestSettings settings, TopicLog results) {
        return new AlertClient(
                settings.kafka(),
                results,
                settings.decisionTimeout(),
                ALERT_TIMEOUT.plus(settings.decisionTimeout()));
    }

    @Bean
    AlertsController alertsController(AlertClient alerting, InstantSource clock) {
        return new AlertsController(alerting, clock);
    }

    @Bean
    ChannelsController channelsController(AlertClient alerting, InstantSource clock) {
        return new ChannelsController(alerting, clock);
    }

    @Bean
    HealthController healthController(
            ServiceIdentity service,
            TopicPublisher publisher,
            LedgerClient ledger,
            Backend backend,
            HermesLink hermes,
            Drain drain,
            InstantSource clock) {
        return new HealthController(
                service,
                publisher,
                ledger,
                backend::meteringStatus,
                hermes::standing,
                drain::isDraining,
                clock);
    }
}
