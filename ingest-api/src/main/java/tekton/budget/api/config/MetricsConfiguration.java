package tekton.budget.api.config;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

import tekton.budget.api.alerts.AlertClient;
import tekton.budget.api.fair.TurnFilter;
import tekton.budget.api.foreign.ForeignConsumer;
import tekton.budget.api.live.LiveStreams;
import tekton.budget.api.metrics.EdgeMeters;
import tekton.budget.api.metrics.ForeignMeters;
import tekton.budget.api.metrics.HttpMeters;
import tekton.budget.api.metrics.LedgerMeters;
import tekton.budget.api.metrics.MetricsServlet;
import tekton.budget.api.metrics.PriceMeters;
import tekton.budget.api.metrics.ProcessMeters;
import tekton.budget.api.metrics.UsageMeters;
import tekton.budget.api.publish.LedgerClient;
import tekton.budget.api.publish.PriceClient;
import tekton.budget.kafka.TopicLog;
import tekton.budget.kafka.TopicPublisher;
import tekton.budget.metering.metrics.MeteringMetrics;
import tekton.budget.metering.query.MeteringStatus;
import tekton.budget.pricing.PriceBook;

import java.time.InstantSource;
import java.util.Objects;

/** What {@code /metrics} tells, and where it is counted. */
@Configuration(proxyBeanMethods = false)
class MetricsConfiguration {

    @Bean(destroyMethod = "close")
    PrometheusMeterRegistry meterRegistry() {
        return new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    }

    @Bean
    ForeignMeters foreignMeters(PrometheusMeterRegistry registry) {
        return new ForeignMeters(registry);
    }

    @Bean
    UsageMeters usageMeters(PrometheusMeterRegistry registry) {
        return new UsageMeters(registry);
    }

    @Bean
    LedgerMeters ledgerMeters(PrometheusMeterRegistry registry) {
        return new LedgerMeters(registry);
    }

    @Bean(destroyMethod = "close")
    ProcessMeters processMeters(PrometheusMeterRegistry registry, IngestSettings settings) {
        return new ProcessMeters(registry, settings.version());
    }

    @Bean
    MeteringMetrics meteringMetrics(PrometheusMeterRegistry registry) {
        return new MeteringMetrics(registry);
    }

    @Bean
    PriceMeters priceMeters(
            PrometheusMeterRegistry registry,
            PriceClient priceClient,
            Backend backend,
            InstantSource clock) {
        return new PriceMeters(
                registry,
                priceClient,
                () ->
                        backend.meteringStatus() == null
                                ? PriceBook.EMPTY
                                : backend.ports().prices().current(),
                clock);
    }

    @Bean
    EdgeMeters edgeMeters(
            PrometheusMeterRegistry registry,
            TopicPublisher publisher,
            ForeignConsumer foreign,
            LiveStreams live,
            AlertClient alerts,
            TopicLog results,
            LedgerClient ledger,
            FilterRegistrationBean<TurnFilter> turns,
            Backend backend) {
        EdgeMeters meters = new EdgeMeters(registry);
        meters.bind(publisher);
        meters.bind(Objects.requireNonNull(turns.getFilter()));
        meters.bind(foreign);
        meters.bind(live);
        meters.bind(alerts);
        meters.following("results", () -> results.state() == TopicLog.LogState.FOLLOWING);
        meters.following(
                "feeds",
                () -> {
                    MeteringStatus status = backend.meteringStatus();
                    return status != null && status.following();
                });
        meters.unreadable("results", results.unreadable()::count);
        meters.unreadable(
                "feeds",
                () -> {
                    MeteringStatus status = backend.meteringStatus();
                    return status == null ? 0 : status.unreadable();
                });
        meters.bind(
                () -> {
                    MeteringStatus status = backend.meteringStatus();
                    return status != null && status.queryable() && ledger.isOpen();
                });
        return meters;
    }

    /** Before every other filter: what those refuse is counted too. */
    @Bean
    FilterRegistrationBean<HttpMeters> httpMeters(PrometheusMeterRegistry registry) {
        FilterRegistrationBean<HttpMeters> registration =
                new FilterRegistrationBean<>(new HttpMeters(registry));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return registration;
    }

    @Bean
    ServletRegistrationBean<MetricsServlet> metricsServlet(
            PrometheusMeterRegistry registry, MeteringMetrics metering, PriceMeters prices) {
        return new ServletRegistrationBean<>(
                new MetricsServlet(registry, metering, prices), "/metrics");
    }
}
