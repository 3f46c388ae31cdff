package tekton.budget.api.ledger;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.http.JsonBodies;
import tekton.budget.api.http.ProblemException;
import tekton.budget.codec.FieldProblem.ProblemKind;
import tekton.budget.codec.JsonFields;
import tekton.budget.ledger.LedgerRequest.PlacePolicy;
import tekton.budget.ledger.LedgerRequest.PutPolicy;
import tekton.budget.ledger.LedgerRequest.UpdatePolicy;
import tekton.budget.ledger.Metadata;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.Policy.Provisional;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Scope;
import tekton.budget.value.Money;
import tekton.budget.value.Tier;
import tekton.budget.value.UsageBounds;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Objects;

/** What a client says of a policy, checked. */
final class PolicyFields {

    static final String TYPES = "ignore, warn, soft_limit or hard_limit";
    static final String PERIODS = "hourly, daily, weekly, monthly, per_session or per_task";
    static final String TIERS = "local_lightweight, local_midweight or remote_heavyweight";

    /** The highest limits; sums of them fit every counter. */
    static final long TOKEN_LIMIT_MAX = 1_000_000_000_000_000L;

    static final Money COST_LIMIT_MAX = Money.parse("1000000000000");

    /** Each is a request to the ledger of its own. */
    private static final int ATTACHED_MAX = 20;

    private static final BigDecimal PERCENT_MAX = BigDecimal.valueOf(100);

    private PolicyFields() {}

    /** A new policy, or the change of the one with the same period and scope. */
    static PutPolicy put(Incoming incoming) {
        JsonFields fields = incoming.fields();
        String budgetId = LedgerIds.budgetId(fields);
        PolicyType type =
                fields.requiredOneOf("type", PolicyType::parse, PolicyType::wireName, TYPES);
        Period period = fields.requiredOneOf("period", Period::parse, Period::wireName, PERIODS);
        Scope scope =
                new Scope(
                        tier(fields),
                        fields.text("provider", UsageBounds.NAME_LENGTH_MAX),
                        fields.text("component", UsageBounds.NAME_LENGTH_MAX),
                        fields.text("task_type", UsageBounds.NAME_LENGTH_MAX));
        Long tokenLimit = tokenLimit(fields);
        Money costLimit = costLimit(fields);
        if (!fields.has("token_limit") && !fields.has("cost_limit")) {
            fields.missing("token_limit", "token_limit, cost_limit or both");
        }
        Thresholds thresholds = Thresholds.read(fields);
        Boolean enabled = fields.flag("enabled");
        Metadata metadata = fields.metadata("metadata");
        return new PutPolicy(
                incoming.head("put_policy", budgetId, null),
                LedgerIds.in(budgetId, incoming.nowMs()),
                Objects.requireNonNull(type),
                Objects.requireNonNull(period),
                scope,
                tokenLimit,
                costLimit,
                thresholds.warningOrDefault(),
                thresholds.actionOrDefault(),
                enabled == null || enabled,
                Objects.requireNonNullElse(metadata, Metadata.NONE),
                fields.has("budget_id") ? null : Boolean.TRUE);
    }

    /**
     * The ids of the policies to attach.
     *
     * @throws ProblemException 422 if they are missing or too many
     */
    static List<String> attached(Incoming incoming) {
        JsonFields fields = incoming.fields();
        List<String> ids = fields.texts("policies", ATTACHED_MAX, UsageBounds.ID_LENGTH_MAX);
        if (!fields.has("policies")) {
            fields.missing("policies", "ids of policies, at most " + ATTACHED_MAX);
        }
        JsonBodies.check(fields);
        return Objects.requireNonNull(ids);
    }

    /** What gives a budget a policy like one of another budget. */
    static PutPolicy attach(Incoming incoming, String budgetId, Policy like) {
        return new PutPolicy(
                incoming.head("attach_policy", budgetId, like.policyId()),
                LedgerIds.in(budgetId, incoming.nowMs()),
                like.type(),
                like.period(),
                like.scope(),
                like.tokenLimit(),
                like.costLimit(),
                like.warningPpm(),
                like.actionPpm(),
                like.enabled(),
                like.metadata());
    }

