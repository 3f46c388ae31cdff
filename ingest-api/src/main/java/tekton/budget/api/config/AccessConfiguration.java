package tekton.budget.api.config;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

import tekton.budget.api.access.AccessFilter;
import tekton.budget.api.access.AuditTrail;
import tekton.budget.api.access.KeysController;
import tekton.budget.api.fair.TurnFilter;

import java.time.InstantSource;
import java.util.Objects;

/** Who may do what, before everything but what counts requests. */
@Configuration(proxyBeanMethods = false)
class AccessConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(AccessConfiguration.class);

    /** Closed by the backend, which knows when. */
    @Bean(destroyMethod = "")
    AuditTrail auditTrail(IngestSettings settings) {
        return new AuditTrail(settings.kafka(), settings.publishTimeout());
    }

    @Bean(destroyMethod = "close")
    CertificateWatch certificateWatch(IngestSettings settings, InstantSource clock) {
        return new CertificateWatch(settings.tls(), clock);
    }

    @Bean
    KeysController keysController(
            FilterRegistrationBean<AccessFilter> accessFilter, InstantSource clock) {
        return new KeysController(Objects.requireNonNull(accessFilter.getFilter()), clock);
    }

    @Bean
    FilterRegistrationBean<AccessFilter> accessFilter(
            IngestSettings settings, AuditTrail auditTrail, InstantSource clock) {
        if (!settings.access().required()) {
            LOG.info(
                    "No API keys are set: every caller that reaches {} may do everything",
                    settings.bindsLoopback() ? "this machine's loopback" : settings.bind());
        }
        FilterRegistrationBean<AccessFilter> registration =
                new FilterRegistrationBean<>(
                        new AccessFilter(settings.access(), auditTrail, clock));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
        return registration;
    }

    /** Behind the door, which knows whose a request is. */
    @Bean
    FilterRegistrationBean<TurnFilter> turnFilter() {
        FilterRegistrationBean<TurnFilter> registration =
                new FilterRegistrationBean<>(new TurnFilter());
        registration.setAsyncSupported(true);
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 2);
        return registration;
    }
}
