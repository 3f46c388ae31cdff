package tekton.budget.api.config;

import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

import tekton.budget.api.cluster.Drain;
import tekton.budget.api.cluster.PeerServlet;
import tekton.budget.metering.query.remote.PeerEndpoint;

/** One instance among others. */
@Configuration(proxyBeanMethods = false)
class ClusterConfiguration {

    @Bean
    Drain drain(IngestSettings settings) {
        return new Drain(settings.cluster().drain());
    }

    /** Before every other filter: what those refuse ends its connection too. */
    @Bean
    FilterRegistrationBean<Drain> drainFilter(Drain drain) {
        FilterRegistrationBean<Drain> registration = new FilterRegistrationBean<>(drain);
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return registration;
    }

    /** Without a secret there is nobody to answer. */
    @Bean
    ServletRegistrationBean<PeerServlet> peerServlet(IngestSettings settings, Backend backend) {
        ServletRegistrationBean<PeerServlet> registration =
                new ServletRegistrationBean<>(
                        new PeerServlet(backend::peers), PeerEndpoint.PATH + "*");
        registration.setEnabled(settings.cluster().secret() != null);
        return registration;
    }
}
