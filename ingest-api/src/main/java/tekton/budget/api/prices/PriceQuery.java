package tekton.budget.api.prices;

import tekton.budget.api.http.JsonBodies;
import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemType;
import tekton.budget.codec.JsonFields;
import tekton.budget.pricing.PriceBook;
import tekton.budget.pricing.PriceMatch;
import tekton.budget.pricing.PriceSpan;
import tekton.budget.value.UsageBounds;

/**
 * A model and an instant, as a body asks for them.
 *
 * @param atMs the instant, epoch milliseconds; now when the body names none
 */
record PriceQuery(String provider, String model, long atMs) {

    /** Reads it; what is wrong is kept in the fields. */
    static PriceQuery of(JsonFields fields, long nowMs) {
        String provider = fields.requiredText("provider", UsageBounds.NAME_LENGTH_MAX);
        String model = fields.requiredText("model", UsageBounds.MODEL_LENGTH_MAX);
        Long at = fields.timeMs("at");
        return new PriceQuery(provider, model, at == null ? nowMs : at);
    }

    /**
     * The price in force.
     *
     * @throws ProblemException 404 if none is known; 400 or 422 if a field was wrong
     */
    PriceMatch match(JsonFields fields, PriceBook book) {
        JsonBodies.check(fields);
        return book.match(provider, model, atMs)
                .orElseThrow(
                        () ->
                                new ProblemException(
                                        Problem.of(
                                                ProblemType.RESOURCE_NOT_FOUND,
                                                "Price with ID %s/%s not found"
                                                        .formatted(provider, model))));
    }

    /** How long a version that is in force then has been so, and will be. */
    static PriceSpan span(PriceBook book, PriceMatch match, long atMs) {
        return book.history(match.price().provider(), match.price().model()).stream()
                .filter(span -> span.fromMs() <= atMs && atMs < span.untilMs())
                .findFirst()
                .orElseThrow();
    }
}
