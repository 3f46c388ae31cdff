package tekton.budget.metering;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.metering.ledger.Samples.allocate;
import static tekton.budget.metering.ledger.Samples.createBudget;
import static tekton.budget.metering.ledger.Samples.hardLimit;
import static tekton.budget.metering.ledger.Samples.head;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.codec.LedgerCodec;
import tekton.budget.event.DeadLetter;
import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Allocation.AllocationState;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerEvent.AllocationEnded;
import tekton.budget.ledger.LedgerEvent.AllocationGranted;
import tekton.budget.ledger.LedgerEvent.RequestRefused;
import tekton.budget.ledger.LedgerEvent.RequestRepeated;
import tekton.budget.ledger.LedgerRequest;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Refusal;
import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.Answer.Found;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.Dimension;
import tekton.budget.metering.query.LedgerQueries.AllocationFilter;
import tekton.budget.metering.query.LedgerQueries.BudgetView;
import tekton.budget.metering.query.LedgerQueries.PolicyView;
import tekton.budget.testbroker.Patience;
import tekton.budget.topic.Partitions;
import tekton.budget.topic.Topics;
import tekton.budget.value.Money;
import tekton.budget.value.Positions;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The whole ledger, and the metering that feeds it, on a real broker. */
class LedgerIT {

    @TempDir Path directory;

    private RunningLedger ledger;

    @BeforeEach
    void start() throws Exception {
        ledger = new RunningLedger(directory);
    }

    @AfterEach
    void stop() {
        ledger.close();
    }

    @Test
    void shouldDecideInTheBudgetsPartitionAndAnswerQueriesBehindThePosition() throws Exception {
        ledger.ask(createBudget("r1", "team-a"));
        ledger.ask(createBudget("r2", "team-b"));
        ledger.ask(hardLimit("r3", "team-a", 1_000));
        ledger.ask(allocate(head("r4", "team-a"), "team-a.1", "ctx/1", 600));
        ledger.ask(allocate(head("r5", "team-a"), "team-a.2", "ctx/1", 600));
        // Partitions have times of their own: later is what is asked for once this is decided.
        assertThat(ledger.decision("r4")).isInstanceOf(AllocationGranted.class);
        ledger.ask(allocate(head("r6", "team-b"), "team-b.1", "ctx/1", 600));

        assertThat(((RequestRefused) ledger.decision("r5")).refusal().code())
                .isEqualTo(Refusal.RefusalCode.INSUFFICIENT_BUDGET);
        assertThat(ledger.decision("r6")).isInstanceOf(AllocationGranted.class);
        for (String id : List.of("r1", "r3", "r4", "r5")) {
            assertThat(ledger.decisions.get(id).partition())
                    .isEqualTo(Partitions.of("team-a", RunningLedger.LEDGER_PARTITIONS));
        }

        BudgetView budget = value(ledger.queries().budget("team-a", ledger.after()));
        assertThat(budget.policies()).hasSize(20);
        assertThat(value(ledger.queries().budgets(ledger.after()))).hasSize(2);
        assertThat(value(ledger.queries().policy("team-a.hard", ledger.after())).tokenLimit())
                .isEqualTo(1_000);
        assertThat(value(ledger.queries().allocation("team-a.1", ledger.after())).isOpen())
                .isTrue();
        assertThat(value(ledger.queries().openAllocationOf("ctx/1", ledger.after())).allocationId())
                .isEqualTo("team-a.1");
        var page =
                value(
                        ledger.queries()
                                .allocations(
                                        new AllocationFilter(
                                                null, "ctx/1", null, null, null, null, null, null),
                                        1,
                                        1,
                                        ledger.after()));
        assertThat(page.total()).isEqualTo(2);
        assertThat(page.items()).extracting(Allocation::allocationId).containsExactly("team-b.1");
        List<PolicyView> monthly =
                value(
                        ledger.queries()
                                .standings(
                                        null,
                                        Period.MONTHLY,
                                        System.currentTimeMillis(),
                                        ledger.after()));
        assertThat(monthly).hasSize(9);
        assertThat(monthly)
                .filteredOn(one -> one.policy().policyId().equals("team-a.hard"))
                .singleElement()
                .satisfies(
                        one -> {
                            assertThat(one.reserved().tokens()).isEqualTo(600);
                            assertThat(one.openCount()).isEqualTo(1);
                        });
        assertThat(value(ledger.queries().check(allocation(401), now(), ledger.after())))
                .isInstanceOf(RequestRefused.class);
        assertThat(value(ledger.queries().check(allocation(400), now(), ledger.after())))
                .isInstanceOf(AllocationGranted.class);
        assertThat(ledger.queries().budget("none", ledger.after()))
                .isEqualTo(new Answer.Unknown<>());
        assertThat(ledger.queries().policy("no-dot", ledger.after()))
                .isEqualTo(new Answer.Unknown<>());
        assertThat(ledger.queries().openAllocationOf("ctx/2", ledger.after()))
                .isEqualTo(new Answer.Unknown<>());
    }

