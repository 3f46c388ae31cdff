package tekton.budget.api.config;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import tekton.budget.api.letters.DeadLettersController;
import tekton.budget.kafka.TopicPublisher;

/** What people who run it look at when something is not as they expect. */
@Configuration(proxyBeanMethods = false)
public class OperationsConfiguration {

    @Bean
    DeadLettersController deadLettersController(Backend backend, TopicPublisher publisher) {
        return new DeadLettersController(backend::ports, publisher);
    }
}
