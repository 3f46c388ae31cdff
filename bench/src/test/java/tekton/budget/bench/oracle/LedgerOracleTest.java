package tekton.budget.bench.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

class LedgerOracleTest {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private static final HardLimit TOKENS =
            new HardLimit("b", "b.p", "tokens", BigDecimal.valueOf(100), BigDecimal.ONE);

    private static final HardLimit COST =
            new HardLimit("c", "c.p", "cost", new BigDecimal("0.001"), new BigDecimal("0.00001"));

    private final List<String> wrong = new ArrayList<>();
    private final LedgerOracle oracle = new LedgerOracle(List.of(TOKENS, COST), wrong::add);

    @Test
    void grantsWithinTheLimitAndWhatReturnsAreRight() {
        asked("r1", "b", "k1", 60);
        asked("r2", "b", "", 40);
        asked("r3", "b", "k3", 60);
        event("{'kind':'budget_defined','request_id':'r0','budget':{'budget_id':'b'}}", "r0");
        granted("r1", "b", "b.1", 60);
        granted("r2", "b", "b.2", 40);
        event(
                "{'kind':'released','request_id':'r4','allocation':{'allocation_id':'b.1',"
                        + "'budget_id':'b'},'released_tokens':60}",
                "r4");
        granted("r3", "b", "b.3", 60);
        event(
                "{'kind':'ended','allocation':{'allocation_id':'b.2','budget_id':'b'},"
                        + "'returned_tokens':40}");
        oracle.end();

        assertThat(wrong).isEmpty();
        assertThat(oracle.most("b")).isEqualByComparingTo("100");
        assertThat(oracle.left("b")).isEqualByComparingTo("40");
        assertThat(oracle.isOpen("b.1")).isFalse();
        assertThat(oracle.isOpen("b.3")).isTrue();
        assertThat(oracle.keyOf("b.3")).contains("k3");
        assertThat(oracle.keyOf("b.9")).isEmpty();
        assertThat(oracle.outcome("b", "k1"))
                .contains(new LedgerOracle.LoggedDecision("b.1", BigDecimal.ZERO));
    }

    @Test
    void aGrantBeyondTheLimitIsWrong() {
        asked("r1", "b", "", 60);
        asked("r2", "b", "", 41);
        granted("r1", "b", "b.1", 60);
        granted("r2", "b", "b.2", 41);

        assertThat(wrong).singleElement().asString().startsWith("overspent: 101 given of 100");
    }

    @Test
    void moneyIsHeldAtTheDearerRate() {
        asked("r1", "c", "", 100);
        asked("r2", "c", "", 1);
        granted("r1", "c", "c.1", 100);
        assertThat(wrong).isEmpty();
        assertThat(oracle.left("c")).isEqualByComparingTo("0");

        event(
                "{'kind':'granted','request_id':'r2','allocation':{'allocation_id':'c.2',"
                        + "'budget_id':'c','tokens':1,'price':{'rate_pico':1}}}");
        assertThat(wrong).hasSize(2);
        assertThat(wrong.getFirst()).startsWith("held at another rate");
        assertThat(wrong.getLast()).startsWith("overspent");
    }

    @Test
    void aRefusalNamesTheLimitAndItsNumbersAreThoseOfTheLog() {
        asked("r1", "b", "", 60);
        asked("r2", "b", "k", 41);
        asked("r3", "b", "", 41);
        granted("r1", "b", "b.1", 60);
        refused("r2", "b.p", 60, 41);
        assertThat(wrong).isEmpty();
        assertThat(oracle.outcome("b", "k"))
                .contains(new LedgerOracle.LoggedDecision("", BigDecimal.valueOf(40)));

        refused("r3", "b.p", 59, 41);
        assertThat(wrong).singleElement().asString().startsWith("a refusal's numbers");
    }

    @Test
    void whatFitsMustNotBeRefused() {
        asked("r1", "b", "", 100);
        refused("r1", "b.other", 0, 100);

        assertThat(wrong).hasSize(2);
        assertThat(wrong.getFirst()).startsWith("refused although 100 is left");
        assertThat(wrong.getLast()).startsWith("a refusal that does not name the limit");
    }

