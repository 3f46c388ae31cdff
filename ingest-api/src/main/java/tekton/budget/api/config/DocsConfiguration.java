package tekton.budget.api.config;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import tekton.budget.api.ops.DocsController;
import tekton.budget.api.ops.PageController;
import tekton.budget.api.route.ServiceIdentity;

import java.util.Map;

/** The documents, and the pages. */
@Configuration(proxyBeanMethods = false)
class DocsConfiguration {

    /** That of the pom; a test says so when they differ: the page's files would not be found. */
    private static final String SWAGGER_UI = "5.34.1";

    private static final String LIT_HTML = "3.3.1";
    private static final String UPLOT = "1.6.30";

    private static final String JARS = "/META-INF/resources/webjars/";

    @Bean
    DocsController docsController() {
        return new DocsController(SWAGGER_UI);
    }

    @Bean
    PageController pageController(ServiceIdentity service) {
        return new PageController(
                service,
                Map.of(
                        "lit-html.js",
                        JARS + "lit-html/" + LIT_HTML + "/lit-html.js",
                        "uplot.js",
                        JARS + "uplot/" + UPLOT + "/dist/uPlot.esm.js",
                        "uplot.css",
                        JARS + "uplot/" + UPLOT + "/dist/uPlot.min.css"));
    }
}
