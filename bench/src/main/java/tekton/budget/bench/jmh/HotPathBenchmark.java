package tekton.budget.bench.jmh;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import tekton.budget.bench.load.Population;
import tekton.budget.bench.load.RecordTemplate;
import tekton.budget.codec.Parsed;
import tekton.budget.codec.UsageReader;
import tekton.budget.codec.UsageWriter;
import tekton.budget.event.Fingerprint;
import tekton.budget.event.PricePublished;
import tekton.budget.event.Rates;
import tekton.budget.event.UsageReported;
import tekton.budget.pricing.Charge;
import tekton.budget.pricing.PriceBook;
import tekton.budget.value.Money;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What every record passes through, one step at a time, on a record of the usual size. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class HotPathBenchmark {

    private static final int RECORDS = 1_024;

    private final byte[][] values = new byte[RECORDS][];
    private final UsageReported[] records = new UsageReported[RECORDS];
    private final Fingerprint fingerprint = new Fingerprint();
    private final PriceBook prices =
            PriceBook.of(
                    List.of(
                            new PricePublished(
                                    "openai",
                                    "gpt-4o",
                                    Instant.EPOCH,
                                    "built-in",
                                    Rates.of(2_500_000, 10_000_000),
                                    true)));
    private Money sum = Money.ZERO;
    private int next;

    /** Readies the records. */
    public HotPathBenchmark() {
        RecordTemplate template =
                new RecordTemplate(
                        "jmh", new Population(1_000, 10, 10), RecordTemplate.DEFAULT_SIZE);
        for (int i = 0; i < RECORDS; i++) {
            values[i] = new byte[template.size()];
            template.write(i, values[i], 0);
            if (!(UsageReader.fromTopic(values[i]) instanceof Parsed.Accepted accepted)) {
                throw new IllegalStateException("a record of the template is refused");
            }
            records[i] = accepted.usage();
        }
    }

    private int index() {
        next = (next + 1) % RECORDS;
        return next;
    }

    /** JSON to record. */
    @Benchmark
    public Parsed read() {
        return UsageReader.fromTopic(values[index()]);
    }

    /** Record to JSON. */
    @Benchmark
    public byte[] write() {
        return UsageWriter.write(records[index()]);
    }

    /** The key of the dedupe store. */
    @Benchmark
    public byte[] key() {
        UsageReported usage = records[index()];
        return fingerprint.key(usage.recordId(), usage.contextId());
    }

    /** The fingerprint of what was sent. */
    @Benchmark
    public long fingerprint() {
        return fingerprint.of(records[index()]);
    }

    /** Finding the price and multiplying. */
    @Benchmark
    public Charge charge() {
        UsageReported usage = records[index()];
        return prices.charge(usage, usage.timestampMs(0));
    }

    /** Adding to a total. */
    @Benchmark
    public Money plus() {
        sum = new Money(sum.usd() & 0xFFFF, sum.pico()).plus(Money.ofPico(12_345_678_901L));
        return sum;
    }
}
