package tekton.budget.api.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.api.http.ProblemType;
import tekton.budget.ledger.Level;
import tekton.budget.ledger.Measure;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Refusal;
import tekton.budget.ledger.Scope;
import tekton.budget.ledger.Standing;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

class RefusalProblemsTest {

    @Test
    void shouldKeepTheTable() {
        assertThat(
                        Arrays.stream(Refusal.RefusalCode.values())
                                .map(RefusalProblemsTest::line)
                                .collect(Collectors.joining("\n")))
                .isEqualTo(
                        """
                        catching_up: 503 service_unavailable
                        idempotency_conflict: 409 idempotency_conflict
                        resource_exists: 409 resource_exists
                        budget_not_found: 404 resource_not_found
                        policy_not_found: 404 resource_not_found
                        allocation_not_found: 404 resource_not_found
                        budget_inactive: 409 budget_inactive
                        invalid: 400 invalid_value
                        too_many: 409 too_many
                        price_unknown: 402 price_unknown
                        insufficient_budget: 402 insufficient_budget\
                        """);
    }

    @Test
    void shouldNameWhatBlocksInNumbers() {
        Standing blocking =
                new Standing(
                        "default.p",
                        PolicyType.HARD_LIMIT,
                        Period.DAILY,
                        Scope.ANY,
                        0L,
                        86_400_000L,
                        Measure.COST,
                        Level.EXCEEDED,
                        new BigDecimal("1.50"),
                        new BigDecimal("1.000000000001"),
                        BigDecimal.ZERO,
                        new BigDecimal("1E+1"));

        String json =
                new String(
                        RefusalProblems.problem(
                                        new Refusal(
                                                Refusal.RefusalCode.INSUFFICIENT_BUDGET,
                                                "too little is left",
                                                List.of(blocking)))
                                .toJson(),
                        StandardCharsets.UTF_8);

        assertThat(json)
                .contains("\"status\":402")
                .contains("\"detail\":\"too little is left\"")
                .contains("\"policy_id\":\"default.p\"")
                .contains("\"measure\":\"cost\"")
                .contains("\"limit\":1.5,")
                .contains("\"used\":1.000000000001")
                .contains("\"reserved\":0,")
                .contains("\"asked\":10,")
                .contains("\"left\":0.499999999999,")
                .contains(
                        "\"message\":\"hard_limit of 1.5 USD per day: 1.000000000001 used, 0"
                                + " reserved, 10 asked, 0.499999999999 left\"");
    }

    private static String line(Refusal.RefusalCode code) {
        ProblemType type = RefusalProblems.typeOf(code);
        return "%s: %d %s".formatted(code.wireName(), type.status(), type.code());
    }
}
