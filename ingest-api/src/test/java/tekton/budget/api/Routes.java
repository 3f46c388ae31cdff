package tekton.budget.api;

import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

import tekton.budget.api.route.Endpoint;
import tekton.budget.api.route.Endpoints;
import tekton.budget.api.usage.ForeignWays;
import tekton.budget.api.usage.PostedEvents;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What a running application serves, asked of itself. */
final class Routes {

    private Routes() {}

    /** Every row of the table as a method and a path, in both prefixes. */
    static Set<String> ofTheTable(boolean shutdown) {
        Set<String> routes = new TreeSet<>();
        for (Endpoint row : shutdown ? withShutdown() : Endpoints.ALL) {
            for (String path : inBothPrefixes(row.path().text())) {
                routes.add(row.method() + ' ' + path);
            }
        }
        return routes;
    }

    /** The row with exactly that method and path, of either prefix. */
    static Endpoint row(String method, String path) {
        return withShutdown().stream()
                .filter(row -> row.method().equals(method))
                .filter(row -> inBothPrefixes(row.path().text()).contains(path))
                .findFirst()
                .orElseThrow(() -> new AssertionError(method + ' ' + path + " is no row"));
    }

    private static List<Endpoint> withShutdown() {
        return Stream.concat(Endpoints.ALL.stream(), Endpoints.SHUTDOWN.stream()).toList();
    }

    private static List<String> inBothPrefixes(String path) {
        return path.equals("/api") || path.startsWith("/api/")
                ? List.of(path, path.replaceFirst("/api", "/api/v1"))
                : List.of(path);
    }

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
                if (servlet.getServlet() instanceof PostedEvents) {
                    routes.add("POST " + path);
                }
            }
        }
        api.bean(ForeignWays.class).servlets().keySet().stream()
                .map("POST "::concat)
                .forEach(routes::add);
        return routes;
    }
}
