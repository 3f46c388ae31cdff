package tekton.budget.metering;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.metering.ledger.Samples.allocate;
import static tekton.budget.metering.ledger.Samples.createBudget;
import static tekton.budget.metering.ledger.Samples.hardLimit;
import static tekton.budget.metering.ledger.Samples.head;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.event.DeadLetter;
import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Allocation.State;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerEvent.AllocationEnded;
import tekton.budget.ledger.LedgerEvent.AllocationGranted;
import tekton.budget.ledger.LedgerEvent.Decision;
import tekton.budget.ledger.LedgerEvent.RequestRefused;
import tekton.budget.ledger.LedgerEvent.RequestRepeated;
import tekton.budget.ledger.LedgerRequest;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Refusal;
import tekton.budget.metering.config.Metering;
import tekton.budget.metering.config.MeteringSettings;
import tekton.budget.metering.ledger.topology.LedgerCounters.Outcome;
import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.Answer.Found;
import tekton.budget.metering.query.Dimension;
import tekton.budget.metering.query.LedgerQueries.AllocationFilter;
import tekton.budget.metering.query.LedgerQueries.BudgetView;
import tekton.budget.metering.query.LedgerQueries.PolicyView;
import tekton.budget.metering.query.ReadAfter;
import tekton.budget.serde.LedgerCodec;
import tekton.budget.testbroker.TestBroker;
import tekton.budget.topic.Partitions;
import tekton.budget.topic.Topic;
import tekton.budget.topic.Topics;
import tekton.budget.value.Money;
import tekton.budget.value.Positions;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** The whole ledger, and the metering that feeds it, on a real broker. */
class LedgerIT {

    private static final int LEDGER_PARTITIONS = 3;
    private static final int USAGE_PARTITIONS = 6;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir Path directory;

    private TestBroker broker;
    private Metering metering;
    private KafkaProducer<byte[], byte[]> producer;
    private KafkaConsumer<byte[], byte[]> decisionReader;
    private final Map<String, ConsumerRecord<byte[], byte[]>> decisions = new HashMap<>();
    private final TreeMap<Integer, Long> usage = new TreeMap<>();
    private final TreeMap<Integer, Long> requests = new TreeMap<>();