    @Test
    void shouldDrawAnAllocationDownByUsageThatNamesIt() throws Exception {
        ledger.ask(createBudget("r1", "team-a"));
        ledger.ask(allocate(head("r2", "team-a"), "team-a.1", "ctx", 1_000));
        ledger.decision("r2");

        ledger.report("u1", "ctx", "team-a.1", 100, 250);

        Allocation drawn = value(ledger.queries().allocation("team-a.1", ledger.after()));
        assertThat(drawn.usedTokens()).isEqualTo(350);
        assertThat(drawn.undrawnTokens()).isEqualTo(650);
        assertThat(drawn.cost()).isEqualTo(Money.parse("0.02025"));
        List<PolicyView> daily =
                value(ledger.queries().standings("team-a", Period.DAILY, now(), ledger.after()));
        assertThat(daily)
                .anySatisfy(
                        one -> {
                            assertThat(one.used().tokens()).isEqualTo(350);
                            assertThat(one.reserved().tokens()).isEqualTo(650);
                        });

        for (int i = 0; i < 13; i++) {
            ledger.report("v" + i, "ctx", "team-a.1", 50, 0);
        }
        Allocation ended = value(ledger.queries().allocation("team-a.1", ledger.after()));
        assertThat(ended.state()).isEqualTo(AllocationState.EXHAUSTED);
        assertThat(ledger.decision("team-a.1")).isInstanceOf(AllocationEnded.class);
        assertThat(ledger.queries().openAllocationOf("ctx", ledger.after()))
                .isEqualTo(new Answer.Unknown<>());
    }

    @Test
    void shouldExpireWithoutAnyTraffic() throws Exception {
        ledger.ask(createBudget("r1", "team-a"));
        ledger.ask(
                allocate(
                        head("r2", "team-a"),
                        "team-a.1",
                        "ctx",
                        1_000,
                        System.currentTimeMillis() + 10_000));
        assertThat(ledger.decision("r2")).isInstanceOf(AllocationGranted.class);

        AllocationEnded ended = (AllocationEnded) ledger.decision("team-a.1");

        assertThat(ended.allocation().state()).isEqualTo(AllocationState.EXPIRED);
        assertThat(ended.returnedTokens()).isEqualTo(1_000);
        Patience.await(
                () ->
                        !value(ledger.queries().allocation("team-a.1", Consistency.NOTHING))
                                .isOpen());
    }

    @Test
    void shouldBuryWhatStandsElsewhereOrCannotBeRead() throws Exception {
        int own = Partitions.of("team-a", RunningLedger.LEDGER_PARTITIONS);
        ledger.send(
                (own + 1) % RunningLedger.LEDGER_PARTITIONS,
                LedgerCodec.write(createBudget("r1", "team-a")));
        ledger.send(own, RunningLedger.utf8("{not json"));
        ledger.ask(createBudget("r2", "team-a"));

        assertThat(ledger.decision("r2")).isInstanceOf(LedgerEvent.BudgetDefined.class);
        Map<String, String> letters = new HashMap<>();
        try (var reader = ledger.reader(Topics.DEAD_LETTERS, 1)) {
            Patience.await(
                    () -> {
                        reader.poll(Duration.ofMillis(100))
                                .forEach(
                                        one ->
                                                letters.put(
                                                        header(one, DeadLetter.REASON),
                                                        header(one, DeadLetter.MESSAGE)));
                        return letters.size() == 2;
                    });
        }
        assertThat(letters.get("invalid")).contains("where budget \"team-a\" is decided");
        assertThat(letters).containsKey("unreadable");
    }

