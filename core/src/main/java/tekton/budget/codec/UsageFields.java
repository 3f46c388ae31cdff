package tekton.budget.codec;

import org.jspecify.annotations.Nullable;

import tekton.budget.value.ServiceTier;

/**
 * Takes the fields of one usage record from a program that knows them one by one, under their names
 * in snake_case and each at most once. The rules are those of a record in JSON.
 */
public interface UsageFields {

    /** An id, a name or the model; null and empty are absent. */
    void text(String name, @Nullable String text);

    /** Tokens of a class. */
    void tokens(String name, long count);

    void serviceTier(ServiceTier tier);

    void timestampMs(long epochMs);

    /** An object in JSON. */
    void metadata(String json);
}
