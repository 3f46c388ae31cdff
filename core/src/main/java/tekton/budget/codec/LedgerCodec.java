package tekton.budget.codec;

import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerRequest;
import tekton.budget.ledger.Level;
import tekton.budget.ledger.Measure;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Refusal;
import tekton.budget.value.ServiceTier;
import tekton.budget.value.Tier;

import tools.jackson.databind.jsontype.NamedType;
import tools.jackson.databind.module.SimpleModule;

import java.util.List;

/**
 * Requests to the ledger, its events, and what it keeps, as JSON: snake_case, money as exact
 * decimal numbers of dollars, times as epoch milliseconds, absent values left out, {@code kind}
 * first. Only this project writes them, so what does not fit is an {@link
 * IllegalArgumentException}. Off the hot path, so a library maps the records.
 */
public final class LedgerCodec {

    private static final RecordMapper MAPPER =
            new RecordMapper(
                    List.of(LedgerRequest.class, LedgerEvent.class),
                    new NamedType[] {
                        new NamedType(LedgerRequest.CreateBudget.class, "create_budget"),
                        new NamedType(LedgerRequest.UpdateBudget.class, "update_budget"),
                        new NamedType(LedgerRequest.PutPolicy.class, "put_policy"),
                        new NamedType(LedgerRequest.PlacePolicy.class, "place_policy"),
                        new NamedType(LedgerRequest.UpdatePolicy.class, "update_policy"),
                        new NamedType(LedgerRequest.Allocate.class, "allocate"),
                        new NamedType(LedgerRequest.ReleaseAllocation.class, "release"),
                        new NamedType(LedgerEvent.BudgetDefined.class, "budget_defined"),
                        new NamedType(LedgerEvent.PolicyDefined.class, "policy_defined"),
                        new NamedType(LedgerEvent.PolicyForgotten.class, "policy_forgotten"),
                        new NamedType(LedgerEvent.AllocationGranted.class, "granted"),
                        new NamedType(LedgerEvent.AllocationReleased.class, "released"),
                        new NamedType(LedgerEvent.RequestRefused.class, "refused"),
                        new NamedType(LedgerEvent.RequestRepeated.class, "repeated"),
                        new NamedType(LedgerEvent.UsageSpent.class, "spent"),
                        new NamedType(LedgerEvent.AllocationEnded.class, "ended"),
                        new NamedType(LedgerEvent.UsageFlagged.class, "flagged"),
                        new NamedType(LedgerEvent.LevelCrossed.class, "level_crossed")
                    },
                    List.of(),
                    values());

    private LedgerCodec() {}

    public static byte[] write(LedgerRequest request) {
        return MAPPER.write(request, LedgerRequest.class);
    }

    public static LedgerRequest readRequest(byte[] bytes) {
        return MAPPER.read(bytes, LedgerRequest.class);
    }

    public static byte[] write(LedgerEvent event) {
        return MAPPER.write(event, LedgerEvent.class);
    }

    public static LedgerEvent readEvent(byte[] bytes) {
        return MAPPER.read(bytes, LedgerEvent.class);
    }

    /** One of the records that the ledger keeps in its store, such as a budget. */
    public static byte[] writeRow(Object row) {
        return MAPPER.writeRow(row);
    }

    /** What {@link #writeRow} has written. */
    public static <T> T readRow(byte[] bytes, Class<T> type) {
        return MAPPER.readRow(bytes, type);
    }

    private static SimpleModule values() {
        SimpleModule module = new SimpleModule("ledger");
        WireNames.add(module, Tier.class, Tier::wireName);
        WireNames.add(module, ServiceTier.class, ServiceTier::wireName);
        WireNames.add(module, Period.class, Period::wireName);
        WireNames.add(module, PolicyType.class, PolicyType::wireName);
        WireNames.add(module, Measure.class, Measure::wireName);
        WireNames.add(module, Level.class, Level::wireName);
        WireNames.add(
                module, Allocation.AllocationState.class, Allocation.AllocationState::wireName);
        WireNames.add(module, Refusal.RefusalCode.class, Refusal.RefusalCode::wireName);
        WireNames.add(
                module,
                LedgerEvent.UsageFlagged.Flag.class,
                LedgerEvent.UsageFlagged.Flag::wireName);
        return module;
    }
}
