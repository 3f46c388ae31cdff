package tekton.budget.bench.crash;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.utils.Utils;

import tekton.budget.bench.oracle.Differences;
import tekton.budget.bench.oracle.Expected;
import tekton.budget.bench.oracle.Firsts;
import tekton.budget.bench.oracle.LogEntry;
import tekton.budget.bench.oracle.LogEntry.LogPosition;
import tekton.budget.bench.oracle.Oracle;
import tekton.budget.bench.oracle.PriceList;
import tekton.budget.bench.oracle.TopicReader;
import tekton.budget.bench.oracle.UsageTally;
import tekton.budget.bench.product.TotalsClient;
import tekton.budget.bench.product.TotalsClient.Kind;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/** Compares what every instance says of usage with what the topics say. One thread. */
final class UsageChecker {

    private static final int NAMED_MAX = 5;

    private final ProductCluster cluster;
    private final Duration timeout;

    /**
     * @param timeout how long each instance may be behind
     */
    UsageChecker(ProductCluster cluster, Duration timeout) {
        this.cluster = cluster;
        this.timeout = timeout;
    }

    /** What must hold for the topics as they are now. */
    Expected expected() throws IOException {
        List<LogEntry> log = new ArrayList<>();
        int partitions = read(log::add);
        PriceList list = PriceList.read(cluster.bootstrapServers());
        Oracle oracle = new Oracle(list, context -> partition(context, partitions));
        return reported(log.size(), oracle.expect(log), list);
    }

    /**
     * The same of any number of records, none of which is kept.
     *
     * @param numberOf the number in a record id; negative for one that nobody sent
     */
    Expected expected(Checker checker, ToLongFunction<String> numberOf) throws IOException {
        PriceList list = PriceList.read(cluster.bootstrapServers());
        UsageTally tally = UsageTally.numbered(list, numberOf);
        AtomicLong records = new AtomicLong();
        read(
                entry -> {
                    records.incrementAndGet();
                    tally.take(entry);
                });
        checker.require(
                "log",
                tally.strangers().stream()
                        .limit(NAMED_MAX)
                        .map(id -> "nobody sent " + id.replace('\n', ' '))
                        .toList());
        return reported(records.get(), tally.expected(), list);
    }

    private int read(Consumer<LogEntry> each) throws IOException {
        return TopicReader.read(
                cluster.bootstrapServers(),
                WayIn.DIRECT.target(),
                record -> each.accept(entry(record)));
    }

    private static Expected reported(long records, Expected expected, PriceList list) {
        System.out.printf(
                "oracle      %,d records in the topic: %,d distinct, %,d duplicates, %,d conflicts,"
                        + " %,d not valid; %,d models priced%n",
                records,
                expected.distinct(),
                expected.duplicates(),
                expected.conflicts().size(),
                expected.rejected().size(),
                list.models());
        return expected;
    }

    private static LogEntry entry(ConsumerRecord<byte[], byte[]> each) {
        String value = each.value() == null ? "" : new String(each.value(), StandardCharsets.UTF_8);
        return new LogEntry(each.partition(), each.offset(), each.timestamp(), value);
    }

    private static int partition(String context, int partitions) {
        return Utils.toPositive(Utils.murmur2(context.getBytes(StandardCharsets.UTF_8)))
                % partitions;
    }

    /** Compares what each instance says, and the dead letters. */
    void compare(Checker checker, Expected expected) throws IOException, InterruptedException {
        for (int i = 0; i < cluster.addresses().size(); i++) {
            String name = "instance " + (i + 1);
            InetSocketAddress address = cluster.addresses().get(i);
            checker.eventually("totals of " + name, timeout, () -> differences(address, expected));
            checker.eventually(
                    "allocations of " + name,
                    timeout,
                    () -> Allocations.differences(address, expected.allocations()));
        }
        System.out.printf(
                "oracle      %,d contexts, %,d components, %,d budgets, %,d allocations%n",
                expected.totals().getOrDefault(Kind.CONTEXT, none()).size(),
                expected.totals().getOrDefault(Kind.COMPONENT, none()).size(),
                expected.totals().getOrDefault(Kind.BUDGET, none()).size(),
                expected.allocations().size());
        checker.require("dead letters", deadLetters(expected));
    }

    private static <V> SortedMap<String, V> none() {
        return Collections.emptySortedMap();
    }

    private static List<String> differences(InetSocketAddress address, Expected expected)
            throws IOException, InterruptedException {
        List<String> differences = new ArrayList<>();
        try (TotalsClient client = new TotalsClient(address)) {
            for (Kind kind : Kind.values()) {
                differences.addAll(
                        Differences.between(
                                kind,
                                expected.totals().getOrDefault(kind, none()),
                                client.all(kind),
                                NAMED_MAX));
            }
        }
        return differences;
    }

    /** Acknowledged ids that are not in the topic; a few of them. */
    static List<String> lost(Path books, Firsts inTopic) throws IOException {
        List<String> lost = new ArrayList<>();
        AckLog.readEach(
                books,
                (contextId, recordId) -> {
                    if (lost.size() < NAMED_MAX && !inTopic.contains(contextId, recordId)) {
                        lost.add(
                                "acknowledged and not in the topic: " + contextId + ' ' + recordId);
                    }
                });
        return lost;
    }

    /** Whether each conflict and each invalid record is in the dead letters, once. */
    List<String> deadLetters(Expected expected) throws IOException {
        Map<LogPosition, String> wanted = new HashMap<>(expected.rejected());
        expected.conflicts().forEach(place -> wanted.put(place, "conflict"));
        List<String> wrong = new ArrayList<>();
        Map<LogPosition, String> found = new HashMap<>();
        TopicReader.read(
                cluster.bootstrapServers(),
                "budget.dead-letters",
                letter -> {
                    String topic = header(letter, "budget.topic");
                    if (!topic.equals(WayIn.DIRECT.target())) {
                        wrong.add("dead letter of another topic: " + topic);
                        return;
                    }
                    LogPosition place =
                            new LogPosition(
                                    Integer.parseInt(header(letter, "budget.partition")),
                                    Long.parseLong(header(letter, "budget.offset")));
                    String reason = header(letter, "budget.reason");
                    if (found.put(place, reason) != null) {
                        wrong.add("dead letter twice: " + place + ' ' + reason);
                    }
                });
        wanted.forEach(
                (place, reason) -> {
                    String got = found.getOrDefault(place, "absent");
                    if (!got.equals(reason)) {
                        wrong.add("dead letter of " + place + ": " + got + ", must be " + reason);
                    }
                });
        found.forEach(
                (place, reason) -> {
                    if (!wanted.containsKey(place)) {
                        wrong.add("dead letter of a record that counts: " + place + ' ' + reason);
                    }
                });
        System.out.printf(
                "letters     %,d dead letters for %,d conflicts and %,d records not valid%n",
                found.size(), expected.conflicts().size(), expected.rejected().size());
        return wrong.size() <= NAMED_MAX ? wrong : wrong.subList(0, NAMED_MAX);
    }

    private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
        Header header = letter.headers().lastHeader(name);
        return header == null ? "-1" : new String(header.value(), StandardCharsets.UTF_8);
    }
}
