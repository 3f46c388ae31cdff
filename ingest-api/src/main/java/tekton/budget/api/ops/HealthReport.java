package tekton.budget.api.ops;

import tekton.budget.api.registry.HermesStanding;
import tekton.budget.api.route.Capability;
import tekton.budget.api.route.ServiceIdentity;
import tekton.budget.codec.JsonBytes;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SequencedMap;

/**
 * What {@code /health} says.
 *
 * @param status in one word: starting, healthy, degraded or unhealthy
 * @param missing the parts that a start still waits for; nothing later
 * @param parts how each part is doing, in one word
 * @param hermes how this instance stands with Hermes
 */
public record HealthReport(
        String status,
        List<String> missing,
        SequencedMap<String, String> parts,
        HermesStanding hermes) {

    /** Until a write would succeed for the first time. */
    public static final String STARTING = "starting";

    /** As JSON. */
    public JsonBytes toJson(ServiceIdentity service, Instant now) {
        JsonBytes json =
                new JsonBytes(1_024)
                        .open('{')
                        .property("status", status)
                        .property("component", ServiceIdentity.COMPONENT)
                        .property("version", service.version())
                        .property("timestamp", now.toString())
                        .property("uptime", Duration.between(service.startedAt(), now).toSeconds())
                        .property("port", service.port())
                        .property("registered_with_hermes", hermes.registered())
                        .property("registeredWithHermes", hermes.registered())
                        .name("missing")
                        .open('[');
        missing.forEach(json::string);
        json.close(']');
        parts(json);
        json.name("dependencies")
                .open('[')
                .close(']')
                .name("metrics")
                .open('{')
                .close('}')
                .name("details")
                .open('{')
                .name("services")
                .open('[');
        Capability.wireNames().forEach(json::string);
        return json.close(']').close('}').close('}');
    }

    /** Writes how each part is doing, as a property of an object that the caller has opened. */
    void parts(JsonBytes json) {
        json.name("parts").open('{');
        parts.forEach(
                (name, state) -> json.name(name).open('{').property("status", state).close('}'));
        json.name("hermes")
                .open('{')
                .property("status", hermes.state().wireName())
                .property("announced_by_file", hermes.byFile())
                .close('}')
                .close('}');
    }
}
