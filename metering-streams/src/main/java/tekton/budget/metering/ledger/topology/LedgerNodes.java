package tekton.budget.metering.ledger.topology;

/** The names of the ledger topology's nodes: verb and object. */
final class LedgerNodes {

    static final String READ_REQUESTS = "read-requests";
    static final String READ_LEDGER_DELTAS = "read-ledger-deltas";
    static final String DECIDE = "decide";
    static final String PUBLISH_DECISIONS = "publish-decisions";
    static final String PUBLISH_STATUS = "publish-status";
    static final String PUBLISH_FOR_METERING = "publish-session-limits";
    static final String BURY_DEAD_LETTERS = "bury-dead-letters";

    static final String DECIDE_COMMIT = "decide-commit";

    private LedgerNodes() {}
}
