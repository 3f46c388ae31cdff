package tekton.budget.api.registry;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.outbound.OutboundException;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * The tools in Hermes' own list of tools, which is beside that of components and forgotten with it.
 * Not every Hermes has such a list, and nothing depends on it: what fails is said once and left.
 * The link's thread, save {@link #withdraw}.
 */
final class ToolAnnouncements {

    private static final Logger LOG = LoggerFactory.getLogger(ToolAnnouncements.class);

    private final Supplier<List<HermesTool>> tools;
    private final URI endpoint;
    private final List<String> ids = new CopyOnWriteArrayList<>();
    private boolean failureSaid;

    /**
     * Announces nothing yet.
     *
     * @param endpoint where this service serves, a URL
     */
    ToolAnnouncements(Supplier<List<HermesTool>> tools, URI endpoint) {
        this.tools = tools;
        this.endpoint = endpoint;
    }

    /** Announces all, each once: what an earlier announcement left is taken back first. */
    void announce(HermesCalls calls) throws InterruptedException {
        try {
            for (String id : ids) {
                calls.withdrawn(id);
            }
            ids.clear();
            for (HermesTool tool : tools.get()) {
                String id = calls.announced(tool, endpoint);
                if (id == null) {
                    sayFailure("it has no such list");
                    return;
                }
                ids.add(id);
            }
            LOG.debug("Hermes has taken {} tools", ids.size());
        } catch (OutboundException none) {
            sayFailure("no proper answer: " + none.reason());
        }
    }

    private void sayFailure(String why) {
        if (!failureSaid) {
            failureSaid = true;
            LOG.info("Hermes has not taken the tools ({})", why);
        }
    }

    /** Takes all back without waiting. Any thread. */
    List<CompletableFuture<?>> withdraw(HermesCalls calls) {
        List<CompletableFuture<?>> pending = new ArrayList<>();
        ids.forEach(id -> pending.add(calls.withdraw(id)));
        return pending;
    }
}
