package tekton.budget.event;

import org.jspecify.annotations.Nullable;

import tekton.budget.value.ServiceTier;
import tekton.budget.value.Tier;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.TokenDetails;

import java.util.Objects;

/**
 * Tokens were used by one LLM call. A fact: never edited, counted once per context and record id.
 *
 * <p>What the client left out stays out, so that {@link Fingerprint} sees only what was sent; the
 * methods below say what holds instead.
 *
 * @param recordId identity within the context
 * @param contextId the conversation that spent; also the Kafka key
 * @param component the component that spent
 * @param provider who served the model
 * @param model the model's name
 * @param sentTaskType the task type as sent
 * @param sentTier the tier as sent
 * @param sentBudgetId the budget as sent, without a dot
 * @param allocationId the allocation to draw down, {@code <budget>.<id>}
 * @param tokens the tokens; an exclusive input count has been made inclusive
 * @param details parts of the tokens that no total tells apart
 * @param serviceTier how the provider served the call
 * @param sentTimestampMs when the call happened by the client's word, epoch milliseconds UTC
 * @param receivedAtMs when the edge received it, epoch milliseconds UTC; direct records have none
 * @param operationId the client's operation
 * @param requestId the client's request
 * @param userId the client's user
 * @param metadata one JSON object as compact text
 * @param pricingVersion the id of the price version that the edge used
 */
public record UsageReported(
        String recordId,
        String contextId,
        String component,
        String provider,
        String model,
        @Nullable String sentTaskType,
        @Nullable Tier sentTier,
        @Nullable String sentBudgetId,
        @Nullable String allocationId,
        TokenCounts tokens,
        TokenDetails details,
        ServiceTier serviceTier,
        @Nullable Long sentTimestampMs,
        @Nullable Long receivedAtMs,
        @Nullable String operationId,
        @Nullable String requestId,
        @Nullable String userId,
        @Nullable String metadata,
        @Nullable String pricingVersion) {

    /** The budget of what names none. */
    public static final String DEFAULT_BUDGET = "default";

    /** The task type of what names none. */
    public static final String DEFAULT_TASK_TYPE = "default";

    public UsageReported {
        Objects.requireNonNull(recordId, "recordId");
        Objects.requireNonNull(contextId, "contextId");
        Objects.requireNonNull(component, "component");
        Objects.requireNonNull(provider, "provider");
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(tokens, "tokens");
        Objects.requireNonNull(serviceTier, "serviceTier");
        if (!details.fit(tokens)) {
            throw new IllegalArgumentException(
                    "tokens: %s with %s (expected: no part above its whole)"
                            .formatted(tokens, details));
        }
    }

    /** A record of the standard service tier whose tokens are not told apart any further. */
    public UsageReported(
            String recordId,
            String contextId,
            String component,
            String provider,
            String model,
            @Nullable String sentTaskType,
            @Nullable Tier sentTier,
            @Nullable String sentBudgetId,
            @Nullable String allocationId,
            TokenCounts tokens,
            @Nullable Long sentTimestampMs,
            @Nullable Long receivedAtMs,
            @Nullable String operationId,
            @Nullable String requestId,
            @Nullable String userId,
            @Nullable String metadata,
            @Nullable String pricingVersion) {
        this(
                recordId,
                contextId,
                component,
                provider,
                model,
                sentTaskType,
                sentTier,
                sentBudgetId,
                allocationId,
                tokens,
                TokenDetails.NONE,
                ServiceTier.STANDARD,
                sentTimestampMs,
                receivedAtMs,
                operationId,
                requestId,
                userId,
                metadata,
                pricingVersion);
    }

    /** The budget that pays: the record's own, else its allocation's, else the default. */
    public String budgetId() {
        if (sentBudgetId != null) {
            return sentBudgetId;
        }
        return allocationId != null
                ? allocationId.substring(0, allocationId.indexOf('.'))
                : DEFAULT_BUDGET;
    }

    /** The task type as sent, else the default. */
    public String taskType() {
        return sentTaskType != null ? sentTaskType : DEFAULT_TASK_TYPE;
    }

    /** The tier as sent, else inferred from model and provider. */
    public Tier tier() {
        return sentTier != null ? sentTier : Tier.infer(provider, model);
    }

    /**
     * Event time: the client's timestamp, else when the edge received it, else the append time.
     *
     * @param appendTimeMs the broker's append time, epoch milliseconds
     */
    public long timestampMs(long appendTimeMs) {
        if (sentTimestampMs != null) {
            return sentTimestampMs;
        }
        return receivedAtMs != null ? receivedAtMs : appendTimeMs;
    }

    /** The same record as the edge publishes it: with its own clock and the price it used. */
    public UsageReported stamped(long receivedAtMs, @Nullable String pricingVersion) {
        return new UsageReported(
                recordId,
                contextId,
                component,
                provider,
                model,
                sentTaskType,
                sentTier,
                sentBudgetId,
                allocationId,
                tokens,
                details,
                serviceTier,
                sentTimestampMs,
                receivedAtMs,
                operationId,
                requestId,
                userId,
                metadata,
                pricingVersion);
    }
}
