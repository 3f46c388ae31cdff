package tekton.budget.api.prices;

import org.jspecify.annotations.Nullable;

import tekton.budget.codec.JsonBytes;
import tekton.budget.codec.TermsJson;
import tekton.budget.event.PriceFault;
import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceStatus.Disagreement;
import tekton.budget.event.PriceStatus.Quarantined;
import tekton.budget.event.PriceStatus.QuotedPrice;
import tekton.budget.event.PriceStatus.SourceState;
import tekton.budget.value.Money;

import java.time.Instant;

/** What the poller says, as clients read it: properties of an object that the caller has opened. */
final class StatusJson {

    private StatusJson() {}

    static void quarantined(JsonBytes json, Quarantined held) {
        json.property("quarantine_id", held.id())
                .property("provider", held.provider())
                .property("model", held.model())
                .property("source", held.source())
                .property("state", held.state().wireName())
                .property("releasable", held.proposed() != null)
                .name("reasons")
                .open('[');
        for (PriceFault fault : held.faults()) {
            json.open('{')
                    .property("code", fault.code().wireName())
                    .property("message", fault.message())
                    .close('}');
        }
        json.close(']').name("proposed");
        PricePublished proposed = held.proposed();
        if (proposed == null) {
            json.raw("null");
        } else {
            json.open('{');
            TermsJson.properties(json, proposed.terms());
            json.close('}');
        }
        json.property("raw", held.raw())
                .property("in_force", held.inForce())
                .property("found_at", held.foundAt().toString())
                .property("decided_at", text(held.decidedAt()));
    }

    static void disagreement(JsonBytes json, Disagreement found) {
        json.property("provider", found.provider()).property("model", found.model());
        figures(json, "published", found.published());
        figures(json, "other", found.other());
        json.property("found_at", found.foundAt().toString());
    }

    static void source(JsonBytes json, SourceState state) {
        json.property("source", state.source())
                .property("location", state.location())
                .property("status", state.failure() == null ? "ok" : "failing")
                .property("failure", state.failure())
                .property("asked_at", state.askedAt().toString())
                .property("fetched_at", text(state.fetchedAt()))
                .property("models", state.models())
                .property("quarantined", state.quarantined())
                .property("unread", state.unread())
                .name("unsupported_classes")
                .open('{');
        state.unsupportedClasses().forEach((name, entries) -> json.property(name, entries));
        json.close('}');
    }

    private static void figures(JsonBytes json, String name, QuotedPrice figures) {
        json.name(name)
                .open('{')
                .property("source", figures.source())
                .propertyRaw("input_cost_per_token", Money.ofPico(figures.inputPico()).toString())
                .propertyRaw("output_cost_per_token", Money.ofPico(figures.outputPico()).toString())
                .close('}');
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }
}
