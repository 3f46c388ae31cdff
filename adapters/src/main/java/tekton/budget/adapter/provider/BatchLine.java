package tekton.budget.adapter.provider;

import org.jspecify.annotations.Nullable;

import tekton.budget.adapter.ForeignJson;

import tools.jackson.databind.JsonNode;

/**
 * A line of a batch's result file: OpenAI's (and Mistral's) have {@code custom_id} and {@code
 * response.body}, Anthropic's {@code custom_id} and {@code result.message}, Gemini's {@code key}
 * and {@code response}, Vertex AI's {@code request}, {@code processed_time} and {@code response},
 * Bedrock's {@code recordId}, {@code modelInput} and {@code modelOutput}.
 *
 * @param answer null if the request of this line failed
 * @param id the line's own, for answers that have none; null if it has none
 * @param customId the sender's name of the request; null if there is none
 */
record BatchLine(@Nullable JsonNode answer, @Nullable String id, @Nullable String customId) {

    private static final int STATUS_OK_MAX = 299;

    /** The line; null if the document is none. */
    static @Nullable BatchLine of(JsonNode document) {
        if (document.has("custom_id")) {
            return ofCustomId(document);
        }
        if (document.has("recordId") || document.has("modelInput")) {
            return ofBedrock(document);
        }
        boolean named =
                ForeignJson.text(document, "key") != null
                        || (document.has("request") && document.has("processed_time"));
        if (!named || !(document.has("response") || document.has("error"))) {
            return null;
        }
        JsonNode response = ForeignJson.at(document, "response");
        boolean answered = response.isObject() && !response.isEmpty();
        return new BatchLine(answered ? response : null, null, ForeignJson.text(document, "key"));
    }

    /** The sender names the line, and nobody else does: two jobs may have the same names. */
    private static @Nullable BatchLine ofBedrock(JsonNode document) {
        JsonNode output = ForeignJson.at(document, "modelOutput");
        if (!output.isObject() && !document.has("error")) {
            return null;
        }
        return new BatchLine(
                output.isObject() ? output : null, null, ForeignJson.text(document, "recordId"));
    }

    private static @Nullable BatchLine ofCustomId(JsonNode document) {
        String customId = ForeignJson.text(document, "custom_id");
        JsonNode result = ForeignJson.at(document, "result");
        if (result.isObject()) {
            JsonNode message = ForeignJson.at(result, "message");
            boolean succeeded = "succeeded".equals(ForeignJson.text(result, "type"));
            return new BatchLine(succeeded && message.isObject() ? message : null, null, customId);
        }
        JsonNode response = ForeignJson.at(document, "response");
        if (!response.isObject() && !document.has("error")) {
            return null;
        }
        JsonNode body = ForeignJson.at(response, "body");
        boolean failed =
                ForeignJson.at(document, "error").isObject()
                        || ForeignJson.count(response, "status_code") > STATUS_OK_MAX;
        return new BatchLine(
                body.isObject() && !failed ? body : null,
                ForeignJson.text(document, "id"),
                customId);
    }
}
