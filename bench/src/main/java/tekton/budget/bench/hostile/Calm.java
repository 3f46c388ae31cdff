package tekton.budget.bench.hostile;

import tekton.budget.bench.product.ProcessSample;

import java.util.ArrayList;
import java.util.List;

/** Whether a process is about as it was before. */
final class Calm {

    private static final long MIB = 1024 * 1024;

    /** Pools and caches of a process that was little used have filled so far. */
    private static final long LIVE_MORE = 96 * MIB;

    /**
     * All bounded memory, full: buffers of the producers (32 MiB), of 200 connections at four times
     * 64 KiB, of the fetches; the stores' caches, the newest live messages, alerts and deliveries.
     */
    private static final long LIVE_FULL = 192 * MIB;

    /** What is full has been so for long, and a leak goes on. */
    private static final long SECOND_HALF_MORE = 32 * MIB;

    /** A hundred channels for alerts have a thread each while something waits for its receiver. */
    private static final long THREADS_MORE = 140;

    /** Stores open files as they grow. */
    private static final long HANDLES_MORE = 100;

    private Calm() {}

    /**
     * What has not gone back. Resident memory is no judge: a JVM keeps what it once had.
     *
     * @param halfway through the run, under load
     */
    static List<String> differences(
            ProcessSample before, ProcessSample halfway, ProcessSample after) {
        List<String> wrong = new ArrayList<>();
        judge(
                wrong,
                "live bytes since the start",
                before.liveBytes(),
                after.liveBytes(),
                LIVE_FULL);
        if (after.liveBytes() > before.liveBytes() + LIVE_MORE) {
            judge(
                    wrong,
                    "live bytes since halfway",
                    halfway.liveBytes(),
                    after.liveBytes(),
                    SECOND_HALF_MORE);
        }
        judge(wrong, "threads", before.threads(), after.threads(), THREADS_MORE);
        judge(wrong, "handles", before.handles(), after.handles(), HANDLES_MORE);
        return wrong;
    }

    private static void judge(List<String> wrong, String what, long before, long after, long more) {
        if (after > before + more) {
            wrong.add("%s: %,d, then %,d (at most %,d more)".formatted(what, before, after, more));
        }
    }

    /** Whether a line of a log belongs to a stack trace. */
    static boolean isTrace(String line) {
        return line.startsWith("\tat ");
    }
}