    /** What tells the ledger which budget a provisional policy was meant for. */
    static PlacePolicy place(Incoming incoming, Policy policy, Provisional made, String meantFor) {
        return new PlacePolicy(
                incoming.head("place_policy", policy.budgetId(), policy.policyId()),
                policy.policyId(),
                made.requestId(),
                meantFor);
    }

    /** A change; what is absent stays as it is. */
    static UpdatePolicy update(Incoming incoming, String id) {
        JsonFields fields = incoming.fields();
        PolicyType type = fields.oneOf("type", PolicyType::parse, PolicyType::wireName, TYPES);
        Long tokenLimit = tokenLimit(fields);
        Money costLimit = costLimit(fields);
        Thresholds thresholds = Thresholds.read(fields);
        Boolean enabled = fields.flag("enabled");
        return new UpdatePolicy(
                incoming.head("update_policy", LedgerIds.budgetOf("Policy", id), id),
                id,
                type,
                tokenLimit,
                costLimit,
                thresholds.warning(),
                thresholds.action(),
                enabled);
    }

    /** A policy's end: the same as an update that disables it. */
    static UpdatePolicy disable(Incoming incoming, String id) {
        return new UpdatePolicy(
                incoming.head("delete_policy", LedgerIds.budgetOf("Policy", id), id),
                id,
                null,
                null,
                null,
                null,
                null,
                false);
    }

    static @Nullable Tier tier(JsonFields fields) {
        return fields.oneOf("tier", Tier::parse, Tier::wireName, TIERS);
    }

    private static @Nullable Long tokenLimit(JsonFields fields) {
        return fields.integer("token_limit", 0, TOKEN_LIMIT_MAX);
    }

    private static @Nullable Money costLimit(JsonFields fields) {
        return fields.money("cost_limit", COST_LIMIT_MAX);
    }

    /**
     * From which parts of a limit on a policy speaks up, in millionths; null where not said.
     *
     * @param warning where it warns
     * @param action where it is urgent
     */
    private record Thresholds(@Nullable Integer warning, @Nullable Integer action) {

        static Thresholds read(JsonFields fields) {
            Thresholds read =
                    new Thresholds(
                            ppm(fields, "warning_threshold"), ppm(fields, "action_threshold"));
            if (read.warning != null && read.action != null && read.warning > read.action) {
                fields.refuse(
                        "warning_threshold",
                        ProblemKind.RULE,
                        "at most action_threshold, " + PolicyJson.fraction(read.action));
            }
            return read;
        }

        /** What is not said gives way to what is. */
        int warningOrDefault() {
            if (warning != null) {
                return warning;
            }
            return action == null
                    ? Policy.WARNING_PPM_DEFAULT
                    : Math.min(action, Policy.WARNING_PPM_DEFAULT);
        }

        int actionOrDefault() {
            return action != null
                    ? action
                    : Math.max(warningOrDefault(), Policy.ACTION_PPM_DEFAULT);
        }

        /** A fraction, or a percentage as Tekton's user interface sends it. */
        private static @Nullable Integer ppm(JsonFields fields, String name) {
            String expected = "a fraction above 0 up to 1, or a percentage above 1 up to 100";
            BigDecimal number = fields.decimal(name, expected);
            if (number == null) {
                return null;
            }
            if (number.signum() <= 0 || number.compareTo(PERCENT_MAX) > 0) {
                fields.refuse(name, ProblemKind.BOUND, expected);
                return null;
            }
            BigDecimal fraction =
                    number.compareTo(BigDecimal.ONE) > 0 ? number.movePointLeft(2) : number;
            int ppm = fraction.movePointRight(6).setScale(0, RoundingMode.HALF_UP).intValueExact();
            return Math.max(1, ppm);
        }
    }
}
