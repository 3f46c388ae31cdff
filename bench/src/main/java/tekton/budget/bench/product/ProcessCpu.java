package tekton.budget.bench.product;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Processor time that a process has used, from {@code /proc}. Linux only. */
public final class ProcessCpu {

    /** Linux reports in ticks of 10 ms on every common build (USER_HZ). */
    private static final double TICKS_PER_SECOND = 100;

    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;
    private static final int ENDED_USER_TICKS = 13;
    private static final int ENDED_SYSTEM_TICKS = 14;

    private ProcessCpu() {}

    /** User and system seconds so far, or 0 when the process or {@code /proc} is not there. */
    public static double seconds(long pid) {
        try {
            return secondsOf(Files.readString(Path.of("/proc/" + pid + "/stat")));
        } catch (IOException e) {
            return 0;
        }
    }

    /** The same with the seconds of those of its children that have ended. */
    public static double secondsWithEnded(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return secondsOf(stat) + ticks(stat, ENDED_USER_TICKS, ENDED_SYSTEM_TICKS);
        } catch (IOException e) {
            return 0;
        }
    }

    /** The same from the text of {@code stat}. The command's name may hold blanks and brackets. */
    static double secondsOf(String stat) {
        return ticks(stat, USER_TICKS, SYSTEM_TICKS);
    }

    private static double ticks(String stat, int one, int other) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[one]) + Long.parseLong(fields[other])) / TICKS_PER_SECOND;
    }
}
