package tekton.budget.bench.load;

import tekton.budget.bench.product.Target;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A steady mix: six tenths of the records as lines, two as arrays, one as spans, one by one the
 * rest. One thread.
 */
public final class SoakLoad {

    private static final Map<RequestForm, Double> SHARES =
            Map.of(
                    RequestForm.NDJSON, 0.6,
                    RequestForm.ARRAY, 0.2,
                    RequestForm.OTLP, 0.1,
                    RequestForm.SINGLE, 0.1);

    private static final int BATCH = 200;
    private static final int CONNECTIONS = 4;
    private static final long SEQUENCES_EACH = 10_000_000_000L;

    private final InetSocketAddress address;
    private final RecordTemplate records;

    /** The next sequence number of each form. */
    private final Map<RequestForm, Long> next = new EnumMap<>(RequestForm.class);

    /**
     * @param run makes the records differ from those of others
     */
    public SoakLoad(InetSocketAddress address, String run) {
        this.address = address;
        records =
                new RecordTemplate(
                        run, new Population(10_000, 10, 10), RecordTemplate.DEFAULT_SIZE);
        for (RequestForm form : RequestForm.values()) {
            next.put(form, next.size() * SEQUENCES_EACH);
        }
    }

    /**
     * What came of a stretch.
     *
     * @param accepted records
     * @param errors how often what went wrong
     */
    public record SoakStretch(long accepted, long neverSent, Map<String, Long> errors) {}

    /** Sends for so long at that rate of all forms together. */
    public SoakStretch run(double perSecond, double seconds)
            throws IOException, InterruptedException {
        Map<RequestForm, CompletableFuture<LoadResult>> running = new EnumMap<>(RequestForm.class);
        Map<RequestForm, LoadLoop> loops = new EnumMap<>(RequestForm.class);
        for (RequestForm form : RequestForm.values()) {
            LoadLoop loop =
                    new LoadLoop(
                            address,
                            records,
                            new LoadLoop.Load(
                                    form,
                                    form == RequestForm.SINGLE ? 1 : BATCH,
                                    perSecond * SHARES.getOrDefault(form, 0.0),
                                    CONNECTIONS,
                                    0,
                                    seconds),
                            next.getOrDefault(form, 0L));
            loops.put(form, loop);
            running.put(form, loop.runInBackground());
        }
        long accepted = 0;
        long neverSent = 0;
        Map<String, Long> errors = new TreeMap<>();
        for (Map.Entry<RequestForm, CompletableFuture<LoadResult>> one : running.entrySet()) {
            try {
                LoadResult result = one.getValue().get();
                accepted += result.acceptedInAll();
                neverSent += result.neverSent();
                result.errors().forEach((why, count) -> errors.merge(why, count, Long::sum));
            } catch (ExecutionException e) {
                throw new IOException("the load: " + e.getCause(), e);
            }
        }
        loops.forEach((form, loop) -> next.put(form, loop.nextSequence()));
        return new SoakStretch(accepted, neverSent, errors);
    }

    /** How many records can be sent a second as lines, each counted right behind. */
    public double sustained(Target target, double seconds)
            throws IOException, InterruptedException {
        LoadLoop loop =
                new LoadLoop(
                        address,
                        records,
                        new LoadLoop.Load(RequestForm.NDJSON, BATCH, 0, CONNECTIONS, 0, seconds),
                        next.getOrDefault(RequestForm.NDJSON, 0L));
        long begun = System.nanoTime();
        LoadResult result = loop.run(now -> {}, accepted -> {});
        next.put(RequestForm.NDJSON, loop.nextSequence());
        SustainedCommand.lag(target, records, result.acceptedInAll());
        return result.acceptedInAll() / ((System.nanoTime() - begun) / 1e9);
    }

    /** Seconds until the budgets' totals show that many records. */
    public double lag(Target target, long accepted) throws IOException, InterruptedException {
        return SustainedCommand.lag(target, records, accepted);
    }
}
