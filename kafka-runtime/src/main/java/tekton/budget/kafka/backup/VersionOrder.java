package tekton.budget.kafka.backup;

import java.util.Arrays;
import java.util.regex.Pattern;

/** Which of two versions is newer, as far as both are numbers. */
final class VersionOrder {

    private static final Pattern RELEASE = Pattern.compile("\\d{1,6}\\.\\d{1,6}\\.\\d{1,6}");
    private static final Pattern DOT = Pattern.compile("\\.");

    private VersionOrder() {}

    /** Whether {@code one} comes after {@code other}; names of other forms are not compared. */
    static boolean isNewer(String one, String other) {
        return RELEASE.matcher(one).matches()
                && RELEASE.matcher(other).matches()
                && Arrays.compare(numbers(one), numbers(other)) > 0;
    }

    private static int[] numbers(String version) {
        return DOT.splitAsStream(version).mapToInt(Integer::parseInt).toArray();
    }
}
