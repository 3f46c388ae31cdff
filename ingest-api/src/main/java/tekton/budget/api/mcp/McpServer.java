package tekton.budget.api.mcp;

import tekton.budget.api.registry.HermesTool;
import tekton.budget.api.route.ServiceIdentity;

import java.time.InstantSource;
import java.util.List;

/** The tools and all ways in to them. Thread-safe; {@link #close} once. */
public final class McpServer implements AutoCloseable {

    private final OwnApi api = new OwnApi();
    private final TektonCatalog catalog;
    private final McpController controller;
    private final TektonController tekton;

    public McpServer(ServiceIdentity service, InstantSource clock) {
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
