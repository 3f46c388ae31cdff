package tekton.budget.ledger;

import org.jspecify.annotations.Nullable;

/**
 * What a refused allocation was asked for, for whoever looks why it was refused.
 *
 * @param contextId the context that it was for
 * @param scope where its usage would have belonged, as far as that was known
 * @param model the model; null when none was named
 * @param tokens how many tokens
 */
public record RefusedAllocation(
        String contextId, Scope scope, @Nullable String model, long tokens) {}
