package tekton.budget.bench.hostile;

import tekton.budget.bench.product.ProcessSample;

import java.util.ArrayList;
import java.util.List;

/** Whether a process is about as it was before. */
final class Calm {

    private static final long MIB = 1024 * 1024;

    /** What was remembered of what was counted is no leak; all else goes. */
    private static final long LIVE_MORE = 96 * MIB;

    /** A hundred channels for alerts have a thread each while something waits for its receiver. */
    private static final long THREADS_MORE = 140;

    /** Stores open files as they grow. */
    private static final long HANDLES_MORE = 100;

    private Calm() {}

    /** What has not gone back. Resident memory is no judge: a JVM keeps what it once had. */
    static List<String> differences(ProcessSample before, ProcessSample after) {
        List<String> wrong = new ArrayList<>();
        judge(wrong, "live bytes", before.liveBytes(), after.liveBytes(), LIVE_MORE);
        judge(wrong, "threads", before.threads(), after.threads(), THREADS_MORE);
        judge(wrong, "handles", before.handles(), after.handles(), HANDLES_MORE);
        return wrong;
    }

    private static void judge(List<String> wrong, String what, long before, long after, long more) {
        if (after > before + more) {
            wrong.add(
                    "%,d %s before and %,d after, at most %,d more"
                            .formatted(before, what, after, more));
        }
    }

    /** Whether a line of a log belongs to a stack trace. */
    static boolean isTrace(String line) {
        return line.startsWith("\tat ");
    }
}
