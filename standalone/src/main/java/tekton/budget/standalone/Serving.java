package tekton.budget.standalone;

/** A started service. Any thread. */
interface Serving extends AutoCloseable {

    /** Whether the next record would be taken: Kafka is there and everything that a write needs. */
    boolean accepts();
}
