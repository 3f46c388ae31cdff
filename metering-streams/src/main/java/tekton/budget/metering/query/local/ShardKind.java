package tekton.budget.metering.query.local;

import tekton.budget.topic.Topics;

/** Whose state is asked, and who follows a position, each in its own way. */
public enum ShardKind {
    /** The totals of contexts, and the ids: in its own partition of the usage topic. */
    CONTEXTS("usage", Topics.USAGE_REPORTED.name()),
    /** The totals of budgets and components: in what it was handed over. */
    BUDGETS("totals", Topics.HAND_OVERS.name()),
    /** The ledger: in its own partition of the requests, and in what it was handed over. */
    LEDGER("ledger", Topics.REQUESTS.name());

    private final String words;
    private final String input;

    ShardKind(String words, String input) {
        this.words = words;
        this.input = input;
    }

    /** Its name for people. */
    public String words() {
        return words;
    }

    /** The topic by whose partitions its tasks are given out. */
    public String input() {
        return input;
    }
}
