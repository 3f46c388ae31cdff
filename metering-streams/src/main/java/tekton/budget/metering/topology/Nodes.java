package tekton.budget.metering.topology;

/** The names of the topology's nodes: verb and object. */
final class Nodes {

    static final String READ_USAGE = "read-usage";
    static final String READ_STRAYS = "read-strays";
    static final String COUNT_USAGE = "count-usage";
    static final String MOVE_STRAYS = "move-strays";
    static final String BURY_DEAD_LETTERS = "bury-dead-letters";
    static final String HAND_OVER_COUNTED = "hand-over-counted";
    static final String HAND_OVER_PROGRESS = "hand-over-progress";
    static final String HAND_OVER_TO_LEDGER = "hand-over-to-ledger";
    static final String TELL_LEDGER_PROGRESS = "tell-ledger-progress";
    static final String PUBLISH_RATED = "publish-rated";
    static final String TELL_ESTIMATE = "tell-estimate";
    static final String READ_HAND_OVERS = "read-hand-overs";
    static final String ADD_TOTALS = "add-totals";
    static final String GIVE_NOTICE = "give-notice";
    static final String BURY_HAND_OVERS = "bury-hand-overs";

    static final String COUNT_USAGE_COMMIT = "count-usage-commit";
    static final String ADD_TOTALS_COMMIT = "add-totals-commit";

    private Nodes() {}
}
