package tekton.budget.api;

import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

import java.util.Set;
import java.util.TreeSet;

/** What a running application serves, asked of itself. */
final class Routes {

    private Routes() {}

    /** Every route as a method and a path, of Spring MVC and of the servlets beside it. */
    static Set<String> of(Api api) {
        Set<String> routes = new TreeSet<>();
        for (RequestMappingInfo route :
                api.bean(RequestMappingHandlerMapping.class).getHandlerMethods().keySet()) {
            for (String pattern : route.getPathPatternsCondition().getPatternValues()) {
                for (RequestMethod method : route.getMethodsCondition().getMethods()) {
                    routes.add(
                            method.name()
                                    + ' '
                                    + pattern.replaceAll("\\{\\*?(\\w+)[^}]*}", "{$1}"));
                }
            }
        }
        for (ServletRegistrationBean<?> servlet : api.beans(ServletRegistrationBean.class)) {
            for (String path : servlet.getUrlMappings()) {
                // What instances ask each other is for nobody else.
                if (!path.equals("/") && !path.startsWith("/internal/")) {
                    // A servlet does not say which method it serves; those of usage take reports.
                    routes.add((path.contains("/usage/") ? "POST " : "GET ") + path);
                }
            }
        }
        return routes;
    }
}
