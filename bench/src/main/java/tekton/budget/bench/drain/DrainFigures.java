package tekton.budget.bench.drain;

import tekton.budget.bench.control.ShareOfControl;

import java.util.Locale;

/**
 * What a drain came to.
 *
 * @param whole records per second from the first look to the last
 * @param warm records per second over the second half of the records
 * @param cpuMicros of processor time of the program and the broker per record; 0 where unknown
 */
record DrainFigures(double whole, double warm, double cpuMicros) {

    /** Prints the rates. */
    void print(String name, long records) {
        System.out.printf(
                Locale.ROOT,
                "%-11s %,d records: %,.0f records/s whole, %,.0f/s warm (second half)%n",
                name,
                records,
                whole,
                warm);
    }

    /** Prints how this compares with a control. */
    void compare(String control, DrainFigures other) {
        new ShareOfControl(whole, other.whole).print("whole, of " + control, "records/s");
        new ShareOfControl(warm, other.warm).print("warm, of " + control, "records/s");
        if (cpuMicros > 0 && other.cpuMicros > 0) {
            new ShareOfControl(cpuMicros, other.cpuMicros)
                    .printCost("program and broker, of " + control, "CPU-s per million records");
        }
    }
}
