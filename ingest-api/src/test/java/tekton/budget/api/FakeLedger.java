package tekton.budget.api;

import tekton.budget.api.publish.LedgerClient;
import tekton.budget.kafka.ReplyOutcome;
import tekton.budget.kafka.ReplyOutcome.Answered;
import tekton.budget.kafka.ReplyOutcome.Position;
import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.LedgerEvent.AllocationGranted;
import tekton.budget.ledger.LedgerEvent.AllocationReleased;
import tekton.budget.ledger.LedgerEvent.BudgetDefined;
import tekton.budget.ledger.LedgerEvent.LedgerDecision;
import tekton.budget.ledger.LedgerEvent.PolicyDefined;
import tekton.budget.ledger.LedgerEvent.RequestRefused;
import tekton.budget.ledger.LedgerRequest;
import tekton.budget.ledger.LedgerRequest.Allocate;
import tekton.budget.ledger.LedgerRequest.CreateBudget;
import tekton.budget.ledger.LedgerRequest.PlacePolicy;
import tekton.budget.ledger.LedgerRequest.PutPolicy;
import tekton.budget.ledger.LedgerRequest.ReleaseAllocation;
import tekton.budget.ledger.LedgerRequest.UpdateBudget;
import tekton.budget.ledger.LedgerRequest.UpdatePolicy;
import tekton.budget.ledger.Metadata;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Refusal;
import tekton.budget.ledger.Scope;
import tekton.budget.ledger.Standing;
import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.LedgerQueries;
import tekton.budget.value.Money;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * A ledger that grants whatever it is asked for, unless a test puts an answer in front, and shows
 * what a test puts into it. It counts nothing.
 */
public final class FakeLedger implements LedgerClient, LedgerQueries {

    public static final long NOW = Instant.parse("2026-05-01T10:00:00Z").toEpochMilli();

    /** How every granted request ends, if not by what {@link #favour} says. */
    public volatile Optional<ReplyOutcome<LedgerDecision>> outcome = Optional.empty();

    public volatile Function<LedgerRequest, LedgerDecision> decide = this::favour;
    public volatile LedgerRequest asked;
    public volatile Consistency after;
    public volatile AllocationFilter filter;
    public volatile int limit;
    public volatile List<Standing> warnings = List.of();
    public volatile boolean notReady;

    /** Only copies answer, and only those who allow it. */
    public volatile boolean ownerAway;

    /** Whoever reads after a position does not come to it. */
    public volatile boolean notReached;

    public final List<BudgetView> budgets = new ArrayList<>();
    public final List<Allocation> allocations = new ArrayList<>();
    public final List<PolicyView> standings = new ArrayList<>();

    /** Forgets what a test has set, but not what it has put in. */
    public void reset() {
        outcome = Optional.empty();
        decide = this::favour;
        warnings = List.of();
        notReady = false;
        ownerAway = false;
        notReached = false;
    }

    /** From now on everything is refused. */
    public void refuse(Refusal.RefusalCode code, String message, Standing... blocking) {
        decide =
                request ->
                        new RequestRefused(
                                request.head().requestId(),
                                request.head().budgetId(),
                                new Refusal(code, message, List.of(blocking)),
                                NOW);
    }

    public static Budget budget(String id, String name, String owner, boolean active) {
        return new Budget(id, name, null, owner, "UTC", active, Metadata.NONE, NOW, NOW);
    }

    public static Policy policy(String id, PolicyType type, Period period, Scope scope) {
        return new Policy(
                id,
                id.substring(0, id.indexOf('.')),
                type,
                period,
                scope,
                1_000L,
                Money.parse("2.5"),
                800_000,
                950_000,
                true,
                Metadata.NONE,
                NOW,
                NOW);
    }

    /** The same policy with a limit on tokens alone. */
    public static Policy ofTokens(Policy policy) {
        return new Policy(
                policy.policyId(),
                policy.budgetId(),
                policy.type(),
                policy.period(),
                policy.scope(),
                policy.tokenLimit(),
                null,
                policy.warningPpm(),
                policy.actionPpm(),
                policy.enabled(),
                policy.metadata(),
                policy.createdAtMs(),
                policy.updatedAtMs());
    }

    /** An allocation as it is right after it was granted. */
    public static Allocation granted(Allocate request) {
        Long expires = request.expiresAtMs();
        return new Allocation(
                request.allocationId(),
                request.head().budgetId(),
                request.contextId(),
                request.scope(),
                request.model(),
                request.priority(),
                request.tokens(),
                request.price(),
                0,
                0,
                Money.ZERO,
                Allocation.AllocationState.OPEN,
                NOW,
                expires == null ? NOW + Duration.ofHours(24).toMillis() : expires,
                NOW,
                false,
                false,
                request.metadata(),
                request.serviceTier(),
                request.maxRequests() == null
                        ? null
                        : new Allocation.RequestCount(request.maxRequests(), 0));
    }

    /** An open allocation of a context. */
    public static Allocation open(String id, String contextId) {
        String budgetId = id.substring(0, id.indexOf('.'));
        return granted(
                new Allocate(
                        new LedgerRequest.RequestHead("r", budgetId, null),
                        id,
                        contextId,
                        new Scope(null, null, "x", null),
                        null,
                        5,
                        1_000,
                        null,
                        null,
                        Metadata.NONE,
                        null,
                        null));
    }

