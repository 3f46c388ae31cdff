package tekton.budget.api.mcp;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.registry.HermesTool;
import tekton.budget.api.route.ServiceIdentity;

import java.time.InstantSource;
import java.util.List;

import javax.net.ssl.SSLContext;

/** The tools and all ways in to them. Thread-safe; {@link #close} once. */
public final class McpServer implements AutoCloseable {

    private final OwnApi api;
    private final TektonCatalog catalog;
    private final McpController controller;
    private final TektonController tekton;

    /**
     * The tools.
     *
     * @param tls by what this instance's API is asked over TLS; null where it serves plain HTTP
     */
    public McpServer(ServiceIdentity service, @Nullable SSLContext tls, InstantSource clock) {
        api = new OwnApi(tls);
        catalog = new TektonCatalog(service);
        controller = new McpController(new McpProtocol(service.version()), new Toolbox(api));
        tekton = new TektonController(catalog, api, clock);
    }

    /** The protocol's endpoint. */
    public McpController controller() {
        return controller;
    }

    /** Tekton's. */
    public TektonController tekton() {
        return tekton;
    }

    /** What Hermes is told of. */
    public List<HermesTool> forHermes() {
        return catalog.forHermes();
    }

    /** Ends calls that are on their way; a call after it is refused. */
    @Override
    public void close() {
        api.close();
    }
}
