package tekton.budget.bench.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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
        assertThat(oracle.most(TOKENS)).isEqualByComparingTo("100");
        assertThat(oracle.left(TOKENS, "any")).isEqualByComparingTo("40");
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
        assertThat(oracle.left(COST, "any")).isEqualByComparingTo("0");

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

    @Test
    void aTierHasItsOwnLimitAndThatOfAll() {
        HardLimit ofTier = limit("t", "t.p1", 60, "large", false);
        HardLimit ofAll = limit("t", "t.p2", 100, "", false);
        LedgerOracle tiers = new LedgerOracle(List.of(ofTier, ofAll), wrong::add);
        askAndGrant(tiers, "t", "one", "small", 90);
        askAndGrant(tiers, "t", "two", "large", 10);
        assertThat(wrong).isEmpty();
        assertThat(tiers.left(ofTier, "any")).isEqualByComparingTo("50");
        assertThat(tiers.left(ofAll, "any")).isEqualByComparingTo("0");

        askAndGrant(tiers, "t", "three", "small", 1);
        assertThat(wrong).singleElement().asString().startsWith("overspent: 101 given of 100");
    }

    @Test
    void aRefusalNamesEveryLimitInTheWay() {
        HardLimit ofTier = limit("b", "b.p1", 60, "large", false);
        HardLimit ofAll = limit("b", "b.p", 100, "", false);
        LedgerOracle tiers = new LedgerOracle(List.of(ofTier, ofAll), wrong::add);
        tiers.request(allocate("b", "one", "large", 101));
        tiers.event(json(refusal("one", "b.p", 0, 101)));

        assertThat(wrong)
                .singleElement()
                .asString()
                .startsWith("a refusal that does not name every limit in the way");
    }

    @Test
    void eachContextHasALimitPerSessionForItself() {
        HardLimit limit = limit("s", "s.p", 60, "", true);
        LedgerOracle sessions = new LedgerOracle(List.of(limit), wrong::add);
        askAndGrant(sessions, "s", "one", "", 60);
        askAndGrant(sessions, "s", "two", "", 60);
        assertThat(wrong).isEmpty();
        assertThat(sessions.most(limit)).isEqualByComparingTo("60");

        sessions.request(allocate("s", "one", "", 1, "again"));
        sessions.event(grant("s", "one", "s.again", "again", 1, "{}"));
        assertThat(wrong).singleElement().asString().startsWith("overspent: 61 given of 60");
    }

    @Test
    void feesAreHeldAndWhatWasUsedStaysGiven() {
        HardLimit limit =
                new HardLimit(
                        "f",
                        "f.p",
                        "cost",
                        new BigDecimal("1"),
                        new BigDecimal("0.001"),
                        new BigDecimal("0.25"),
                        "",
                        false);
        LedgerOracle fees = new LedgerOracle(List.of(limit), wrong::add);
        fees.request(
                json(
                        "{'head':{'request_id':'r','budget_id':'f'},'context_id':'c','tokens':100,"
                                + "'max_requests':3}"));
        fees.event(
                grant(
                        "f",
                        "c",
                        "f.1",
                        "r",
                        100,
                        "{'rate_pico':1000000000,'request_pico':250000000000}"));
        assertThat(fees.left(limit, "c")).isEqualByComparingTo("0.15");

        fees.event(json(ended("0.29", 60)));
        assertThat(wrong).isEmpty();
        assertThat(fees.left(limit, "c")).isEqualByComparingTo("0.71");
        assertThat(fees.usedOfEnded()).containsExactly(Map.entry("f.1", 40L));
    }

    @Test
    void anotherCostThanThatOfWhatWasUsedIsWrong() {
        HardLimit limit =
                new HardLimit("f", "f.p", "cost", BigDecimal.ONE, new BigDecimal("0.001"));
        LedgerOracle costs = new LedgerOracle(List.of(limit), wrong::add);
        costs.request(json("{'head':{'request_id':'r','budget_id':'f'},'tokens':100}"));
        costs.event(grant("f", "c", "f.1", "r", 100, "{'rate_pico':1000000000}"));
        costs.event(json(ended("0.041", 60)));

        assertThat(wrong).singleElement().asString().startsWith("another cost than that");
    }

    private static String ended(String cost, long returned) {
        return ("{'kind':'ended','allocation':{'allocation_id':'f.1','budget_id':'f',"
                        + "'input_tokens':0,'output_tokens':40,'cost':%s,"
                        + "'requests':{'max':3,'used':1}},'returned_tokens':%d}")
                .formatted(cost, returned);
    }

    private static HardLimit limit(
            String budgetId, String policyId, long tokens, String tier, boolean perSession) {
        return new HardLimit(
                budgetId,
                policyId,
                "tokens",
                BigDecimal.valueOf(tokens),
                BigDecimal.ONE,
                BigDecimal.ZERO,
                tier,
                perSession);
    }

    private static void askAndGrant(
            LedgerOracle oracle, String budgetId, String context, String tier, long tokens) {
        oracle.request(allocate(budgetId, context, tier, tokens));
        oracle.event(grant(budgetId, context, budgetId + '.' + context, context, tokens, "{}"));
    }

    private static JsonNode allocate(String budgetId, String context, String tier, long tokens) {
        return allocate(budgetId, context, tier, tokens, context);
    }

    private static JsonNode allocate(
            String budgetId, String context, String tier, long tokens, String requestId) {
        return json(
                ("{'head':{'request_id':'%s','budget_id':'%s'},'context_id':'%s',"
                                + "'scope':{'tier':'%s'},'tokens':%d}")
                        .formatted(requestId, budgetId, context, tier, tokens));
    }

    private static JsonNode grant(
            String budgetId,
            String context,
            String id,
            String requestId,
            long tokens,
            String price) {
        return json(
                ("{'kind':'granted','request_id':'%s','allocation':{'allocation_id':'%s',"
                                + "'budget_id':'%s','context_id':'%s','tokens':%d,'price':%s}}")
                        .formatted(requestId, id, budgetId, context, tokens, price));
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
        event(refusal(requestId, policyId, reserved, asked));
    }

    private static String refusal(String requestId, String policyId, long reserved, long asked) {
        return ("{'kind':'refused','request_id':'%s','budget_id':'b','refusal':{'code':"
                        + "'insufficient_budget','blocking':[{'policy_id':'%s','measure':"
                        + "'tokens','limit':100,'used':0,'reserved':%d,'asked':%d}]}}")
                .formatted(requestId, policyId, reserved, asked);
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
