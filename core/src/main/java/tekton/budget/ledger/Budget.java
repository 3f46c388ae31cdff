package tekton.budget.ledger;

import org.jspecify.annotations.Nullable;

/**
 * A named container of policies.
 *
 * @param budgetId its id, without a dot
 * @param name what people call it
 * @param description what it is for
 * @param owner whose it is
 * @param zone the time zone of its windows, an IANA name; fixed when it is made
 * @param active false refuses allocations; usage counts all the same
 * @param metadata the client's own
 * @param createdAtMs epoch milliseconds of ledger time
 * @param updatedAtMs epoch milliseconds of ledger time
 */
public record Budget(
        String budgetId,
        String name,
        @Nullable String description,
        @Nullable String owner,
        String zone,
        boolean active,
        Metadata metadata,
        long createdAtMs,
        long updatedAtMs) {}
