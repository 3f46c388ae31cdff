package tekton.budget.api.config;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import tekton.budget.api.mcp.McpController;
import tekton.budget.api.mcp.McpServer;
import tekton.budget.api.mcp.TektonController;
import tekton.budget.api.route.ServiceIdentity;

import java.time.InstantSource;

/** Tools for language models and for Tekton's programs. */
@Configuration(proxyBeanMethods = false)
class McpConfiguration {

    @Bean(destroyMethod = "close")
    McpServer mcpServer(IngestSettings settings, ServiceIdentity service, InstantSource clock) {
        ServerCertificate tls = settings.tls();
        return new McpServer(service, tls == null ? null : tls.forPeers(), clock);
    }

    @Bean
    McpController mcpController(McpServer server) {
        return server.controller();
    }

    @Bean
    TektonController tektonController(McpServer server) {
        return server.tekton();
    }
}
