package tekton.budget.bench.chaos;

import tekton.budget.bench.kill.AckLog;
import tekton.budget.bench.kill.Verdict;
import tekton.budget.bench.oracle.Expected;
import tekton.budget.bench.oracle.TopicReader;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Compares what every instance says, and what was alerted of, with what the topics say. */
final class ClusterChecker {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private static final int NAMED_MAX = 5;
    private static final long LOOK_AGAIN_MS = 2_000;

    private final String bootstrapServers;
    private final List<InetSocketAddress> addresses;
    private final Duration timeout;

    /**
     * @param addresses of all instances
     * @param timeout how long each of them, and alerting, may be behind
     */
    ClusterChecker(String bootstrapServers, List<InetSocketAddress> addresses, Duration timeout) {
        this.bootstrapServers = bootstrapServers;
        this.addresses = addresses;
        this.timeout = timeout;
    }

    /**
     * What is wrong.
     *
     * @param books of those who were acknowledged something
     */
    List<String> differences(Path books, Spenders spenders)
            throws IOException, InterruptedException {
        Expected expected = new Verdict(bootstrapServers, addresses.getFirst()).expected();
        Set<String> acknowledged = AckLog.readAll(books);
        System.out.printf("books       %,d acknowledged ids%n", acknowledged.size());
        List<String> differences = new ArrayList<>(Verdict.lost(acknowledged, expected));
        for (int i = 0; i < addresses.size(); i++) {
            String name = "instance " + (i + 1);
            System.out.println(name + ':');
            Verdict verdict = new Verdict(bootstrapServers, addresses.get(i));
            List<String> found = new ArrayList<>();
            try {
                found.addAll(verdict.totals(expected, timeout));
                found.addAll(verdict.allocations(expected, timeout));
            } catch (IOException e) {
                found.add(e.toString());
            }
            found.forEach(difference -> differences.add(name + ": " + difference));
        }
        differences.addAll(
                new Verdict(bootstrapServers, addresses.getFirst()).deadLetters(expected));
        differences.addAll(spenders.differences(expected));
        differences.addAll(alerts());
        return differences;
    }

    private List<String> alerts() throws IOException, InterruptedException {
        long begun = System.nanoTime();
        while (true) {
            List<String> wrong = new ArrayList<>();
            AlertCheck check = new AlertCheck(wrong::add);
            TopicReader.read(
                    bootstrapServers,
                    "budget.events",
                    each -> check.event(JSON.readTree(each.value())));
            TopicReader.read(
                    bootstrapServers,
                    "budget.status",
                    each -> check.status(JSON.readTree(each.value())));
            TopicReader.read(
                    bootstrapServers,
                    "budget.decisions",
                    each -> check.decision(JSON.readTree(each.value())));
            if (wrong.isEmpty() || System.nanoTime() - begun > timeout.toNanos()) {
                System.out.printf("alerts      %s%n", check.counts());
                return wrong.size() <= NAMED_MAX ? wrong : wrong.subList(0, NAMED_MAX);
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
        }
    }
}
