package tekton.budget.metering.usage;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.value.Totals;

import java.util.List;

/**
 * What one context has used in one cell of time: in all, and of it by cell and user.
 *
 * @param totals in all
 * @param parts they add up to the whole, each cell and user once; none in what was counted by
 *     versions that kept no parts
 */
public record HourUse(Totals totals, List<HourPart> parts) {

    /** The most parts that are told apart, the rest not counted. */
    public static final int PARTS_MAX = 32;

    /** From here on new parts fold their user: three quarters of the bound. */
    static final int WITH_USERS_MAX = PARTS_MAX / 4 * 3;

    /** What a folded user becomes. */
    public static final String OTHER_USERS = ".other";

    public HourUse {
        parts = List.copyOf(parts);
    }

    /**
     * What one user has used in one cell, or everybody without a name.
     *
     * @param cell its coordinates; null for all that is not told apart any more
     * @param userId who has; null where the records name nobody, and without a cell
     * @param totals the sum
     */
    public record HourPart(@Nullable Cell cell, @Nullable String userId, Totals totals) {}
}