    @Test
    void shouldKeepEverythingOverARestartAndOverLostOffsets() throws Exception {
        ledger.ask(createBudget("r1", "team-a"));
        ledger.ask(hardLimit("r2", "team-a", 1_000));
        ledger.ask(allocate(head("r3", "team-a", "key"), "team-a.1", "ctx", 600));
        ledger.report("u1", "ctx", "team-a.1", 100, 250);
        Allocation before = value(ledger.queries().allocation("team-a.1", ledger.after()));
        assertThat(before.usedTokens()).isEqualTo(350);

        ledger.restartWithoutOffsets();
        ledger.ask(allocate(head("r4", "team-a", "key"), "team-a.2", "ctx", 600));
        ledger.ask(allocate(head("r5", "team-a"), "team-a.3", "ctx", 401));
        ledger.ask(allocate(head("r6", "team-a"), "team-a.4", "ctx", 400));

        RequestRepeated repeated = (RequestRepeated) ledger.decision("r4");
        assertThat(((AllocationGranted) repeated.first()).allocation().allocationId())
                .isEqualTo("team-a.1");
        assertThat(ledger.decision("r5")).isInstanceOf(RequestRefused.class);
        assertThat(ledger.decision("r6")).isInstanceOf(AllocationGranted.class);
        Patience.await(() -> ledger.metrics.ledger().skipped().count() >= 4);
        Patience.await(() -> ledger.metering.status().queryable());
        assertThat(value(ledger.queries().allocation("team-a.1", ledger.after())))
                .isEqualTo(before);
        assertThat(ledger.queries().allocation("team-a.2", ledger.after()))
                .isEqualTo(new Answer.Unknown<>());
        assertThat(ledger.decisionsOf("r3")).as("decided once").isEqualTo(1);
    }

    /** Each query follows the positions that concern it, and no others. */
    @Test
    void shouldWaitForItsOwnPositionsOnly() throws Exception {
        ledger.ask(createBudget("r1", "team-a"));
        ledger.decision("r1");
        ledger.report("u1", "ctx", null, 1, 1);
        int own = Partitions.of("team-a", RunningLedger.LEDGER_PARTITIONS);
        long ahead = ledger.requests.get(own) + 1_000;
        Duration little = Duration.ofMillis(50);

        value(ledger.metering.totals().allTime(Dimension.BUDGET, "default", ledger.after()));
        assertThat(
                        ledger.metering
                                .totals()
                                .allTime(
                                        Dimension.BUDGET,
                                        "default",
                                        new Consistency(Positions.ofRequest(own, ahead), little)))
                .isInstanceOf(Found.class);
        assertThat(
                        ledger.queries()
                                .budget(
                                        "team-a",
                                        new Consistency(Positions.ofRequest(own, ahead), little)))
                .isEqualTo(new Answer.NotReached<>(Positions.ofRequest(own, ahead)));
        int other = (own + 1) % RunningLedger.LEDGER_PARTITIONS;
        assertThat(
                        ledger.queries()
                                .budget(
                                        "team-a",
                                        new Consistency(Positions.ofRequest(other, ahead), little)))
                .isInstanceOf(Found.class);
        int partition = Partitions.of("ctx", RunningLedger.USAGE_PARTITIONS);
        assertThat(
                        ledger.queries()
                                .budget(
                                        "team-a",
                                        new Consistency(Positions.of(partition, ahead), little)))
                .isEqualTo(new Answer.NotReached<>(Positions.of(partition, ahead)));
    }

    private static LedgerRequest.Allocate allocation(long tokens) {
        return (LedgerRequest.Allocate)
                allocate(head("check", "team-a"), "team-a.check", "ctx/1", tokens);
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    private static <T> T value(Answer<T> answer) {
        assertThat(answer).isInstanceOf(Found.class);
        return ((Found<T>) answer).value();
    }

    private static long now() {
        return System.currentTimeMillis();
    }
}
