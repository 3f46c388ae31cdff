package tekton.budget.api.usage;

import jakarta.servlet.http.HttpServlet;

import tekton.budget.adapter.otlp.OtlpSignal;
import tekton.budget.adapter.otlp.SpanMemory;
import tekton.budget.adapter.provider.ProviderFormat;
import tekton.budget.kafka.TopicPublisher;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The ways in for what programs emit already: a servlet for each path. */
public final class ForeignWays {

    private final Map<String, HttpServlet> servlets = new LinkedHashMap<>();
    private final HttpServlet events;
    private final ForeignIntake intake;
    private final TopicPublisher publisher;
    private final IntakeMeter meter;
    private final InstantSource clock;
    private final RecordSender sender;
    private final BodyMemory memory;

    /**
     * All of them.
     *
     * @param spans those that counted lately; shared with all other ways to traces
     * @param roomPatience how long a record waits for room in the producer, and a body for room
     */
    public ForeignWays(
            ForeignIntake intake,
            TopicPublisher publisher,
            IntakeMeter meter,
            InstantSource clock,
            ForeignSettings settings,
            SpanMemory spans,
            Duration roomPatience) {
        this.intake = intake;
        this.publisher = publisher;
        this.meter = meter;
        this.clock = clock;
        sender = new RecordSender(publisher, roomPatience);
        memory = ForeignServlet.memory(roomPatience);
        for (ProviderFormat format : ProviderFormat.values()) {
            HttpServlet servlet = servlet(new ResponseFormat(format));
            String provider = format.provider();
            both("/usage/" + (provider == null ? "response" : provider), servlet);
        }
        both("/usage/litellm", servlet(new LiteLlmFormat()));
        for (OtlpSignal signal : OtlpSignal.values()) {
            HttpServlet servlet = servlet(new OtlpFormat(signal, settings.otlp(), spans));
            String path = "/" + signal.name().toLowerCase(Locale.ROOT);
            servlets.put("/v1" + path, servlet);
            both(path, servlet);
        }
        events = servlet(new CloudEventsFormat(settings.events()));
    }

    /** The servlet of each path; both prefixes of the API are in it. */
    public Map<String, HttpServlet> servlets() {
        return servlets;
    }

    /** For a POST at the paths whose GET streams events. */
    public HttpServlet events() {
        return events;
    }

    private void both(String path, HttpServlet servlet) {
        servlets.put("/api" + path, servlet);
        servlets.put("/api/v1" + path, servlet);
    }

    private ForeignServlet servlet(ForeignFormat format) {
        return new ForeignServlet(format, intake, publisher, meter, clock, sender, memory);
    }
}
