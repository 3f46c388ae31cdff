package tekton.budget.bench.ledger;

import tekton.budget.bench.http.Response;
import tekton.budget.bench.product.TotalsView;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.math.BigDecimal;

/**
 * What the service answered.
 *
 * @param status the HTTP status
 * @param body the whole answer
 * @param position its {@code Budget-Position}; empty if it had none
 */
public record LedgerAnswer(int status, JsonNode body, String position) {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    static LedgerAnswer of(Response response) throws IOException {
        try {
            return new LedgerAnswer(
                    response.status(),
                    JSON.readTree(response.body()),
                    response.header("budget-position").orElse(""));
        } catch (JacksonException e) {
            throw new IOException(response.status() + " without JSON: " + response.text(), e);
        }
    }

    /** True when it is neither a decision nor a mistake of the caller: worth asking again. */
    public boolean isTransient() {
        return status == 429 || status == 503 || status == 504;
    }

    /** A text; empty if there is none of that name. */
    public String text(String name) {
        return body.path(name).asString("");
    }

    /** A number without trailing zeros; -1 if there is none of that name. */
    public BigDecimal number(String name) {
        return number(body, name);
    }

    /** True when there is a number of that name and that value. */
    public boolean has(String name, BigDecimal value) {
        return number(name).compareTo(value) == 0;
    }

    static BigDecimal number(JsonNode json, String name) {
        JsonNode value = json.path(name);
        return value.isNumber() ? TotalsView.plain(value.decimalValue()) : BigDecimal.ONE.negate();
    }

    @Override
    public String toString() {
        return status + " " + body;
    }
}
