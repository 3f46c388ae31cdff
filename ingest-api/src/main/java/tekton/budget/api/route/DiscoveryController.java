package tekton.budget.api.route;

import jakarta.servlet.http.HttpServletResponse;

import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

import tekton.budget.api.http.Bodies;
import tekton.budget.codec.JsonBytes;

import java.io.IOException;
import java.net.URI;
import java.util.List;

/** {@code GET /api/discovery}: what can be asked here, for programs that look around. */
@Controller
public final class DiscoveryController {

    private final ServiceIdentity service;
    private final URI hermes;
    private final boolean shutdown;

    /**
     * The endpoint.
     *
     * @param hermes where this service announces itself, without any secret
     * @param shutdown whether it can be ended over HTTP
     */
    public DiscoveryController(ServiceIdentity service, URI hermes, boolean shutdown) {
        this.service = service;
        this.hermes = hermes;
        this.shutdown = shutdown;
    }

    /** Every endpoint with its method, path and description. */
    @GetMapping({"/api/discovery", "/api/v1/discovery"})
    public void discovery(HttpServletResponse response) throws IOException {
        JsonBytes json =
                new JsonBytes(8_192)
                        .open('{')
                        .property("component", ServiceIdentity.COMPONENT)
                        .property("version", service.version())
                        .property("description", ServiceIdentity.DESCRIPTION)
                        .name("endpoints")
                        .open('[');
        endpoints(json, Endpoints.ALL);
        if (shutdown) {
            endpoints(json, Endpoints.SHUTDOWN);
        }
        json.close(']');
        texts(json, "capabilities", Capability.wireNames());
        json.name("dependencies").open('{').property("hermes", hermes.toString()).close('}');
        json.name("metadata").open('{');
        texts(json, "prefixes", Endpoints.PREFIXES);
        Bodies.write(
                response,
                HttpServletResponse.SC_OK,
                json.property("health", "/health")
                        .property("ready", "/ready")
                        .property("port", service.port())
                        .close('}')
                        .close('}'));
    }

    private static void endpoints(JsonBytes json, List<Endpoint> endpoints) {
        for (Endpoint endpoint : endpoints) {
            json.open('{')
                    .property("path", endpoint.path().text())
                    .property("method", endpoint.method())
                    .property("description", endpoint.description())
                    .close('}');
        }
    }

    private static void texts(JsonBytes json, String name, List<String> texts) {
        json.name(name).open('[');
        texts.forEach(json::string);
        json.close(']');
    }
}
