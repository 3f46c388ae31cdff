package tekton.budget.adapter.otlp;

import tekton.budget.adapter.ForeignFormatException;
import tekton.budget.adapter.ForeignJson;

import tools.jackson.databind.JsonNode;

/**
 * A request in OTLP's JSON, walked down to its spans, log records or metrics. It is not protobuf's
 * JSON: ids are hex in any case, enums are numbers (OTLP 1.11, "JSON Protobuf Encoding").
 */
final class JsonBody {

    private final OtlpSignal signal;
    private final NodeTaker items;
    private final OtlpRejections rejected;
    private int parts;
    private int position;

    /** Takes one span, log record or metric, and its position among all of the request, from 0. */
    @FunctionalInterface
    interface NodeTaker {
        void take(JsonNode item, OtlpOrigin origin, int position);
    }

    private JsonBody(OtlpSignal signal, OtlpRejections rejected, NodeTaker items) {
        this.signal = signal;
        this.rejected = rejected;
        this.items = items;
    }

    /**
     * Hands out the items in the body's order.
     *
     * @param rejected learns what could not be read
     * @throws ForeignFormatException if it is no such request, or has more than anybody sends
     */
    static void read(byte[] body, OtlpSignal signal, OtlpRejections rejected, NodeTaker items)
            throws ForeignFormatException {
        JsonNode request = ForeignJson.read(body);
        JsonNode resources = ForeignJson.at(request, signal.resources());
        if (!request.isObject() || !(resources.isArray() || resources.isMissingNode())) {
            throw new ForeignFormatException(
                    "%s: expected an object with an array of this name"
                            .formatted(signal.resources()));
        }
        JsonBody walk = new JsonBody(signal, rejected, items);
        for (JsonNode resource : resources) {
            walk.resource(resource);
        }
    }

    private void resource(JsonNode of) throws ForeignFormatException {
        signal.checkParts(++parts);
        OtlpAttributes resource = JsonItems.attributes(ForeignJson.at(of, "resource"));
        for (JsonNode scope : ForeignJson.at(of, signal.scopes())) {
            signal.checkParts(++parts);
            String name = ForeignJson.text(scope, "scope", "name");
            OtlpOrigin origin = new OtlpOrigin(resource, name == null ? "" : name);
            for (JsonNode item : ForeignJson.at(scope, signal.items())) {
                signal.checkParts(++parts);
                if (item.isObject()) {
                    items.take(item, origin, position);
                } else {
                    rejected.add(position, signal.items() + ": expected an object in the array");
                }
                position++;
            }
        }
    }
}
