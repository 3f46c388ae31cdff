package tekton.budget.api.config;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import tekton.budget.api.ops.DocsController;

/** The documents and their page. */
@Configuration(proxyBeanMethods = false)
class DocsConfiguration {

    /** That of the pom; a test says so when they differ: the page's files would not be found. */
    private static final String SWAGGER_UI = "5.34.1";

    @Bean
    DocsController docsController() {
        return new DocsController(SWAGGER_UI);
    }
}
