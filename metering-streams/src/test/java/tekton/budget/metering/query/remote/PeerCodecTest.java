package tekton.budget.metering.query.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;

import tekton.budget.ledger.LedgerRequest;
import tekton.budget.ledger.Period;
import tekton.budget.metering.ledger.Samples;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.Dimension;
import tekton.budget.metering.query.LedgerQueries.AllocationFilter;
import tekton.budget.metering.query.TopBy;
import tekton.budget.metering.query.local.IdShard;
import tekton.budget.metering.query.local.LedgerShard;
import tekton.budget.metering.query.local.Question;
import tekton.budget.metering.query.local.TotalsShard;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Positions;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Instances of two versions ask each other by these names; another name is another question. */
class PeerCodecTest {

    private static final List<Integer> OF = List.of(0, 3);

    private static final Consistency AFTER =
            new Consistency(Positions.of(3, 1042), Duration.ofMillis(1500));

    private static final String AFTER_JSON =
            "{\"positions\":{\"offsets\":{\"3\":1042},\"requests\":{},\"empty\":false},\"patience\":\"PT1.5S\",\"stale_allowed\":false}";

    /** A question, its name in the path, and its body but for what every question has. */
    private record OnTheWire(Question<?> question, String name, String json) {}

    private static final List<OnTheWire> ALL =
            List.of(
                    new OnTheWire(
                            new TotalsShard.AllTime(OF, Dimension.BUDGET, "team", AFTER),
                            "all-time",
                            ",\"dimension\":\"BUDGET\",\"id\":\"team\""),
                    new OnTheWire(
                            new TotalsShard.Between(
                                    OF,
                                    Dimension.CONTEXT,
                                    "chat",
                                    new EpochMinute(60),
                                    new EpochMinute(180),
                                    AFTER),
                            "between",
                            ",\"dimension\":\"CONTEXT\",\"id\":\"chat\",\"from_hour\":60,\"until_hour\":180"),
                    new OnTheWire(
                            new TotalsShard.Within(
                                    OF,
                                    Dimension.COMPONENT,
                                    "agent",
                                    new EpochMinute(61),
                                    new EpochMinute(179),
                                    AFTER),
                            "within",
                            ",\"dimension\":\"COMPONENT\",\"id\":\"agent\",\"from_minute\":61,\"until_minute\":179"),
                    new OnTheWire(
                            new TotalsShard.PageOfTotals(OF, Dimension.BUDGET, "team", 50, AFTER),
                            "page-of-totals",
                            ",\"dimension\":\"BUDGET\",\"after_id\":\"team\",\"limit\":50"),
                    new OnTheWire(
                            new TotalsShard.Largest(OF, Dimension.BUDGET, TopBy.COST, 10, AFTER),
                            "largest",
                            ",\"dimension\":\"BUDGET\",\"by\":\"COST\",\"limit\":10"),
                    new OnTheWire(
                            new TotalsShard.Cells(
                                    OF, "team", new EpochMinute(60), new EpochMinute(180), AFTER),
                            "cells",
                            ",\"budget_id\":\"team\",\"from_hour\":60,\"until_hour\":180"),
                    new OnTheWire(
                            new TotalsShard.ContextHours(
                                    OF, "chat", new EpochMinute(60), new EpochMinute(180), AFTER),
                            "context-hours",
                            ",\"context_id\":\"chat\",\"from_hour\":60,\"until_hour\":180"),
                    new OnTheWire(
                            new TotalsShard.UserCells(
                                    OF, "ann", new EpochMinute(60), new EpochMinute(180), AFTER),
                            "user-cells",
                            ",\"user_id\":\"ann\",\"from_hour\":60,\"until_hour\":180"),
                    new OnTheWire(
                            new IdShard.FindIds(OF, List.of(new byte[] {1, 2, 3}), AFTER),
                            "find-ids",
                            ",\"keys\":[\"AQID\"]"),
                    new OnTheWire(
                            new IdShard.FindInEveryContext(OF, new byte[] {1, 2, 3}, 7, AFTER),
                            "find-in-every-context",
                            ",\"record_id_hash\":\"AQID\",\"limit\":7"),
                    new OnTheWire(
                            new LedgerShard.BudgetOf(OF, "team", AFTER),
                            "budget-of",
                            ",\"budget_id\":\"team\""),
                    new OnTheWire(new LedgerShard.Budgets(OF, AFTER), "budgets", ""),
                    new OnTheWire(
                            new LedgerShard.PolicyOf(OF, "team.p", AFTER),
                            "policy-of",
                            ",\"policy_id\":\"team.p\""),
                    new OnTheWire(
                            new LedgerShard.AllocationsOf(OF, List.of("team.a"), AFTER),
                            "allocations-of",
                            ",\"ids\":[\"team.a\"]"),
                    new OnTheWire(
                            new LedgerShard.OldestOpen(OF, "chat", AFTER),
                            "oldest-open",
                            ",\"context_id\":\"chat\""),
                    new OnTheWire(
                            new LedgerShard.NewestOf(
                                    OF,
                                    new AllocationFilter(
                                            "team", null, null, null, null, null, null, true),
                                    20,
                                    AFTER),
                            "newest-of",
                            ",\"filter\":{\"budget_id\":\"team\",\"active\":true},\"depth\":20"),
                    new OnTheWire(
                            new LedgerShard.StandingsOf(
                                    OF, "team", Period.DAILY, 86_400_000, AFTER),
                            "standings-of",
                            ",\"budget_id\":\"team\",\"period\":\"daily\",\"now_ms\":86400000"),
                    new OnTheWire(
                            new LedgerShard.Check(
                                    OF,
                                    (LedgerRequest.Allocate)
                                            Samples.allocate(
                                                    Samples.head("r", "team"),
                                                    "team.a",
                                                    "chat",
                                                    100),
                                    86_400_000,
                                    AFTER),
                            "check",
                            ",\"request\":{\"kind\":\"allocate\",\"head\":{\"request_id\":\"r\",\"budget_id\":\"team\"},"
                                + "\"allocation_id\":\"team.a\",\"context_id\":\"chat\",\"scope\":{\"tier\":\"remote_heavyweight\",\"provider\":\"anthropic\",\"component\":\"chat\",\"task_type\":\"default\"},"
                                + "\"model\":\"claude-3-opus-20240229\",\"priority\":5,\"tokens\":100,\"price\":{\"version\":\"v1\",\"rate_pico\":75000000,\"estimate\":0.06},\"metadata\":{}},\"now_ms\":86400000"));

