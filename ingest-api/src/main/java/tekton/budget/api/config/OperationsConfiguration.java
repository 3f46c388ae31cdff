package tekton.budget.api.config;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import tekton.budget.api.ledger.RefusalFeed;
import tekton.budget.api.ledger.RefusalsController;
import tekton.budget.api.letters.DeadLettersController;
import tekton.budget.api.ops.HealthController;
import tekton.budget.api.ops.SystemController;
import tekton.budget.api.route.ServiceIdentity;
import tekton.budget.api.story.StoryController;
import tekton.budget.kafka.TopicLog;
import tekton.budget.kafka.TopicPublisher;

import java.time.InstantSource;

/** What people who run it look at when something is not as they expect. */
@Configuration(proxyBeanMethods = false)
public class OperationsConfiguration {

    @Bean
    DeadLettersController deadLettersController(Backend backend, TopicPublisher publisher) {
        return new DeadLettersController(backend::ports, publisher);
    }

    @Bean
    RefusalFeed refusalFeed(TopicLog results) {
        return new RefusalFeed(results);
    }

    @Bean
    RefusalsController refusalsController(RefusalFeed refusals, InstantSource clock) {
        return new RefusalsController(refusals, clock);
    }

    @Bean
    StoryController storyController(Backend backend) {
        return new StoryController(backend::ports);
    }

    @Bean
    SystemController systemController(
            IngestSettings settings,
            ServiceIdentity service,
            HealthController health,
            Backend backend) {
        return new SystemController(
                service,
                health,
                backend::systemQueries,
                settings.advertisedServer(),
                settings.dataDirectory());
    }
}
