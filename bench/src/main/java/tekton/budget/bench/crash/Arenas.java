package tekton.budget.bench.crash;

import tekton.budget.bench.ledger.LedgerApi;
import tekton.budget.bench.ledger.Wanted;
import tekton.budget.bench.oracle.HardLimit;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;

/** Makes budgets with hard limits that are no multiples of any request. One thread. */
final class Arenas {

    private static final String MONTHLY = "monthly";
    private static final int FEWER_CONTEXTS = 8;

    private final LedgerApi ledger;
    private final String name;
    private final List<String> contexts;

    /**
     * @param name begins the names of the budgets
     * @param contexts for which callers ask
     */
    Arenas(LedgerApi ledger, String name, List<String> contexts) {
        this.ledger = ledger;
        this.name = name;
        this.contexts = List.copyOf(contexts);
    }

    /** One budget with a limit of tokens, and one with their price in dollars. */
    List<Arena> plain(long limitTokens, BigDecimal rate) throws IOException, InterruptedException {
        BigDecimal cost =
                rate.multiply(BigDecimal.valueOf(limitTokens))
                        .add(rate.divide(BigDecimal.TWO))
                        .stripTrailingZeros();
        String tokenBudget = ledger.createBudget(name + "-tokens");
        HardLimit tokens = tokenLimit(tokenBudget, limitTokens, MONTHLY, "");
        String costBudget = ledger.createBudget(name + "-cost");
        HardLimit dollars =
                new HardLimit(
                        costBudget,
                        ledger.createHardLimit(costBudget, "cost_limit", cost),
                        "cost",
                        cost,
                        rate);
        return List.of(
                new Arena(tokenBudget, List.of(tokens), List.of(Wanted.MODEL), contexts, 1),
                new Arena(costBudget, List.of(dollars), List.of(Wanted.MODEL), contexts, 1));
    }

    /** One limit for each of two tiers, and one on both that is less than their sum. */
    Arena tiers(long limitTokens) throws IOException, InterruptedException {
        String budgetId = ledger.createBudget(name + "-tiers");
        return new Arena(
                budgetId,
                List.of(
                        tokenLimit(budgetId, limitTokens / 4 + 1, MONTHLY, Arena.TIER),
                        tokenLimit(budgetId, limitTokens * 5 / 6 + 5, MONTHLY, Arena.SMALLER_TIER),
                        tokenLimit(budgetId, limitTokens, MONTHLY, "")),
                List.of(Wanted.MODEL, Arena.SMALLER_MODEL),
                contexts,
                1);
    }

    /** A limit for each session, in few sessions, and one on all that is less than their sum. */
    Arena sessions(long limitTokens) throws IOException, InterruptedException {
        String budgetId = ledger.createBudget(name + "-sessions");
        List<String> few = contexts.subList(0, Math.min(FEWER_CONTEXTS, contexts.size()));
        return new Arena(
                budgetId,
                List.of(
                        tokenLimit(budgetId, limitTokens / few.size() + 7, "per_session", ""),
                        tokenLimit(budgetId, limitTokens * 9 / 10, MONTHLY, "")),
                List.of(Wanted.MODEL),
                few,
                1);
    }

    /** A limit of dollars on a model that has a fee for each request. */
    Arena fees(long limitTokens, FeeModel model) throws IOException, InterruptedException {
        String budgetId = ledger.createBudget(name + "-fees");
        return new Arena(
                budgetId,
                List.of(model.limit(ledger, budgetId, limitTokens)),
                List.of(model.name()),
                contexts,
                FeeModel.REQUESTS_MAX);
    }

    private HardLimit tokenLimit(String budgetId, long limit, String period, String tier)
            throws IOException, InterruptedException {
        BigDecimal tokens = BigDecimal.valueOf(limit);
        return new HardLimit(
                budgetId,
                ledger.createHardLimit(budgetId, "token_limit", tokens, period, tier),
                "tokens",
                tokens,
                BigDecimal.ONE,
                BigDecimal.ZERO,
                tier,
                period.equals("per_session"));
    }
}
