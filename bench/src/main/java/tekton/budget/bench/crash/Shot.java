package tekton.budget.bench.crash;

/**
 * One record that is sent, perhaps several times and several ways, always with these bytes.
 *
 * @param contextId whose context
 * @param recordId unique within the context
 * @param json the record
 * @param mayBeMisrouted whether a copy may be put into a wrong partition: only records whose copies
 *     are all alike, or the order of partitions would decide which one counts
 */
public record Shot(String contextId, String recordId, String json, boolean mayBeMisrouted) {}
