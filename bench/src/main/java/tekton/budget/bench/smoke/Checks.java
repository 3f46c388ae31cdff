package tekton.budget.bench.smoke;

import java.util.ArrayList;
import java.util.List;

/** What has been checked so far, printed as it is. One thread. */
final class Checks {

    private final List<String> failed = new ArrayList<>();
    private int passed;
    private int skipped;

    /** Checks that two things are equal. */
    void equal(String what, Object expected, Object found) {
        if (expected.equals(found)) {
            passed++;
            System.out.println("ok      " + what + ": " + found);
        } else {
            fail(what + ": " + found + " (expected: " + expected + ")");
        }
    }

    /** Notes a failure. */
    void fail(String what) {
        failed.add(what);
        System.out.println("FAILED  " + what);
    }

    /** Notes what could not be tried here, and why. */
    void skip(String what, String why) {
        skipped++;
        System.out.println("skipped " + what + ": " + why);
    }

    /** Prints the sum of it; true when nothing failed. */
    boolean conclude() {
        System.out.println(
                "%d passed, %d failed, %d skipped".formatted(passed, failed.size(), skipped));
        return failed.isEmpty();
    }
}