    @BeforeEach
    void start() throws Exception {
        broker = TestBroker.start();
        metering = Metering.start(settings());
        producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers(), "linger.ms", 0),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        decisionReader = committedReader(Topics.DECISIONS, LEDGER_PARTITIONS);
    }

    @AfterEach
    void stop() {
        decisionReader.close();
        producer.close();
        metering.close();
        broker.close();
    }

    @Test
    void shouldDecideInTheBudgetsPartitionAndAnswerQueriesBehindThePosition() throws Exception {
        ask(createBudget("r1", "team-a"));
        ask(createBudget("r2", "team-b"));
        ask(hardLimit("r3", "team-a", 1_000));
        ask(allocate(head("r4", "team-a"), "team-a.1", "ctx/1", 600));
        ask(allocate(head("r5", "team-a"), "team-a.2", "ctx/1", 600));
        // Partitions have times of their own: later is what is asked for once this is decided.
        assertThat(decision("r4")).isInstanceOf(AllocationGranted.class);
        ask(allocate(head("r6", "team-b"), "team-b.1", "ctx/1", 600));

        assertThat(((RequestRefused) decision("r5")).refusal().code())
                .isEqualTo(Refusal.Code.INSUFFICIENT_BUDGET);
        assertThat(decision("r6")).isInstanceOf(AllocationGranted.class);
        for (String id : List.of("r1", "r3", "r4", "r5")) {
            assertThat(decisions.get(id).partition())
                    .isEqualTo(Partitions.of("team-a", LEDGER_PARTITIONS));
        }

        BudgetView budget = value(metering.ledger().budget("team-a", after()));
        assertThat(budget.policies()).hasSize(20);
        assertThat(value(metering.ledger().budgets(after()))).hasSize(2);
        assertThat(value(metering.ledger().policy("team-a.hard", after())).tokenLimit())
                .isEqualTo(1_000);
        assertThat(value(metering.ledger().allocation("team-a.1", after())).isOpen()).isTrue();
        assertThat(value(metering.ledger().openAllocationOf("ctx/1", after())).allocationId())
                .isEqualTo("team-a.1");
        var page =
                value(
                        metering.ledger()
                                .allocations(
                                        new AllocationFilter(
                                                null, "ctx/1", null, null, null, null, null, null),
                                        1,
                                        1,
                                        after()));
        assertThat(page.total()).isEqualTo(2);
        assertThat(page.items()).extracting(Allocation::allocationId).containsExactly("team-b.1");
        List<PolicyView> monthly =
                value(
                        metering.ledger()
                                .standings(
                                        null, Period.MONTHLY, System.currentTimeMillis(), after()));
        assertThat(monthly).hasSize(9);
        assertThat(monthly)
                .filteredOn(one -> one.policy().policyId().equals("team-a.hard"))
                .singleElement()
                .satisfies(
                        one -> {
                            assertThat(one.reserved().tokens()).isEqualTo(600);
                            assertThat(one.openCount()).isEqualTo(1);
                        });
        assertThat(value(metering.ledger().check(allocation(401), now(), after())))
                .isInstanceOf(RequestRefused.class);
        assertThat(value(metering.ledger().check(allocation(400), now(), after())))
                .isInstanceOf(AllocationGranted.class);
        assertThat(metering.ledger().budget("none", after())).isEqualTo(new Answer.Unknown<>());
        assertThat(metering.ledger().policy("no-dot", after())).isEqualTo(new Answer.Unknown<>());
        assertThat(metering.ledger().openAllocationOf("ctx/2", after()))
                .isEqualTo(new Answer.Unknown<>());
    }

    @Test
    void shouldDrawAnAllocationDownByUsageThatNamesIt() throws Exception {
        ask(createBudget("r1", "team-a"));
        ask(allocate(head("r2", "team-a"), "team-a.1", "ctx", 1_000));
        decision("r2");

        report("u1", "ctx", "team-a.1", 100, 250);

        Allocation drawn = value(metering.ledger().allocation("team-a.1", after()));
        assertThat(drawn.usedTokens()).isEqualTo(350);
        assertThat(drawn.undrawnTokens()).isEqualTo(650);
        assertThat(drawn.cost()).isEqualTo(Money.parse("0.02025"));
        List<PolicyView> daily =
                value(metering.ledger().standings("team-a", Period.DAILY, now(), after()));
        assertThat(daily)
                .anySatisfy(
                        one -> {
                            assertThat(one.used().tokens()).isEqualTo(350);
                            assertThat(one.reserved().tokens()).isEqualTo(650);
                        });

        for (int i = 0; i < 13; i++) {
            report("v" + i, "ctx", "team-a.1", 50, 0);
        }
        Allocation ended = value(metering.ledger().allocation("team-a.1", after()));
        assertThat(ended.state()).isEqualTo(State.EXHAUSTED);
        assertThat(decision("team-a.1")).isInstanceOf(AllocationEnded.class);
        assertThat(metering.ledger().openAllocationOf("ctx", after()))
                .isEqualTo(new Answer.Unknown<>());
    }

    @Test
    void shouldExpireWithoutAnyTraffic() throws Exception {
        ask(createBudget("r1", "team-a"));
        ask(
                allocate(
                        head("r2", "team-a"),
                        "team-a.1",
                        "ctx",
                        1_000,
                        System.currentTimeMillis() + 1_500));
        assertThat(decision("r2")).isInstanceOf(AllocationGranted.class);

        AllocationEnded ended = (AllocationEnded) decision("team-a.1");

        assertThat(ended.allocation().state()).isEqualTo(State.EXPIRED);
        assertThat(ended.returnedTokens()).isEqualTo(1_000);
        await(() -> !value(metering.ledger().allocation("team-a.1", ReadAfter.NOTHING)).isOpen());
    }

    @Test
    void shouldBuryWhatStandsElsewhereOrCannotBeRead() throws Exception {
        int own = Partitions.of("team-a", LEDGER_PARTITIONS);
        send((own + 1) % LEDGER_PARTITIONS, LedgerCodec.write(createBudget("r1", "team-a")));
        send(own, utf8("{not json"));
        ask(createBudget("r2", "team-a"));

        assertThat(decision("r2")).isInstanceOf(LedgerEvent.BudgetDefined.class);
        Map<String, String> letters = new HashMap<>();
        try (var reader = committedReader(Topics.DEAD_LETTERS, 1)) {
            await(
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
        assertThat(letters.get("invalid")).contains("where budget team-a is decided");
        assertThat(letters).containsKey("unreadable");
    }

    @Test
    void shouldKeepEverythingOverARestartAndOverLostOffsets() throws Exception {
        ask(createBudget("r1", "team-a"));
        ask(hardLimit("r2", "team-a", 1_000));
        ask(allocate(head("r3", "team-a", "key"), "team-a.1", "ctx", 600));
        report("u1", "ctx", "team-a.1", 100, 250);
        Allocation before = value(metering.ledger().allocation("team-a.1", after()));
        assertThat(before.usedTokens()).isEqualTo(350);

        metering.close();
        loseOffsetsOf("budget-ledger");
        metering = Metering.start(settings());
        ask(allocate(head("r4", "team-a", "key"), "team-a.2", "ctx", 600));
        ask(allocate(head("r5", "team-a"), "team-a.3", "ctx", 401));
        ask(allocate(head("r6", "team-a"), "team-a.4", "ctx", 400));

        RequestRepeated repeated = (RequestRepeated) decision("r4");
        assertThat(((AllocationGranted) repeated.first()).allocation().allocationId())
                .isEqualTo("team-a.1");
        assertThat(decision("r5")).isInstanceOf(RequestRefused.class);
        assertThat(decision("r6")).isInstanceOf(AllocationGranted.class);
        await(() -> metering.ledgerCounters().count(Outcome.SKIPPED) >= 4);
        await(() -> metering.status().queryable());
        assertThat(value(metering.ledger().allocation("team-a.1", after()))).isEqualTo(before);
        assertThat(metering.ledger().allocation("team-a.2", after()))
                .isEqualTo(new Answer.Unknown<>());
        assertThat(decisionsOf("r3")).as("decided once").isEqualTo(1);
    }

    /** Each query follows the positions that concern it, and no others. */
    @Test
    void shouldWaitForItsOwnPositionsOnly() throws Exception {
        ask(createBudget("r1", "team-a"));
        decision("r1");
        report("u1", "ctx", null, 1, 1);
        int own = Partitions.of("team-a", LEDGER_PARTITIONS);
        long ahead = requests.get(own) + 1_000;
        Duration little = Duration.ofMillis(50);

        value(metering.totals().allTime(Dimension.BUDGET, "default", after()));
        assertThat(
                        metering.totals()
                                .allTime(
                                        Dimension.BUDGET,
                                        "default",
                                        new ReadAfter(Positions.ofRequest(own, ahead), little)))
                .isInstanceOf(Found.class);
        assertThat(
                        metering.ledger()
                                .budget(
                                        "team-a",
                                        new ReadAfter(Positions.ofRequest(own, ahead), little)))
                .isEqualTo(new Answer.NotReached<>(Positions.ofRequest(own, ahead)));
        int other = (own + 1) % LEDGER_PARTITIONS;
        assertThat(
                        metering.ledger()
                                .budget(
                                        "team-a",
                                        new ReadAfter(Positions.ofRequest(other, ahead), little)))
                .isInstanceOf(Found.class);
        int partition = Partitions.of("ctx", USAGE_PARTITIONS);
        assertThat(
                        metering.ledger()
                                .budget(
                                        "team-a",
                                        new ReadAfter(Positions.of(partition, ahead), little)))
                .isEqualTo(new Answer.NotReached<>(Positions.of(partition, ahead)));
    }

    private MeteringSettings settings() throws IOException {
        return MeteringSettings.of(
                broker.bootstrapServers(), directory.resolve("streams"), "localhost:8013");
    }

    private ReadAfter after() {
        await(() -> metering.status().queryable());
        return new ReadAfter(new Positions(usage, requests), PATIENCE);
    }

    private static LedgerRequest.Allocate allocation(long tokens) {
        return (LedgerRequest.Allocate)
                allocate(head("check", "team-a"), "team-a.check", "ctx/1", tokens);
    }

    private void ask(LedgerRequest request) throws Exception {
        int partition = Partitions.of(request.head().budgetId(), LEDGER_PARTITIONS);
        long offset = send(partition, LedgerCodec.write(request));
        requests.merge(partition, offset, Math::max);
    }

    private long send(int partition, byte[] value) throws Exception {
        return producer.send(
                        new ProducerRecord<>(
                                Topics.REQUESTS.name(), partition, utf8("any key"), value))
                .get(10, TimeUnit.SECONDS)
                .offset();
    }

    private void report(String id, String context, String allocation, long input, long output)
            throws Exception {
        int partition = Partitions.of(context, USAGE_PARTITIONS);
        String named = allocation == null ? "" : "\"allocation_id\":\"%s\",".formatted(allocation);
        String json =
                """
                {"record_id":"%s","context_id":"%s",%s"component":"chat","provider":"anthropic",\
                "model":"claude-3-opus-20240229","input_tokens":%d,"output_tokens":%d}\
                """
                        .formatted(id, context, named, input, output);
        long offset =
                producer.send(
                                new ProducerRecord<>(
                                        Topics.USAGE_REPORTED.name(),
                                        partition,
                                        utf8(context),
                                        utf8(json)))
                        .get(10, TimeUnit.SECONDS)
                        .offset();
        usage.merge(partition, offset, Math::max);
    }

    /** What was decided, as soon as it is committed; the last word under that key. */
    private LedgerEvent decision(String key) {
        await(
                () -> {
                    poll();
                    return decisions.containsKey(key);
                });
        return LedgerCodec.readEvent(decisions.get(key).value());
    }

    private void poll() {
        decisionReader
                .poll(Duration.ofMillis(50))
                .forEach(one -> decisions.put(new String(one.key(), StandardCharsets.UTF_8), one));
    }

    /** How many committed decisions of a request there are. */
    private long decisionsOf(String requestId) {
        try (var reader = committedReader(Topics.DECISIONS, LEDGER_PARTITIONS)) {
            Map<TopicPartition, Long> ends = reader.endOffsets(reader.assignment());
            long[] found = {0};
            await(
                    () -> {
                        reader.poll(Duration.ofMillis(50))
                                .forEach(
                                        one -> {
                                            if (LedgerCodec.readEvent(one.value())
                                                            instanceof Decision decision
                                                    && decision.requestId().equals(requestId)) {
                                                found[0]++;
                                            }
                                        });
                        return ends.entrySet().stream()
                                .allMatch(end -> reader.position(end.getKey()) >= end.getValue());
                    });
            return found[0];
        }
    }

    private KafkaConsumer<byte[], byte[]> committedReader(Topic topic, int partitions) {
        var reader =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                broker.bootstrapServers(),
                                "isolation.level",
                                "read_committed"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        List<TopicPartition> all =
                IntStream.range(0, partitions)
                        .mapToObj(partition -> new TopicPartition(topic.name(), partition))
                        .toList();
        reader.assign(all);
        reader.seekToBeginning(all);
        return reader;
    }

    private void loseOffsetsOf(String group) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            // The static member is still in the group until its session ends.
            await(
                    () -> {
                        try {
                            admin.deleteConsumerGroups(List.of(group))
                                    .all()
                                    .get(10, TimeUnit.SECONDS);
                            return true;
                        } catch (Exception e) {
                            return false;
                        }
                    });
        }
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

    private static void await(Supplier<Boolean> condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.get()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
            LockSupport.parkNanos(20_000_000);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
