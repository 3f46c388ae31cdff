package tekton.budget.bench.crash;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.bench.crash.AllocationAnswer.DecisionType;
import tekton.budget.bench.ledger.Wanted;
import tekton.budget.bench.oracle.HardLimit;
import tekton.budget.bench.oracle.LedgerOracle;

import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

class AllocationAnswerTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final HardLimit LIMIT =
            new HardLimit("b", "b.p", "tokens", BigDecimal.valueOf(100), BigDecimal.ONE);

    private static final AllocationAnswer GRANTED =
            told(DecisionType.GRANTED, "k1", 60, "b.1", "", -1, -1);
    private static final AllocationAnswer REFUSED =
            told(DecisionType.REFUSED, "k2", 50, "", "b.p", 40, 50);

    private final List<String> wrong = new ArrayList<>();
    private final LedgerOracle oracle = new LedgerOracle(List.of(LIMIT), wrong::add);
    private final AllocationChecker check =
            new AllocationChecker(List.of(LIMIT), oracle, wrong::add);

    AllocationAnswerTest() {
        for (String request : List.of("k1,60", "k2,50")) {
            String[] parts = request.split(",", -1);
            oracle.request(
                    JSON.readTree(
                            ("{\"head\":{\"request_id\":\"%s\",\"budget_id\":\"b\",\"repeat\":"
                                            + "{\"key\":\"%s\"}},\"tokens\":%s}")
                                    .formatted(parts[0], parts[0], parts[1])));
        }
        oracle.event(
                JSON.readTree(
                        "{\"kind\":\"granted\",\"request_id\":\"k1\",\"allocation\":"
                            + "{\"allocation_id\":\"b.1\",\"budget_id\":\"b\",\"tokens\":60}}"));
        oracle.event(
                JSON.readTree(
                        "{\"kind\":\"refused\",\"request_id\":\"k2\",\"budget_id\":\"b\",\"refusal\":"
                            + "{\"code\":\"insufficient_budget\",\"blocking\":[{\"policy_id\":"
                            + "\"b.p\",\"measure\":\"tokens\",\"limit\":100,\"used\":0,"
                            + "\"reserved\":60,\"asked\":50}]}}"));
    }

    @Test
    void whatTheLogSaysIsRight() {
        check.check(List.of(GRANTED, GRANTED, REFUSED));

        assertThat(wrong).isEmpty();
    }

    @Test
    void whatTheLogDoesNotSayIsWrong() {
        check.check(
                List.of(
                        told(DecisionType.GRANTED, "k1", 60, "b.2", "", -1, -1),
                        told(DecisionType.GRANTED, "k3", 60, "b.1", "", -1, -1),
                        told(DecisionType.REFUSED, "k1", 50, "", "b.p", 40, 50),
                        told(DecisionType.REFUSED, "", 50, "", "b.q", 40, 50),
                        told(DecisionType.REFUSED, "", 50, "", "b.p", 50, 50),
                        told(DecisionType.RELEASED, "", 60, "b.1", "", -1, -1)));

        assertThat(wrong).hasSize(6);
    }

    @Test
    void theLogKeepsEveryAnswer(@TempDir Path directory) throws IOException {
        AllocationAnswer released = AllocationAnswer.released(GRANTED);
        try (AnswerLog log = new AnswerLog(directory.resolve("answers.tsv"))) {
            log.add(GRANTED);
            log.add(REFUSED);
            log.add(released);

            // Not closed yet: it is on disk before the caller goes on.
            assertThat(log.read()).containsExactly(GRANTED, REFUSED, released);
        }
    }

    private static AllocationAnswer told(
            DecisionType outcome,
            String key,
            long tokens,
            String allocationId,
            String policyId,
            long left,
            long asked) {
        return new AllocationAnswer(
                outcome,
                key,
                new Wanted("b", "context", tokens),
                allocationId,
                policyId,
                BigDecimal.valueOf(left),
                BigDecimal.valueOf(asked));
    }
}
