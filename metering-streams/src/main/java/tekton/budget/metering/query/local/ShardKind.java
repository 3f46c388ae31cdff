package tekton.budget.metering.query.local;

import tekton.budget.metering.query.Dimension;
import tekton.budget.metering.store.Stores;
import tekton.budget.topic.Topics;

import java.util.List;

/** Whose state is asked, and who follows a position, each in its own way. */
public enum ShardKind {
    /** The totals of contexts and users, and the ids: in its own partition of the usage topic. */
    CONTEXTS("usage", Topics.USAGE_REPORTED.name()),
    /** The totals of budgets and components: in what it is fed. */
    BUDGETS("totals", Topics.HAND_OVERS.name()),
    /** The ledger: in its own partition of the requests, and in what it is fed. */
    LEDGER("ledger", Topics.REQUESTS.name());

    private final String words;
    private final String input;

    ShardKind(String words, String input) {
        this.words = words;
        this.input = input;
    }

    /** Where totals of a dimension are kept. */
    public static ShardKind of(Dimension dimension) {
        return switch (dimension) {
            case CONTEXT, USER -> CONTEXTS;
            case BUDGET, COMPONENT -> BUDGETS;
        };
    }

    /** Its name for people. */
    public String words() {
        return words;
    }

    /** The topic by whose partitions its tasks are given out. */
    public String input() {
        return input;
    }

    /** The names of its stores. */
    List<String> stores() {
        return switch (this) {
            case CONTEXTS ->
                    List.of(Stores.IDS, Stores.CONTEXTS, Stores.CONTEXT_HOURS, Stores.USER_CELLS);
            case BUDGETS -> List.of(Stores.TOTALS, Stores.HOURS);
            case LEDGER -> List.of(Stores.LEDGER);
        };
    }
}
