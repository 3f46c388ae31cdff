package tekton.budget.poller.config;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

import tekton.budget.settings.Environment;

/** The poller as part of a Spring Boot application, by the settings in the environment. */
@AutoConfiguration
public class PricingPollerAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    PollerSettings pollerSettings() {
        return PollerSettings.of(new Environment(System.getenv()));
    }

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    PricingPoller pricingPoller(PollerSettings settings) {
        return PricingPoller.start(settings);
    }
}
