package tekton.budget.alerting.config;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

import tekton.budget.alerting.consume.Alerting;
import tekton.budget.alerting.consume.ProcessingStep;
import tekton.budget.settings.Environment;

import java.io.IOException;
import java.time.InstantSource;

/** Every part of alerting, for an application of its own or inside another. */
@AutoConfiguration
public class AlertingAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    AlertingSettings alertingSettings() {
        return AlertingSettings.of(new Environment(System.getenv()));
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    Alerting alerting(AlertingSettings settings) throws IOException {
        return new Alerting(
                settings.clients(),
                settings.attempts(),
                settings.privateTargetsAllowed(),
                InstantSource.system(),
                ProcessingStep.UNOBSERVED);
    }
}
