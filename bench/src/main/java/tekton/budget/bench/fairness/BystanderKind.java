package tekton.budget.bench.fairness;

/** What well-behaved clients ask for. */
enum BystanderKind {
    /** A single record. */
    RECORD(20, "/api/usage/record", 201),
    /** An array of two. */
    ARRAY(5, "/api/usage/batch", 200),
    /** A provider's answer. */
    PROVIDER(5, "/api/usage/openai", 201),
    /** A decision of the ledger. */
    DECISION(5, "/api/allocations", 201),
    /** The total of a context. */
    TOTAL(5, "/api/totals/contexts/bystander", 200),
    /** A summary of their own budget. */
    SUMMARY(1, "/api/reports/summary?budget_id=bystander", 200),
    /** A record's own total, asked for with its position. */
    FRESH(2, "/api/totals/contexts/", 200);

    private final int perSecond;
    private final String path;
    private final int status;

    BystanderKind(int perSecond, String path, int status) {
        this.perSecond = perSecond;
        this.path = path;
        this.status = status;
    }

    /** How many a second. */
    int perSecond() {
        return perSecond;
    }

    String path() {
        return path;
    }

    /** The status of an answer that is none too bad. */
    int status() {
        return status;
    }
}
