package tekton.budget.bench.kill;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.utils.Utils;

import tekton.budget.bench.oracle.Differences;
import tekton.budget.bench.oracle.Expected;
import tekton.budget.bench.oracle.LogEntry;
import tekton.budget.bench.oracle.LogEntry.LogPosition;
import tekton.budget.bench.oracle.Oracle;
import tekton.budget.bench.oracle.PriceList;
import tekton.budget.bench.oracle.TopicReader;
import tekton.budget.bench.product.TotalsClient;
import tekton.budget.bench.product.TotalsClient.Kind;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;

/** Compares what the product says with what its topics say. */
public final class Verdict {

    private static final int NAMED_MAX = 5;
    private static final long LOOK_AGAIN_MS = 1_000;

    private final String bootstrapServers;
    private final InetSocketAddress address;

    public Verdict(String bootstrapServers, InetSocketAddress address) {
        this.bootstrapServers = bootstrapServers;
        this.address = address;
    }

    /** What must hold for the topics as they are now. */
    public Expected expected() throws IOException {
        List<LogEntry> log = new ArrayList<>();
        int partitions =
                TopicReader.read(bootstrapServers, "budget.usage", each -> log.add(entry(each)));
        PriceList list = PriceList.read(bootstrapServers);
        Oracle oracle = new Oracle(list, context -> partition(context, partitions));
        Expected expected = oracle.expect(log);
        System.out.printf(
                "oracle      %,d records in the topic: %,d distinct, %,d duplicates, %,d conflicts,"
                        + " %,d not valid; %,d models priced%n",
                log.size(),
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

    /**
     * Compares all totals until they are right or the timeout ends.
     *
     * @return what differs in the end, at most a few of each kind
     */
    public List<String> totals(Expected expected, Duration timeout)
            throws IOException, InterruptedException {
        long begun = System.nanoTime();
        try (TotalsClient client = new TotalsClient(address)) {
            while (true) {
                List<String> differences = differences(client, expected);
                Duration spent = Duration.ofNanos(System.nanoTime() - begun);
                if (differences.isEmpty()) {
                    System.out.printf(
                            "totals      %,d contexts, %,d components, %,d budgets: all equal the"
                                    + " oracle's, %.1f s after the end%n",
                            expected.totals().getOrDefault(Kind.CONTEXT, none()).size(),
                            expected.totals().getOrDefault(Kind.COMPONENT, none()).size(),
                            expected.totals().getOrDefault(Kind.BUDGET, none()).size(),
                            spent.toMillis() / 1e3);
                    return differences;
                }
                if (spent.compareTo(timeout) > 0) {
                    return differences;
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
            }
        }
    }

    private static <V> SortedMap<String, V> none() {
        return Collections.emptySortedMap();
    }

    private static List<String> differences(TotalsClient client, Expected expected)
            throws IOException, InterruptedException {
        List<String> differences = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            differences.addAll(
                    Differences.between(
                            kind,
                            expected.totals().getOrDefault(kind, none()),
                            client.all(kind),
                            NAMED_MAX));
        }
        return differences;
    }

    /**
     * Compares what every allocation has been drawn down by, until it is right or the timeout ends.
     * All of them are open all the time.
     *
     * @return what differs in the end, at most a few
     */
    public List<String> allocations(Expected expected, Duration timeout)
            throws IOException, InterruptedException {
        long begun = System.nanoTime();
        while (true) {
            List<String> differences = Allocations.differences(address, expected.allocations());
            Duration spent = Duration.ofNanos(System.nanoTime() - begun);
            if (differences.isEmpty()) {
                System.out.printf(
                        "allocations %,d: what was drawn equals the oracle's%n",
                        expected.allocations().size());
                return differences;
            }
            if (spent.compareTo(timeout) > 0) {
                return differences.size() <= NAMED_MAX
                        ? differences
                        : differences.subList(0, NAMED_MAX);
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
        }
    }

    /** Acknowledged ids that are not in the topic. */
    public static List<String> lost(Set<String> acknowledged, Expected expected) {
        List<String> lost =
                acknowledged.stream()
                        .filter(id -> !expected.ids().contains(id))
                        .sorted()
                        .map(id -> "acknowledged and not in the topic: " + id.replace('\n', ' '))
                        .toList();
        return lost.size() <= NAMED_MAX ? lost : lost.subList(0, NAMED_MAX);
    }

    /** Whether each conflict and each invalid record is in the dead letters, once. */
    public List<String> deadLetters(Expected expected) throws IOException {
        Map<LogPosition, String> wanted = new HashMap<>(expected.rejected());
        expected.conflicts().forEach(place -> wanted.put(place, "conflict"));
        List<String> wrong = new ArrayList<>();
        Map<LogPosition, String> found = new HashMap<>();
        TopicReader.read(
                bootstrapServers,
                "budget.dead-letters",
                letter -> {
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
