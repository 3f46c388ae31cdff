package tekton.budget.api.live;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a WebSocket can be subscribed to, by the names of Tekton's clients. */
enum LiveTopic {
    /** How budgets stand, and policies as they are made and changed. */
    UPDATES("budget_events", "/ws/budget/updates"),
    /** Budget events. */
    ALERTS("budget_alerts", "/ws/budget/alerts"),
    /** Allocations as they are granted, released, exhausted and expired. */
    ALLOCATIONS("allocation_updates", "/ws/budget/allocations"),
    /** Price versions. */
    PRICES("price_updates", "/ws/budget/prices");

    /** Another name of the updates' path. */
    private static final String ALIAS = "/ws";

    private final String wireName;
    private final String path;

    LiveTopic(String wireName, String path) {
        this.wireName = wireName;
        this.path = path;
    }

    /** The name in frames. */
    String wireName() {
        return wireName;
    }

    /** The topic of that name. */
    static Optional<LiveTopic> named(String wireName) {
        return Arrays.stream(values()).filter(t -> t.wireName.equals(wireName)).findFirst();
    }

    /** The topic that who connects there is subscribed to. */
    static Optional<LiveTopic> at(String path) {
        return path.equals(ALIAS)
                ? Optional.of(UPDATES)
                : Arrays.stream(values()).filter(t -> t.path.equals(path)).findFirst();
    }

    /** Every path. */
    static List<String> paths() {
        return Stream.concat(Stream.of(ALIAS), Arrays.stream(values()).map(t -> t.path)).toList();
    }

    /** Every name, for messages. */
    static String names() {
        return Arrays.stream(values()).map(t -> t.wireName).collect(Collectors.joining(", "));
    }
}
