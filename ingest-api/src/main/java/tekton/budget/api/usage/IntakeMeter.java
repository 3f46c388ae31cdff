package tekton.budget.api.usage;

import tekton.budget.api.http.ProblemType;

/** Hears of every reported record what became of it. Any thread; it neither blocks nor fails. */
public interface IntakeMeter {

    /** Kafka has acknowledged a record. */
    void accepted(Way way);

    /**
     * A record was not taken, or is not known to be durable. A request that is refused as a whole
     * is told as one, whatever it holds.
     */
    void refused(Way way, ProblemType why);
}
