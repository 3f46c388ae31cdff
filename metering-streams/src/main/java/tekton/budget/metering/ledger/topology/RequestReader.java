package tekton.budget.metering.ledger.topology;

import org.jspecify.annotations.Nullable;

import tekton.budget.codec.LedgerCodec;
import tekton.budget.event.DeadLetter.Reason;
import tekton.budget.ledger.LedgerRequest;
import tekton.budget.ledger.LedgerRequest.Allocate;
import tekton.budget.ledger.LedgerRequest.CreateBudget;
import tekton.budget.ledger.LedgerRequest.PlacePolicy;
import tekton.budget.ledger.LedgerRequest.PutPolicy;
import tekton.budget.ledger.LedgerRequest.ReleaseAllocation;
import tekton.budget.ledger.LedgerRequest.RequestHead;
import tekton.budget.ledger.LedgerRequest.UpdateBudget;
import tekton.budget.ledger.LedgerRequest.UpdatePolicy;
import tekton.budget.ledger.Scope;
import tekton.budget.topic.Partitions;
import tekton.budget.value.Shown;
import tekton.budget.value.UsageBounds;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Reads requests as they come from the topic, where anybody can write. What passes can be decided:
 * it is whole, its names fit into the store's keys, its ids begin with its budget's, and it stands
 * where its budget is decided. Whatever else is wrong with it, the ledger refuses with a code.
 */
final class RequestReader {

    /** The most characters of an idempotency key. */
    static final int KEY_LENGTH_MAX = 512;

    private final int partitions;

    /** What became of the bytes. */
    sealed interface Result {

        /** A request that can be decided. */
        record Understood(LedgerRequest request) implements Result {}

        /**
         * Nothing that could be answered.
         *
         * @param message one sentence that names field, value and expectation
         */
        record Rejected(Reason reason, String message) implements Result {}
    }

    RequestReader(int partitions) {
        this.partitions = partitions;
    }

    Result read(byte @Nullable [] value, int partition) {
        if (value == null) {
            return new Result.Rejected(Reason.UNREADABLE, "no value (expected: a request)");
        }
        if (value.length > UsageBounds.RECORD_BYTES_MAX) {
            return new Result.Rejected(
                    Reason.INVALID,
                    "request: %d bytes (expected: at most %d)"
                            .formatted(value.length, UsageBounds.RECORD_BYTES_MAX));
        }
        LedgerRequest request;
        try {
            request = LedgerCodec.readRequest(value);
        } catch (IllegalArgumentException e) {
            return new Result.Rejected(
                    Reason.UNREADABLE, Objects.requireNonNullElse(e.getMessage(), "not a request"));
        }
        String problem = problem(request, partition);
        return problem == null
                ? new Result.Understood(request)
                : new Result.Rejected(Reason.INVALID, problem);
    }

    private @Nullable String problem(LedgerRequest request, int partition) {
        RequestHead head = request.head();
        return Stream.of(
                        name("budget_id", head.budgetId(), UsageBounds.NAME_LENGTH_MAX),
                        head.budgetId().indexOf('.') >= 0
                                ? "budget_id: %s (expected: no dot)"
                                        .formatted(Shown.text(head.budgetId()))
                                : null,
                        name("request_id", head.requestId(), UsageBounds.ID_LENGTH_MAX),
                        head.repeat() == null
                                ? null
                                : name("repeat.key", head.repeat().key(), KEY_LENGTH_MAX),
                        names(request, head.budgetId()),
                        place(head.budgetId(), partition))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static @Nullable String names(LedgerRequest request, String budgetId) {
        return switch (request) {
            case CreateBudget create -> null;
            case UpdateBudget update -> null;
            case PutPolicy put ->
                    first(owned("policy_id", put.policyId(), budgetId), scope(put.scope()));
            case PlacePolicy place ->
                    first(
                            owned("policy_id", place.policyId(), budgetId),
                            first(
                                    name("made_by", place.madeBy(), UsageBounds.ID_LENGTH_MAX),
                                    name(
                                            "meant_for",
                                            place.meantFor(),
                                            UsageBounds.NAME_LENGTH_MAX)));
            case UpdatePolicy update -> owned("policy_id", update.policyId(), budgetId);
            case Allocate allocate ->
                    first(
                            first(
                                    owned("allocation_id", allocate.allocationId(), budgetId),
                                    name(
                                            "context_id",
                                            allocate.contextId(),
                                            UsageBounds.ID_LENGTH_MAX)),
                            scope(allocate.scope()));
            case ReleaseAllocation release ->
                    owned("allocation_id", release.allocationId(), budgetId);
        };
    }

    private static @Nullable String scope(Scope scope) {
        return first(
                first(
                        nameOrNull("scope.provider", scope.provider()),
                        nameOrNull("scope.component", scope.component())),
                nameOrNull("scope.task_type", scope.taskType()));
    }

    private static @Nullable String nameOrNull(String field, @Nullable String value) {
        return value == null ? null : name(field, value, UsageBounds.NAME_LENGTH_MAX);
    }

    private static @Nullable String owned(String field, String id, String budgetId) {
        return id.startsWith(budgetId + '.')
                ? name(field, id, UsageBounds.ID_LENGTH_MAX)
                : "%s: %s (expected: to begin with %s)"
                        .formatted(field, Shown.text(id), Shown.text(budgetId + "."));
    }

    private static @Nullable String name(String field, String value, int lengthMax) {
        if (value.isEmpty() || value.length() > lengthMax) {
            return "%s: %d characters (expected: 1 to %d)"
                    .formatted(field, value.length(), lengthMax);
        }
        // Half a surrogate pair would become a question mark in a key, and another name's twin.
        return StandardCharsets.UTF_8.newEncoder().canEncode(value)
                ? null
                : "%s: not Unicode text (expected: no unpaired surrogates)".formatted(field);
    }

    private @Nullable String place(String budgetId, int partition) {
        int own = Partitions.of(budgetId, partitions);
        return own == partition
                ? null
                : "partition: %d (expected: %d, where budget %s is decided; use Java's murmur2 on it)"
                        .formatted(partition, own, Shown.text(budgetId));
    }

    private static @Nullable String first(@Nullable String one, @Nullable String other) {
        return one == null ? other : one;
    }
}
