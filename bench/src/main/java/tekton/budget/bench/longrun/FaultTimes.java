package tekton.budget.bench.longrun;

/**
 * What came of a fault.
 *
 * @param number of all faults of the run, from 1
 * @param signal {@code SIGKILL} or {@code SIGSTOP}
 * @param victim which kind of process
 * @param alone whether everything was well before, and nothing else was done until it was again;
 *     only then the times say something
 * @param decisionMs from the signal (of SIGSTOP: from SIGCONT) to the first allocation that was
 *     decided for somebody who had asked since; -1 for not measured
 * @param writeMs the same to the first usage that was acknowledged over HTTP
 * @param wellMs from the signal until everything was well
 */
public record FaultTimes(
        int number,
        String signal,
        String victim,
        boolean alone,
        long decisionMs,
        long writeMs,
        long wellMs) {

    /** As a line of a file; nothing in it contains a tab. */
    String toLine() {
        return String.join(
                "\t",
                String.valueOf(number),
                signal,
                victim,
                String.valueOf(alone),
                String.valueOf(decisionMs),
                String.valueOf(writeMs),
                String.valueOf(wellMs));
    }

    /** What {@link #toLine} wrote. */
    static FaultTimes ofLine(String line) {
        String[] parts = line.split("\t", -1);
        return new FaultTimes(
                Integer.parseInt(parts[0]),
                parts[1],
                parts[2],
                Boolean.parseBoolean(parts[3]),
                Long.parseLong(parts[4]),
                Long.parseLong(parts[5]),
                Long.parseLong(parts[6]));
    }
}
