package tekton.budget.poller.feed;

import tekton.budget.event.RateClass;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The classes of rates under the names that files of this project give them. */
final class RateNames {

    /** All of them, for messages. */
    static final String ALL =
            Arrays.stream(RateClass.values())
                    .map(RateClass::wireName)
                    .collect(Collectors.joining(", "));

    private RateNames() {}

    /** True when no class has that name. */
    static boolean unknown(String name) {
        return Arrays.stream(RateClass.values()).noneMatch(c -> c.wireName().equals(name));
    }
}
