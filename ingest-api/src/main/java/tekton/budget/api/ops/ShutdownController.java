package tekton.budget.api.ops;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;

import tekton.budget.api.http.Bodies;
import tekton.budget.api.route.ServiceIdentity;
import tekton.budget.codec.JsonBytes;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** {@code POST /shutdown}: ends the process in order, as SIGTERM does, and says so first. */
@Controller
public final class ShutdownController {

    private static final Logger LOG = LoggerFactory.getLogger(ShutdownController.class);

    /** What an orderly end does, in its order. */
    private static final List<String> CLEANUP =
            List.of("unregister from Hermes", "finish requests", "commit and stop the streams");

    private final Runnable exit;
    private final InstantSource clock;
    private final AtomicBoolean ending = new AtomicBoolean();

    /**
     * The endpoints.
     *
     * @param exit ends the process in order; called once, by a thread of its own, and may wait for
     *     requests to end
     */
    public ShutdownController(Runnable exit, InstantSource clock) {
        this.exit = exit;
        this.clock = clock;
    }

    /** 202, and the end begins; the same again while it goes on. */
    @PostMapping({"/shutdown", "/api/shutdown", "/api/v1/shutdown"})
    public void shutdown(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        LocalCaller.check(request);
        Bodies.write(
                response,
                HttpServletResponse.SC_ACCEPTED,
                new JsonBytes(256)
                        .open('{')
                        .property("status", "accepted")
                        .property("message", "Budget is ending")
                        .property("timestamp", clock.instant().toString())
                        .close('}'));
        if (ending.compareAndSet(false, true)) {
            LOG.info("Ending, as a program on this machine asked for over HTTP");
            // The end waits for requests, this one too.
            Thread.ofPlatform().name("shutdown-asked").start(exit);
        }
    }

    /** Whether and how it can be ended. */
    @GetMapping({"/shutdown/status", "/api/shutdown/status", "/api/v1/shutdown/status"})
    public void status(HttpServletResponse response) throws IOException {
        JsonBytes json =
                new JsonBytes(256)
                        .open('{')
                        .property("shutdown_supported", true)
                        .property("component", ServiceIdentity.COMPONENT)
                        .property("method", "POST")
                        .name("endpoints")
                        .open('[')
                        .string("/shutdown")
                        .string("/api/shutdown")
                        .close(']')
                        .name("cleanup_tasks")
                        .open('[');
        CLEANUP.forEach(json::string);
        Bodies.write(response, HttpServletResponse.SC_OK, json.close(']').close('}'));
    }
}