    @Override
    public void open() {}

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public boolean isFailing() {
        return false;
    }

    @Override
    public ReplyOutcome<LedgerDecision> ask(LedgerRequest request) {
        asked = request;
        return outcome.orElseGet(() -> new Answered<>(decide.apply(request), new Position(1, 7)));
    }

    @Override
    public void close() {}

    @Override
    public Answer<BudgetView> budget(String budgetId, Consistency readAfter) {
        return one(
                readAfter,
                budgets.stream().filter(v -> v.budget().budgetId().equals(budgetId)).findFirst());
    }

    @Override
    public Answer<List<BudgetView>> budgets(Consistency readAfter) {
        return one(readAfter, Optional.of(List.copyOf(budgets)));
    }

    @Override
    public Answer<Policy> policy(String policyId, Consistency readAfter) {
        return one(
                readAfter,
                budgets.stream()
                        .flatMap(v -> v.policies().stream())
                        .filter(p -> p.policyId().equals(policyId))
                        .findFirst());
    }

    @Override
    public Answer<Allocation> allocation(String allocationId, Consistency readAfter) {
        return one(
                readAfter,
                allocations.stream()
                        .filter(a -> a.allocationId().equals(allocationId))
                        .findFirst());
    }

    @Override
    public Answer<Allocation> openAllocationOf(String contextId, Consistency readAfter) {
        return one(
                readAfter,
                allocations.stream()
                        .filter(a -> a.contextId().equals(contextId) && a.isOpen())
                        .findFirst());
    }

    @Override
    public Answer<AllocationPage> allocations(
            AllocationFilter wanted, int page, int limit, Consistency readAfter) {
        filter = wanted;
        this.limit = limit;
        return one(readAfter, Optional.of(new AllocationPage(allocations, allocations.size())));
    }

    @Override
    public Answer<List<PolicyView>> standings(
            String budgetId, Period period, long nowMs, Consistency readAfter) {
        return one(
                readAfter,
                Optional.of(
                        standings.stream()
                                .filter(s -> s.policy().period() == period)
                                .filter(
                                        s ->
                                                budgetId == null
                                                        || s.policy().budgetId().equals(budgetId))
                                .toList()));
    }

    @Override
    public Answer<LedgerDecision> check(Allocate request, long nowMs, Consistency readAfter) {
        asked = request;
        return one(readAfter, Optional.of(decide.apply(request)));
    }

    private <T> Answer<T> one(Consistency readAfter, Optional<T> value) {
        after = readAfter;
        if (ownerAway && readAfter.staleAllowed() && value.isPresent()) {
            return new Answer.Stale<>(value.get(), 7);
        }
        if (notReady || ownerAway) {
            return new Answer.NotReady<>(Duration.ofSeconds(1), "ledger [1]: gone");
        }
        if (notReached && !readAfter.positions().isEmpty()) {
            return new Answer.NotReached<>(readAfter.positions());
        }
        return value.<Answer<T>>map(Answer.Found::new).orElseGet(Answer.Unknown::new);
    }

    private LedgerDecision favour(LedgerRequest request) {
        String id = request.head().requestId();
        String budgetId = request.head().budgetId();
        return switch (request) {
            case CreateBudget r ->
                    new BudgetDefined(
                            id,
                            new Budget(
                                    budgetId,
                                    r.name(),
                                    r.description(),
                                    r.owner(),
                                    r.zone(),
                                    true,
                                    r.metadata(),
                                    NOW,
                                    NOW),
                            List.of(
                                    policy(
                                            budgetId + ".default-01",
                                            PolicyType.WARN,
                                            Period.DAILY,
                                            Scope.ANY)),
                            NOW);
            case UpdateBudget r ->
                    new BudgetDefined(
                            id,
                            budget(
                                    budgetId,
                                    Objects.requireNonNullElse(r.name(), "before"),
                                    r.owner(),
                                    !Boolean.FALSE.equals(r.active())),
                            List.of(),
                            NOW);
            case PutPolicy r ->
                    new PolicyDefined(
                            id,
                            new Policy(
                                    r.policyId(),
                                    budgetId,
                                    r.type(),
                                    r.period(),
                                    r.scope(),
                                    r.tokenLimit(),
                                    r.costLimit(),
                                    r.warningPpm(),
                                    r.actionPpm(),
                                    r.enabled(),
                                    r.metadata(),
                                    NOW,
                                    NOW),
                            NOW);
            case PlacePolicy r ->
                    new PolicyDefined(
                            id,
                            policy(r.policyId(), PolicyType.WARN, Period.DAILY, Scope.ANY),
                            NOW);
            case UpdatePolicy r ->
                    new PolicyDefined(
                            id,
                            policy(r.policyId(), PolicyType.WARN, Period.DAILY, Scope.ANY),
                            NOW);
            case Allocate r -> new AllocationGranted(id, granted(r), warnings, List.of(), NOW);
            case ReleaseAllocation r ->
                    new AllocationReleased(id, allocations.getFirst(), 650, NOW);
        };
    }
}
