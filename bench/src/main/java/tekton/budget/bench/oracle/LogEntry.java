package tekton.budget.bench.oracle;

/**
 * A record as it stands in a topic.
 *
 * @param partition where
 * @param offset where there
 * @param appendTimeMs when the broker appended it, epoch milliseconds
 * @param value its bytes as UTF-8
 */
public record LogEntry(int partition, long offset, long appendTimeMs, String value) {

    /** Its partition and offset. */
    public LogPosition place() {
        return new LogPosition(partition, offset);
    }

    /**
     * A partition and an offset.
     *
     * @param partition the partition
     * @param offset the offset
     */
    public record LogPosition(int partition, long offset) {}
}
