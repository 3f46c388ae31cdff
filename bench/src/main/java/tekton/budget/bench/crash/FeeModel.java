package tekton.budget.bench.crash;

import tekton.budget.bench.http.CheckTimeout;
import tekton.budget.bench.ledger.LedgerApi;
import tekton.budget.bench.ledger.Wanted;
import tekton.budget.bench.oracle.HardLimit;
import tekton.budget.bench.oracle.PriceList;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.concurrent.TimeUnit;

/**
 * A model that costs something for each request besides its tokens, by a price of the operator's.
 *
 * @param name of {@link Wanted#PROVIDER}
 * @param output dollars for a token of output, the dearest
 * @param request dollars for a request
 */
record FeeModel(String name, BigDecimal output, BigDecimal request) {

    /** For how many requests allocations of it may be. */
    static final int REQUESTS_MAX = 5;

    /** The one that is used here. */
    static final FeeModel WITH_FEE =
            new FeeModel("bench-with-fee", new BigDecimal("0.00002"), new BigDecimal("0.0125"));

    private static final BigDecimal INPUT = new BigDecimal("0.000004");
    private static final long LOOK_AGAIN_MS = 500;

    /** Sets the price, unless it is there, and returns when it stands in the topic. */
    void publish(LedgerApi api, String bootstrapServers) throws IOException, InterruptedException {
        if (PriceList.read(bootstrapServers).has(Wanted.PROVIDER, name)) {
            return;
        }
        ObjectNode price = JsonNodeFactory.instance.objectNode();
        price.put("input_cost_per_token", INPUT);
        price.put("output_cost_per_token", output);
        price.put("fixed_cost_per_request", request);
        api.setPrice(Wanted.PROVIDER, name, price);
        for (long begun = System.nanoTime(); !CheckTimeout.isOver(begun); ) {
            if (PriceList.read(bootstrapServers).has(Wanted.PROVIDER, name)) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
        }
        throw new IOException("the price of " + name + " did not come");
    }

    /** A hard limit of dollars for about so many tokens. */
    HardLimit limit(LedgerApi ledger, String budgetId, long tokens)
            throws IOException, InterruptedException {
        BigDecimal cost =
                output.multiply(BigDecimal.valueOf(tokens))
                        .add(output.divide(BigDecimal.TWO))
                        .stripTrailingZeros();
        return new HardLimit(
                budgetId,
                ledger.createHardLimit(budgetId, "cost_limit", cost),
                "cost",
                cost,
                output,
                request,
                "",
                false);
    }

    /** Asks until this process knows the price: before, every request is refused for it. */
    static void awaitKnown(LedgerApi api, Arena arena) throws IOException, InterruptedException {
        Wanted least =
                new Wanted(
                        arena.budgetId(),
                        arena.contexts().getFirst(),
                        CompetingCaller.SMALLEST,
                        arena.models().getFirst(),
                        1);
        for (long begun = System.nanoTime(); !CheckTimeout.isOver(begun); ) {
            if (api.decision(least, "").status() == 201) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
        }
        throw new IOException("the price of " + arena.models() + " is not known");
    }
}
