package tekton.budget.bench.scale;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tekton.budget.bench.crash.ProductCluster;
import tekton.budget.bench.crash.ProofOptions;
import tekton.budget.bench.drain.BulkWriter;
import tekton.budget.bench.http.CheckTimeout;
import tekton.budget.bench.load.PopulationOptions;
import tekton.budget.bench.load.RecordTemplate;
import tekton.budget.bench.load.SustainedCommand;
import tekton.budget.bench.product.Product;
import tekton.budget.bench.product.TotalsClient;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** {@code bench scale}. */
@Command(
        name = "scale",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "For each number of instances and of partitions: starts one broker and so many"
                + " instances with new data, writes records straight to Kafka, and measures what"
                + " counting them has cost: processor seconds, memory, disk. Some records before"
                + " those that are measured warm the processes up. On one machine this says what"
                + " the work costs, not how fast several machines would be.",
            "With --restore an instance that is alone is killed, its state deleted, and the time"
                    + " until it is ready again measured."
        })
public final class ScaleCommand implements Callable<Integer> {

    private static final Duration START = Duration.ofMinutes(5);
    private static final Duration DRAIN = Duration.ofMinutes(15);
    private static final long LOOK_AGAIN_MS = 100;

    @Mixin ProofOptions options = new ProofOptions();
    @Mixin PopulationOptions population = new PopulationOptions();

    @Option(names = "--instances", split = ",", description = "How many; default 1,2,3.")
    List<Integer> instances = List.of(1, 2, 3);

    @Option(names = "--partitions", split = ",", description = "Of the usage topic; default 6.")
    List<Integer> partitions = List.of(6);

    @Option(
            names = "--standbys",
            description = "Copies of every store with several instances; default ${DEFAULT-VALUE}.")
    int standbys = 1;

    @Option(names = "--warm-up", description = "Records; default ${DEFAULT-VALUE}.")
    long warmUp = 1_000_000;

    @Option(names = "--records", description = "Records measured; default ${DEFAULT-VALUE}.")
    long records = 2_000_000;

    @Option(names = "--restore", description = "Measure a restore, where one instance is alone.")
    boolean restore;

    @Override
    public Integer call() throws Exception {
        System.out.printf(
                Locale.ROOT,
                "settings    %,d records after %,d; %s; one broker%n",
                records,
                warmUp,
                population.words());
        Product.build(options.project());
        return options.judge(
                "budget-scale",
                (scratch, _) -> {
                    for (int count : partitions) {
                        for (int size : instances) {
                            measure(scratch.resolve(size + "-" + count), size, count);
                        }
                    }
                });
    }

    private void measure(Path scratch, int size, int partitionCount)
            throws IOException, InterruptedException {
        RecordTemplate template = population.template();
        try (ProductCluster cluster =
                ProductCluster.of(
                        options.project(), scratch, 1, size, settings(size, partitionCount))) {
            cluster.start(CheckTimeout.LIMIT);
            try (TotalsClient totals = new TotalsClient(cluster.addresses().getFirst())) {
                count(cluster, template, totals, warmUp, warmUp);
                Usage before = Usage.of(cluster);
                long began = System.nanoTime();
                RecordTemplate measured = population.template();
                count(cluster, measured, totals, records, records);
                double seconds = (System.nanoTime() - began) / 1e9;
                Usage after = Usage.of(cluster);
                report(size, partitionCount, seconds, before, after, scratch);
            }
            if (restore && size == 1) {
                restore(cluster.instance(0), scratch);
            }
        }
    }

    private Map<String, String> settings(int size, int partitionCount) {
        return Map.of(
                "BUDGET_USAGE_PARTITIONS",
                String.valueOf(partitionCount),
                "BUDGET_STANDBY_REPLICAS",
                String.valueOf(size > 1 ? standbys : 0),
                "BUDGET_CLUSTER_SECRET",
                UUID.randomUUID().toString());
    }

    private static void count(
            ProductCluster cluster,
            RecordTemplate template,
            TotalsClient totals,
            long number,
            long expected)
            throws IOException, InterruptedException {
        double written = BulkWriter.write(cluster.bootstrapServers(), template, number);
        long deadline = System.nanoTime() + DRAIN.toNanos();
        long counted = SustainedCommand.counted(totals, template);
        while (counted < expected) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException(
                        "counted %,d of %,d after %d s, written at %,.0f/s"
                                .formatted(counted, expected, DRAIN.toSeconds(), written));
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
            counted = SustainedCommand.counted(totals, template);
        }
        if (counted > expected) {
            throw new IOException("counted %,d of %,d".formatted(counted, expected));
        }
    }

    private void report(
            int size, int partitionCount, double seconds, Usage before, Usage after, Path scratch)
            throws IOException {
        double millions = records / 1e6;
        System.out.printf(
                Locale.ROOT,
                "%d instance%s, %d partitions: %.1f CPU-s per million records in the instances,"
                    + " %.1f in the broker; %,.0f records/s beside the writer; memory %,d MiB in"
                    + " all; state %,d B a record, Kafka's log %,d B a record%n",
                size,
                size == 1 ? "" : "s",
                partitionCount,
                (after.instanceCpu() - before.instanceCpu()) / millions,
                (after.brokerCpu() - before.brokerCpu()) / millions,
                records / seconds,
                after.instanceMemory() >> 20,
                stateBytes(scratch, size) / (warmUp + records),
                logBytes(scratch) / (warmUp + records));
    }

    private static long stateBytes(Path scratch, int size) throws IOException {
        long bytes = 0;
        for (int i = 1; i <= size; i++) {
            bytes += Usage.bytesIn(streams(scratch, i), "");
        }
        return bytes;
    }

    /** Without the indexes, whose files are longer than what is in them. */
    private static long logBytes(Path scratch) throws IOException {
        return Usage.bytesIn(scratch.resolve("broker-1"), ".log");
    }

    private static Path streams(Path scratch, int instance) {
        return scratch.resolve("instance-" + instance).resolve("streams");
    }

    private void restore(Product product, Path scratch) throws IOException, InterruptedException {
        product.kill();
        Path state = streams(scratch, 1);
        long bytes = Usage.bytesIn(state, "");
        Usage.deleteAllBut(state, "instance-id");
        long began = System.nanoTime();
        product.launch();
        Duration ready = product.awaitOk("/ready", START);
        System.out.printf(
                Locale.ROOT,
                "restore     %,d ids, %,d MiB of state: /ready %.1f s after the start (%.1f s in"
                        + " all)%n",
                warmUp + records,
                bytes >> 20,
                ready.toMillis() / 1e3,
                (System.nanoTime() - began) / 1e9);
    }
}
