package tekton.budget.api.ledger;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemType;
import tekton.budget.codec.FieldProblem.ProblemKind;
import tekton.budget.codec.JsonFields;
import tekton.budget.event.UsageReported;
import tekton.budget.value.RecordIds;
import tekton.budget.value.UsageBounds;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Ids of the ledger. A budget's has no dot; a policy's and an allocation's are the budget's, a dot
 * and a name, so that an id alone tells which partition knows it.
 */
final class LedgerIds {

    /** What a client may call a budget that it makes. */
    private static final Pattern OWN_ID = Pattern.compile("[A-Za-z0-9_-]{1,128}");

    /** A path of the API that stands where an id would. */
    private static final String RESERVED = "summary";

    private LedgerIds() {}

    /** A new id in a budget. */
    static String in(String budgetId, long nowMs) {
        return budgetId + '.' + RecordIds.uuidV7(nowMs);
    }

    /** The id that a client gives its new budget, or null. */
    static @Nullable String ownBudgetId(JsonFields fields) {
        String id = fields.text("budget_id", UsageBounds.NAME_LENGTH_MAX);
        if (id == null) {
            return null;
        }
        if (!OWN_ID.matcher(id).matches()) {
            fields.refuse(
                    "budget_id",
                    ProblemKind.SHAPE,
                    "1 to 128 letters, digits, dashes and underscores");
        } else if (id.equals(RESERVED)) {
            fields.refuse("budget_id", ProblemKind.RULE, "another id: this one is a path");
        }
        return id;
    }

    /** The id of a budget that its client named by an idempotency key only. */
    static String derivedBudgetId(String key) {
        String hex = RequestDigest.sha256(("budget\n" + key).getBytes(StandardCharsets.UTF_8));
        // A UUIDv8 (RFC 9562 §5.8): version and variant say so, the rest is the digest.
        return "%s-%s-8%s-a%s-%s"
                .formatted(
                        hex.substring(0, 8),
                        hex.substring(8, 12),
                        hex.substring(12, 15),
                        hex.substring(15, 18),
                        hex.substring(18, 30));
    }

    /** The budget that a body names, or the default. */
    static String budgetId(JsonFields fields) {
        String id = fields.text("budget_id", UsageBounds.NAME_LENGTH_MAX);
        if (id != null && id.indexOf('.') >= 0) {
            fields.refuse("budget_id", ProblemKind.RULE, "an id without a dot");
        }
        return id == null ? UsageReported.DEFAULT_BUDGET : id;
    }

    /**
     * A budget's id from a path.
     *
     * @throws ProblemException 404 if no budget can have it
     */
    static String knownBudget(String id) {
        if (!isBudgetId(id)) {
            throw notFound("Budget", id);
        }
        return id;
    }

    /**
     * The budget of a policy or an allocation.
     *
     * @throws ProblemException 404 if none can have that id
     */
    static String budgetOf(String kind, String id) {
        int dot = id.indexOf('.');
        if (dot < 0
                || id.length() > UsageBounds.ID_LENGTH_MAX
                || !isBudgetId(id.substring(0, dot))
                || id.chars().anyMatch(Character::isISOControl)) {
            throw notFound(kind, id);
        }
        return id.substring(0, dot);
    }

    private static boolean isBudgetId(String id) {
        return !id.isEmpty()
                && id.length() <= UsageBounds.NAME_LENGTH_MAX
                && id.indexOf('.') < 0
                && id.chars().noneMatch(Character::isISOControl);
    }

    private static ProblemException notFound(String kind, String id) {
        return new ProblemException(
                Problem.of(
                        ProblemType.RESOURCE_NOT_FOUND,
                        "%s with ID %s not found".formatted(kind, id)));
    }
}
