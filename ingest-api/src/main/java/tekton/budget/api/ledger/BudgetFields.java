package tekton.budget.api.ledger;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.read.Window;
import tekton.budget.ledger.LedgerRequest.CreateBudget;
import tekton.budget.ledger.LedgerRequest.UpdateBudget;
import tekton.budget.ledger.Metadata;
import tekton.budget.serde.FieldProblem.Kind;
import tekton.budget.serde.JsonFields;
import tekton.budget.value.RecordIds;
import tekton.budget.value.UsageBounds;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Objects;

/** What a client says of a budget, checked. */
final class BudgetFields {

    /** The most characters of a description. */
    static final int DESCRIPTION_LENGTH_MAX = 2_000;

    static final String ZONE_DEFAULT = "UTC";

    /** How far a zone is looked ahead for an offset that is not whole hours. */
    private static final Duration ZONE_AHEAD = Duration.ofDays(3 * 366);

    /** Windows may have begun so long before the budget was made. */
    private static final Duration ZONE_BACK = Duration.ofDays(62);

    private BudgetFields() {}

    /** A new budget. */
    static CreateBudget create(Incoming incoming, boolean withDefaultPolicies) {
        JsonFields fields = incoming.fields();
        String name = fields.requiredText("name", UsageBounds.ID_LENGTH_MAX);
        String description = fields.prose("description", DESCRIPTION_LENGTH_MAX);
        String owner = fields.text("owner", UsageBounds.ID_LENGTH_MAX);
        String zone = zone(fields, incoming.nowMs());
        Metadata metadata = fields.metadata("metadata");
        String id = budgetId(incoming);
        return new CreateBudget(
                incoming.head("create_budget", id, null),
                name,
                description,
                owner,
                zone,
                Objects.requireNonNullElse(metadata, Metadata.NONE),
                withDefaultPolicies);
    }

    /** A change; what is absent stays as it is. */
    static UpdateBudget update(Incoming incoming, String id) {
        JsonFields fields = incoming.fields();
        String name = fields.text("name", UsageBounds.ID_LENGTH_MAX);
        String description = fields.prose("description", DESCRIPTION_LENGTH_MAX);
        String owner = fields.text("owner", UsageBounds.ID_LENGTH_MAX);
        Boolean active = fields.flag("is_active");
        Metadata metadata = fields.metadata("metadata");
        return new UpdateBudget(
                incoming.head("update_budget", id, id), name, description, owner, active, metadata);
    }

    /** A budget's end: the same as an update that deactivates it. */
    static UpdateBudget deactivate(Incoming incoming, String id) {
        return new UpdateBudget(
                incoming.head("delete_budget", id, id), null, null, null, false, null);
    }

    private static String budgetId(Incoming incoming) {
        String own = LedgerIds.ownBudgetId(incoming.fields());
        if (own != null) {
            return own;
        }
        return incoming.key() != null
                ? LedgerIds.derivedBudgetId(incoming.key())
                : RecordIds.uuidV7(incoming.nowMs());
    }

    private static String zone(JsonFields fields, long nowMs) {
        String name = fields.text("zone", UsageBounds.NAME_LENGTH_MAX);
        if (name == null) {
            return ZONE_DEFAULT;
        }
        ZoneId zone = zoneOf(name);
        if (zone == null) {
            fields.refuse("zone", Kind.SHAPE, name, "an IANA zone such as Europe/Berlin");
        } else if (!isOnWholeHours(zone, nowMs)) {
            fields.refuse(
                    "zone",
                    Kind.SHAPE,
                    name,
                    "a zone whole hours from UTC: limits are kept by the UTC hour");
        }
        return name;
    }

    private static @Nullable ZoneId zoneOf(String name) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException unknown) {
            return null;
        }
    }

    private static boolean isOnWholeHours(ZoneId zone, long nowMs) {
        ZonedDateTime now = Instant.ofEpochMilli(nowMs).atZone(zone);
        return new Window(now.minus(ZONE_BACK), now.plus(ZONE_AHEAD)).hasWholeHourOffsets();
    }
}
