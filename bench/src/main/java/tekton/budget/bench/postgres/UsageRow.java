package tekton.budget.bench.postgres;

import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A record as the database takes it.
 *
 * @param at when it happened, ISO 8601
 */
record UsageRow(
        String recordId,
        String contextId,
        String component,
        String provider,
        String model,
        String budgetId,
        long input,
        long output,
        String at) {

    /** The list price of the bench's one model, in pico-dollars a token. */
    private static final long INPUT_PRICE = 2_500_000;

    private static final long OUTPUT_PRICE = 10_000_000;

    private static final JsonFactory JSON = new JsonFactory();

    /** From JSON as the bench writes it. */
    static UsageRow read(byte[] json) {
        String recordId = "";
        String contextId = "";
        String component = "";
        String provider = "";
        String model = "";
        String budgetId = "";
        long input = 0;
        long output = 0;
        String at = "";
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            parser.nextToken();
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                parser.nextToken();
                switch (name) {
                    case "record_id" -> recordId = parser.getString();
                    case "context_id" -> contextId = parser.getString();
                    case "component" -> component = parser.getString();
                    case "provider" -> provider = parser.getString();
                    case "model" -> model = parser.getString();
                    case "budget_id" -> budgetId = parser.getString();
                    case "input_tokens" -> input = parser.getLongValue();
                    case "output_tokens" -> output = parser.getLongValue();
                    case "timestamp" -> at = parser.getString();
                    default -> parser.skipChildren();
                }
            }
        }
        return new UsageRow(
                recordId, contextId, component, provider, model, budgetId, input, output, at);
    }

    /** In pico-dollars. */
    long cost() {
        return input * INPUT_PRICE + output * OUTPUT_PRICE;
    }

    /** Appends it as a line of COPY's text format. The bench's ids need no escapes. */
    void copyTo(StringBuilder lines) {
        lines.append(recordId).append('\t').append(contextId).append('\t').append(component);
        lines.append('\t').append(provider).append('\t').append(model).append('\t');
        lines.append(budgetId).append('\t').append(input).append('\t').append(output).append('\t');
        lines.append(cost()).append('\t').append(at).append('\n');
    }
}
