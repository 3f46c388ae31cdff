package tekton.budget.bench.load;

import tekton.budget.bench.product.Target.Cpu;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * The same load on one server after another: from its first second on, then warm with one number of
 * connections after another. One thread.
 */
final class LoadRuns {

    private final RecordTemplate records;
    private final LoadLoop.Load load;
    private final List<Integer> connections;
    private final double firstSeconds;
    private long sequence;

    /**
     * @param load what to send; its warm-up begins with the first seconds
     * @param connections each measured by itself
     * @param firstSeconds measured by themselves at the very start; 0: they are not
     */
    LoadRuns(
            RecordTemplate records,
            LoadLoop.Load load,
            List<Integer> connections,
            double firstSeconds) {
        this.records = records;
        this.load = load;
        this.connections = List.copyOf(connections);
        this.firstSeconds = firstSeconds;
    }

    /**
     * What came of it.
     *
     * @param cold of the first seconds, or 0: they were not measured; records per second
     * @param warm in the order of the connections
     */
    record LoadRates(double cold, List<LoadRate> warm) {

        /** The highest rate, in records per second. */
        double best() {
            return warm.stream().mapToDouble(LoadRate::perSecond).max().orElse(0);
        }

        boolean isRight() {
            return warm.stream().allMatch(LoadRate::isRight);
        }

        /** The rate of the first seconds in hundredths of the first warm one. */
        double coldPercent() {
            return warm.isEmpty() ? 0 : 100 * cold / warm.getFirst().perSecond();
        }
    }

    /**
     * One warm run.
     *
     * @param perSecond records accepted
     * @param cpuMicros of processor time of server and broker per record
     */
    record LoadRate(int connections, double perSecond, double cpuMicros, boolean isRight) {}

    /**
     * Measures a server and prints its figures.
     *
     * @param fresh whether it became ready a moment ago
     */
    LoadRates run(String name, InetSocketAddress server, Supplier<Cpu> cpu, boolean fresh)
            throws IOException {
        boolean fromStart = fresh && firstSeconds > 0;
        double cold = 0;
        if (fromStart) {
            LoadResult first = measure(server, connections.getFirst(), 0, firstSeconds, () -> {});
            cold = first.recordsPerSecond();
            System.out.printf(
                    Locale.ROOT,
                    "first       %s, seconds 0 to %.0f after it was ready: %,.0f records/s; errors"
                            + " %s%n",
                    name,
                    firstSeconds,
                    cold,
                    first.errors().isEmpty() ? "none" : first.errors());
        }
        double warmUp = Math.max(0, load.warmUpSeconds() - (fromStart ? firstSeconds : 0));
        List<LoadRate> warm = new ArrayList<>();
        for (int count : connections) {
            System.out.printf(Locale.ROOT, "measured    %s, %d connections%n", name, count);
            warm.add(warm(server, cpu, count, warm.isEmpty() ? warmUp : 0));
        }
        return new LoadRates(cold, warm);
    }

    private LoadRate warm(InetSocketAddress server, Supplier<Cpu> cpu, int count, double warmUp)
            throws IOException {
        AtomicReference<Cpu> before = new AtomicReference<>(cpu.get());
        LoadResult result =
                measure(server, count, warmUp, load.seconds(), () -> before.set(cpu.get()));
        Cpu after = cpu.get();
        result.print(System.out);
        System.out.println("cpu         " + after.perMillionSince(before.get(), result.accepted()));
        return new LoadRate(
                count,
                result.recordsPerSecond(),
                1e6 * after.workSince(before.get()) / Math.max(1, result.accepted()),
                result.errors().isEmpty());
    }

    private LoadResult measure(
            InetSocketAddress server, int count, double warmUp, double seconds, Runnable atStart)
            throws IOException {
        LoadLoop loop =
                new LoadLoop(
                        server,
                        records,
                        new LoadLoop.Load(
                                load.form(),
                                load.perRequest(),
                                load.recordsPerSecond(),
                                count,
                                warmUp,
                                seconds),
                        sequence);
        LoadResult result = loop.run(now -> atStart.run(), accepted -> {});
        sequence = loop.nextSequence();
        return result;
    }
}
