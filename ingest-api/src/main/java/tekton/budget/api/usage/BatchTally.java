package tekton.budget.api.usage;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemType;
import tekton.budget.codec.JsonBytes;
import tekton.budget.kafka.Acknowledgement;
import tekton.budget.value.Positions;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What became of a batch's records. One thread adds; acknowledgements come from the producer's.
 * Bounded: it keeps the first {@link #REFUSALS_MAX} refusals and counts the rest.
 */
final class BatchTally implements Acknowledgement {

    static final int REFUSALS_MAX = 1_000;

    private final Way way;
    private final IntakeMeter meter;
    private final List<RefusedRecord> refusals = new ArrayList<>();
    private final SortedMap<Integer, Long> offsets = new TreeMap<>();
    private long refused;
    private long sent;
    private long acknowledged;
    private long failed;

    private record RefusedRecord(long index, Problem problem) {}

    BatchTally(Way way, IntakeMeter meter) {
        this.way = way;
        this.meter = meter;
    }

    /**
     * Counts a refusal.
     *
     * @param index where it stands in what was sent, from 0; below where nobody can say
     */
    synchronized void refused(long index, Problem problem) {
        refused++;
        meter.refused(way, problem.type());
        if (refusals.size() < REFUSALS_MAX) {
            refusals.add(new RefusedRecord(index, problem));
        }
    }

    /** One more acknowledgement is to come. */
    synchronized void sent() {
        sent++;
    }

    @Override
    public synchronized void acknowledged(int partition, long offset) {
        acknowledged++;
        meter.accepted(way);
        offsets.merge(partition, offset, Math::max);
        notifyWhenDone();
    }

    @Override
    public synchronized void failed() {
        failed++;
        meter.refused(way, ProblemType.SERVICE_UNAVAILABLE);
        notifyWhenDone();
    }

    /** True when a send has failed: there is no point in sending more. */
    synchronized boolean hasFailed() {
        return failed > 0;
    }

    /** Waits for every acknowledgement; false if some did not come in time. */
    synchronized boolean awaitAll(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (acknowledged + failed < sent) {
            long leftMs = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
            if (leftMs <= 0) {
                return false;
            }
            wait(leftMs);
        }
        return true;
    }

    /** How far the batch has been written, by what is acknowledged. */
    synchronized Positions positions() {
        return Positions.ofUsage(offsets);
    }

    /**
     * What became of a request in a foreign format.
     *
     * @param ignored how many things it told of that are no calls to count
     * @param only the one record that it was; null if it was none, or more
     */
    synchronized ForeignOutcome outcome(long ignored, Judgement.@Nullable AcceptedUsage only) {
        return new ForeignOutcome(
                ignored,
                refused,
                refusals.isEmpty() ? null : refusals.getFirst().problem(),
                only,
                ignored + refused + acknowledged == 1,
                properties().property("ignored", ignored).close('}'));
    }

    /** The answer's body. Accepted are the acknowledged ones only. */
    synchronized JsonBytes toJson() {
        return properties().close('}');
    }

    private JsonBytes properties() {
        JsonBytes json =
                new JsonBytes(256)
                        .open('{')
                        .property("accepted", acknowledged)
                        .property("refused", refused)
                        .name("refusals")
                        .open('[');
        for (RefusedRecord refusal : refusals) {
            json.open('{');
            if (refusal.index() >= 0) {
                json.property("index", refusal.index());
            }
            json.property("code", refusal.problem().type().code())
                    .property("message", refusal.problem().detail())
                    .close('}');
        }
        return json.close(']').property("truncated", refused > refusals.size());
    }

    private void notifyWhenDone() {
        if (acknowledged + failed == sent) {
            notifyAll();
        }
    }
}
