package tekton.budget.api.ops;

import jakarta.servlet.http.HttpServletResponse;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

import tekton.budget.api.http.Bodies;
import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemResponse;
import tekton.budget.api.http.ProblemType;
import tekton.budget.api.publish.LedgerClient;
import tekton.budget.api.registry.HermesStanding;
import tekton.budget.api.route.ServiceIdentity;
import tekton.budget.codec.JsonBytes;
import tekton.budget.kafka.TopicPublisher;
import tekton.budget.metering.query.MeteringStatus;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * {@code /health} and {@code /ready}.
 *
 * <p>Healthy means: a write would succeed, or did once; from then on this process can serve, and
 * what ails it is told in the body, because a restart would not cure Kafka. It would cure that
 * decisions are not read any more: then this process is not healthy. Ready means: totals and ledger
 * can be read, and decisions are seen.
 */
@Controller
public final class HealthController {

    private static final String UNHEALTHY = "unhealthy";

    private final ServiceIdentity service;
    private final TopicPublisher publisher;
    private final LedgerClient ledger;
    private final Supplier<@Nullable MeteringStatus> metering;
    private final Supplier<HermesStanding> hermes;
    private final BooleanSupplier draining;
    private final InstantSource clock;

    /** Whether a write would have succeeded once. */
    private volatile boolean served;

    /**
     * The endpoints.
     *
     * @param metering its status, or null until it runs
     * @param hermes how this instance stands with Hermes; it is told, and is no ailment
     * @param draining whether it has been told to stop
     */
    public HealthController(
            ServiceIdentity service,
            TopicPublisher publisher,
            LedgerClient ledger,
            Supplier<@Nullable MeteringStatus> metering,
            Supplier<HermesStanding> hermes,
            BooleanSupplier draining,
            InstantSource clock) {
        this.service = service;
        this.publisher = publisher;
        this.ledger = ledger;
        this.metering = metering;
        this.hermes = hermes;
        this.draining = draining;
        this.clock = clock;
    }

    /** 200 as long as this process can serve, 503 before. */
    @GetMapping({
        "/health",
        "/status",
        "/api/health",
        "/api/v1/health",
        "/api/status",
        "/api/v1/status"
    })
    public void health(HttpServletResponse response) throws IOException {
        HealthReport report = report();
        boolean serves =
                !report.status().equals(HealthReport.STARTING)
                        && !report.status().equals(UNHEALTHY);
        Bodies.write(
                response,
                serves ? HttpServletResponse.SC_OK : HttpServletResponse.SC_SERVICE_UNAVAILABLE,
                report.toJson(service, clock.instant()));
    }

    /** How this instance and its parts are doing. */
    HealthReport report() {
        String condition = status();
        SequencedMap<String, String> parts = new LinkedHashMap<>();
        parts.put("kafka", connection(publisher.isOpen(), publisher.isFailing()));
        parts.put("decisions", connection(ledger.isOpen(), ledger.isFailing()));
        MeteringStatus status = metering.get();
        if (status == null) {
            parts.put("metering", HealthReport.STARTING);
        } else {
            parts.putAll(status.parts());
        }
        return new HealthReport(
                condition,
                condition.equals(HealthReport.STARTING) ? missing() : List.of(),
                parts,
                hermes.get());
    }

    private List<String> missing() {
        List<String> missing = new ArrayList<>();
        if (!publisher.isOpen()) {
            missing.add("kafka");
        }
        if (!ledger.isOpen()) {
            missing.add("decisions");
        }
        return missing;
    }

    /** How this instance is doing, in one word: starting, healthy, degraded or unhealthy. */
    public String status() {
        if (!publisher.isOpen() || !ledger.isOpen()) {
            return served ? UNHEALTHY : HealthReport.STARTING;
        }
        served = true;
        MeteringStatus status = metering.get();
        boolean whole =
                !publisher.isFailing()
                        && !ledger.isFailing()
                        && status != null
                        && status.queryable()
                        && status.following();
        return whole ? "healthy" : "degraded";
    }

    /** 200 while every store of this instance can be asked and decisions are seen. */
    @GetMapping("/ready")
    public void ready(HttpServletResponse response) throws IOException {
        MeteringStatus status = metering.get();
        boolean stopping = draining.getAsBoolean();
        if (stopping || status == null || !status.queryable() || !ledger.isOpen()) {
            ProblemResponse.write(
                    response,
                    Problem.retryLater(
                            ProblemType.SERVICE_UNAVAILABLE,
                            stopping ? "Component is stopping" : "Component not ready",
                            Duration.ofSeconds(1)));
            return;
        }
        Instant now = clock.instant();
        JsonBytes json =
                new JsonBytes(512)
                        .open('{')
                        .property("ready", true)
                        .property("component", ServiceIdentity.COMPONENT)
                        .property("version", service.version())
                        .property("initialization_time", service.startedAt().toString())
                        .property("initializationTime", service.startedAt().toString())
                        .property("uptime", uptimeSeconds(now))
                        .property("timestamp", now.toString())
                        .name("checks")
                        .open('{');
        for (Map.Entry<String, String> part : status.parts().entrySet()) {
            json.property(part.getKey(), part.getValue());
        }
        Bodies.write(response, HttpServletResponse.SC_OK, json.close('}').close('}'));
    }

    private static String connection(boolean open, boolean failing) {
        return !open ? "connecting" : failing ? "failing" : "up";
    }

    private long uptimeSeconds(Instant now) {
        return Duration.between(service.startedAt(), now).toSeconds();
    }
}
