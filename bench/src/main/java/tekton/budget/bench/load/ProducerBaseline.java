package tekton.budget.bench.load;

import tekton.budget.bench.control.BenchTopics;
import tekton.budget.bench.product.JavaProcess;
import tekton.budget.bench.product.ProcessCpu;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Kafka's own ProducerPerformance on the broker of the product: what its results are compared with.
 * In a JVM of its own, into a topic of its own that is deleted afterwards.
 */
public final class ProducerBaseline {

    private static final String MAIN = "org.apache.kafka.tools.ProducerPerformance";
    private static final int PARTITIONS = 6;
    private static final int DIFFERENT_PAYLOADS = 10_000;

    private static final Pattern RATE = Pattern.compile("([0-9.]+) records/sec");

    private ProducerBaseline() {}

    /**
     * What came of it.
     *
     * @param perSecond records per second over the whole run
     * @param cpuSeconds of its own process
     */
    public record ProducerFigures(double perSecond, double cpuSeconds) {}

    /**
     * Runs it.
     *
     * @param records how many to send
     * @param size bytes of each value
     * @throws IOException if it fails; the message holds what it printed
     */
    public static ProducerFigures run(String bootstrapServers, long records, int size)
            throws IOException, InterruptedException {
        Path payloads = payloads(size);
        try (BenchTopics topics = new BenchTopics(bootstrapServers)) {
            return measure(
                    bootstrapServers, topics.create("baseline", PARTITIONS), records, payloads);
        } finally {
            Files.delete(payloads);
        }
    }

    private static Path payloads(int size) throws IOException {
        RecordTemplate template = new RecordTemplate("base", new Population(10_000, 10, 10), size);
        StringBuilder text = new StringBuilder();
        byte[] record = new byte[template.size()];
        for (int i = 0; i < DIFFERENT_PAYLOADS; i++) {
            template.write(i, record, 0);
            text.append(new String(record, StandardCharsets.UTF_8)).append('\n');
        }
        return Files.writeString(Files.createTempFile("bench-payloads", ".jsonl"), text);
    }

    private static ProducerFigures measure(
            String bootstrapServers, String topic, long records, Path payloads)
            throws IOException, InterruptedException {
        List<String> command =
                JavaProcess.command(
                        List.of("-Xmx512m", "-XX:+UseSerialGC"),
                        System.getProperty("java.class.path"),
                        MAIN,
                        List.of(
                                "--topic",
                                topic,
                                "--num-records",
                                String.valueOf(records),
                                "--throughput",
                                "-1",
                                "--payload-file",
                                payloads.toString(),
                                "--producer-props",
                                "bootstrap.servers=" + bootstrapServers,
                                "acks=all",
                                "compression.type=lz4"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        StringBuilder said = new StringBuilder();
        Optional<Double> last = Optional.empty();
        double cpuSeconds = 0;
        try (BufferedReader reader = process.inputReader()) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                said.append(line).append('\n');
                // The last line comes right before the end, when the process can no longer be
                // asked.
                cpuSeconds = Math.max(cpuSeconds, ProcessCpu.seconds(process.pid()));
                Optional<Double> rate = rateIn(line);
                last = rate.isPresent() ? rate : last;
            }
        } finally {
            process.destroy();
        }
        if (process.waitFor() != 0 || last.isEmpty()) {
            throw new IOException("baseline: ProducerPerformance said\n" + said);
        }
        return new ProducerFigures(last.get(), cpuSeconds);
    }

    /**
     * The rate in a line such as {@code 1000 records sent, 371747.2 records/sec (119.12 MB/sec)}.
     */
    static Optional<Double> rateIn(String line) {
        Matcher matcher = RATE.matcher(line);
        return matcher.find() ? Optional.of(Double.valueOf(matcher.group(1))) : Optional.empty();
    }
}
