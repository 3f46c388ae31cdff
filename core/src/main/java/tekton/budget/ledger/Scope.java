package tekton.budget.ledger;

import org.jspecify.annotations.Nullable;

import tekton.budget.value.Tier;

import java.util.Objects;

/**
 * To what a policy applies, or where usage or an allocation belongs. In a policy an absent part
 * means any; in an allocation it means not known yet.
 *
 * @param tier the tier
 * @param provider who serves the model
 * @param component the component that spends
 * @param taskType the task type
 */
public record Scope(
        @Nullable Tier tier,
        @Nullable String provider,
        @Nullable String component,
        @Nullable String taskType) {

    /** Everything. */
    public static final Scope ANY = new Scope(null, null, null, null);

    /** True when usage with every part known falls under this policy's scope. */
    public boolean covers(Scope usage) {
        return (tier == null || tier == usage.tier)
                && (provider == null || provider.equals(usage.provider))
                && (component == null || component.equals(usage.component))
                && (taskType == null || taskType.equals(usage.taskType));
    }

    /**
     * True when what an allocation will be used for may fall under this policy's scope: a part that
     * the allocation leaves open may turn out to be anything.
     */
    public boolean mayCover(Scope allocation) {
        return open(tier, allocation.tier)
                && open(provider, allocation.provider)
                && open(component, allocation.component)
                && open(taskType, allocation.taskType);
    }

    private static boolean open(@Nullable Object wanted, @Nullable Object given) {
        return wanted == null || given == null || Objects.equals(wanted, given);
    }
}