    @Test
    void shouldHaveAPinnedNameForEveryQuestion() {
        assertThat(ALL).allSatisfy(each -> assertThat(name(each)).isEqualTo(each.name()));
        assertThat(ALL.stream().<Class<?>>map(each -> each.question().getClass()))
                .as("every question is pinned above")
                .containsExactlyInAnyOrderElementsOf(kinds(Question.class).toList());
    }

    @Test
    void shouldHaveAPinnedBodyForEveryQuestion() {
        assertThat(ALL)
                .allSatisfy(
                        each ->
                                assertThat(PeerCodec.write(each.question()))
                                        .asString(UTF_8)
                                        .isEqualTo(
                                                "{\"of\":[0,3]%s,\"after\":%s}"
                                                        .formatted(each.json(), AFTER_JSON)));
    }

    @Test
    void shouldReadEveryQuestionByItsName() {
        assertThat(ALL)
                .allSatisfy(
                        each ->
                                assertThat(
                                                PeerCodec.read(
                                                        each.name(),
                                                        PeerCodec.write(each.question())))
                                        .get()
                                        .usingRecursiveComparison()
                                        .isEqualTo(each.question()));
    }

    @Test
    void shouldNotKnowOtherNames() {
        byte[] body = PeerCodec.write(new LedgerShard.Budgets(OF, AFTER));

        assertThat(Stream.of("", "Budgets", "budget", "budgets/", "of-totals", "row-count"))
                .allSatisfy(name -> assertThat(PeerCodec.read(name, body)).isEmpty());
    }

    @Test
    void shouldOverlookWhatANewerVersionAsksBesides() {
        byte[] newer =
                "{\"of\":[0,3],\"after\":%s,\"colour\":\"red\"}"
                        .formatted(AFTER_JSON)
                        .getBytes(UTF_8);

        assertThat(PeerCodec.read("budgets", newer)).contains(new LedgerShard.Budgets(OF, AFTER));
    }

    @Test
    void shouldRefuseABodyThatLacksAPart() {
        assertThatThrownBy(() -> PeerCodec.read("budget-of", "{\"of\":[0]}".getBytes(UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static String name(OnTheWire each) {
        return PeerCodec.name(each.question());
    }

    /** The records of a sealed family. */
    private static Stream<Class<?>> kinds(Class<?> family) {
        return family.isSealed()
                ? Arrays.stream(family.getPermittedSubclasses()).flatMap(PeerCodecTest::kinds)
                : Stream.of(family);
    }
}
