package tekton.budget.api.config;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import tekton.budget.api.live.LiveStreams;
import tekton.budget.api.mcp.McpServer;
import tekton.budget.api.ops.HealthController;
import tekton.budget.api.registry.HermesAddress;
import tekton.budget.api.registry.HermesLink;
import tekton.budget.api.route.DiscoveryController;
import tekton.budget.api.route.ServiceIdentity;

import java.net.URI;
import java.time.InstantSource;

/** What others in Tekton need in order to find this service. */
@Configuration(proxyBeanMethods = false)
class CitizenConfiguration {

    @Bean
    ServiceIdentity service(IngestSettings settings, InstantSource clock) {
        return new ServiceIdentity(settings.version(), settings.port(), clock.instant());
    }

    @Bean
    DiscoveryController discoveryController(IngestSettings settings, ServiceIdentity service) {
        return new DiscoveryController(
                service,
                HermesAddress.of(settings.hermesUrl()).base(),
                settings.shutdownEndpoint());
    }

    @Bean(destroyMethod = "")
    HermesLink hermesLink(
            IngestSettings settings,
            ServiceIdentity service,
            McpServer tools,
            InstantSource clock) {
        return new HermesLink(
                settings.hermes(),
                HermesAddress.of(settings.hermesUrl()),
                service,
                URI.create(settings.scheme() + "://" + settings.advertisedServer()),
                LiveStreams.socketPaths(),
                tools::forHermes,
                clock);
    }

    @Bean
    HermesLifecycle hermesLifecycle(HermesLink hermes, HealthController health) {
        return new HermesLifecycle(hermes, health);
    }
}
