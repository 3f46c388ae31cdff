package tekton.budget.bench.smoke;

import tekton.budget.bench.ledger.Blocked;
import tekton.budget.bench.ledger.LedgerAnswer;
import tekton.budget.bench.ledger.LedgerApi;
import tekton.budget.bench.ledger.Wanted;

import java.io.IOException;
import java.math.BigDecimal;

/** A hard limit refuses what does not fit and nothing else; a repeated request is one request. */
final class HardLimitCheck {

    private final LedgerApi ledger;
    private final Checks checks;

    HardLimitCheck(LedgerApi ledger, Checks checks) {
        this.ledger = ledger;
        this.checks = checks;
    }

    void run(String tag) throws IOException, InterruptedException {
        String budgetId = ledger.createBudget("smoke-" + tag);
        String policyId =
                ledger.createHardLimit(budgetId, "token_limit", BigDecimal.valueOf(1_000));

        LedgerAnswer first = ask(budgetId, 600, "first");
        checks.equal("600 of 1,000", 201, first.status());
        LedgerAnswer refused = ask(budgetId, 500, "refused");
        checks.equal("500 more", 402, refused.status());
        checks.equal("its code", "insufficient_budget", refused.text("code"));
        checks.equal(
                "its explanation",
                new Blocked(
                        policyId,
                        plain(1_000),
                        BigDecimal.ZERO,
                        plain(600),
                        plain(500),
                        plain(400)),
                Blocked.of(refused));

        LedgerAnswer again = ask(budgetId, 600, "first");
        checks.equal("the first request again", 201, again.status());
        checks.equal("its allocation", first.text("allocation_id"), again.text("allocation_id"));
        checks.equal("the refused one again", 402, ask(budgetId, 500, "refused").status());
        checks.equal("another request under a used key", 409, ask(budgetId, 7, "first").status());

        checks.equal("the other 400", 201, ask(budgetId, 400, "second").status());
        checks.equal("one more", 402, ask(budgetId, 1, "third").status());
        LedgerAnswer released = ledger.release(first.text("allocation_id"));
        checks.equal("600 released", 600L, released.body().path("tokens_released").asLong(-1));
        checks.equal("500 then", 201, ask(budgetId, 500, "fourth").status());
    }

    private LedgerAnswer ask(String budgetId, long tokens, String key)
            throws IOException, InterruptedException {
        return ledger.decision(new Wanted(budgetId, "smoke-ledger", tokens), key);
    }

    private static BigDecimal plain(long number) {
        return BigDecimal.valueOf(number).stripTrailingZeros();
    }
}