    @Test
    void aKeyHasOneDecision() {
        asked("r1", "b", "k", 10);
        asked("r2", "b", "k", 10);
        asked("r3", "b", "k", 10);
        granted("r1", "b", "b.1", 10);
        event(repeated("r2", "b.1"));
        assertThat(wrong).isEmpty();

        granted("r3", "b", "b.2", 10);
        assertThat(wrong).singleElement().asString().startsWith("two decisions for key k");
    }

    @Test
    void aRepeatTellsTheFirstDecision() {
        asked("r1", "b", "k", 10);
        asked("r2", "b", "k", 10);
        granted("r1", "b", "b.1", 10);
        event(repeated("r2", "b.7"));

        assertThat(wrong).singleElement().asString().startsWith("repeats something else");
    }

    @Test
    void everyRequestIsDecidedOnce() {
        asked("r1", "b", "", 10);
        asked("r2", "b", "", 10);
        granted("r1", "b", "b.1", 10);
        granted("r1", "b", "b.2", 10);
        event("{'kind':'refused','request_id':'r9','budget_id':'b','refusal':{'code':'invalid'}}");
        oracle.end();

        assertThat(wrong).hasSize(3);
        assertThat(wrong.get(0)).startsWith("decided twice");
        assertThat(wrong.get(1)).startsWith("decided and never asked");
        assertThat(wrong.get(2)).isEqualTo("never decided: request r2");
    }

    @Test
    void onlyARequestWithAKeyMayBeWrittenAgain() {
        asked("r1", "b", "k", 10);
        asked("r1", "b", "k", 10);
        granted("r1", "b", "b.1", 10);
        event(repeated("r1", "b.1"));
        oracle.end();
        assertThat(wrong).isEmpty();

        asked("r2", "b", "", 10);
        asked("r2", "b", "", 10);
        assertThat(wrong).singleElement().asString().startsWith("written twice without a key");
    }

    @Test
    void anAllocationReturnsWhatWasOpenOnce() {
        asked("r1", "b", "", 10);
        granted("r1", "b", "b.1", 10);
        String ended =
                "{'kind':'ended','allocation':{'allocation_id':'b.1','budget_id':'b'},"
                        + "'returned_tokens':10}";
        event(ended);
        assertThat(wrong).isEmpty();

        event(ended);
        assertThat(wrong).singleElement().asString().startsWith("returned other than was open (0)");
    }

    private void asked(String requestId, String budgetId, String key, long tokens) {
        String repeat = key.isEmpty() ? "" : ",'repeat':{'key':'%s'}".formatted(key);
        oracle.request(
                json(
                        "{'kind':'allocate','head':{'request_id':'%s','budget_id':'%s'%s},'tokens':%d}"
                                .formatted(requestId, budgetId, repeat, tokens)));
    }

    private void granted(String requestId, String budgetId, String id, long tokens) {
        event(
                ("{'kind':'granted','request_id':'%s','allocation':{'allocation_id':'%s',"
                                + "'budget_id':'%s','tokens':%d,'price':{'rate_pico':10000000}}}")
                        .formatted(requestId, id, budgetId, tokens));
    }

    private void refused(String requestId, String policyId, long reserved, long asked) {
        event(
                ("{'kind':'refused','request_id':'%s','budget_id':'b','refusal':{'code':"
                                + "'insufficient_budget','blocking':[{'policy_id':'%s','measure':"
                                + "'tokens','limit':100,'used':0,'reserved':%d,'asked':%d}]}}")
                        .formatted(requestId, policyId, reserved, asked));
    }

    private static String repeated(String requestId, String allocationId) {
        return ("{'kind':'repeated','request_id':'%s','first':{'kind':'granted','request_id':'r1',"
                        + "'allocation':{'allocation_id':'%s','budget_id':'b'}}}")
                .formatted(requestId, allocationId);
    }

    /** An event, and before it the requests that it answers. */
    private void event(String text, String... requestIds) {
        for (String requestId : requestIds) {
            asked(requestId, "b", "", 0);
        }
        oracle.event(json(text));
    }

    private static JsonNode json(String text) {
        return JSON.readTree(text.replace('\'', '"'));
    }
}
