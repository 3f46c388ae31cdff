package tekton.budget.metering.ledger.rules;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.LedgerDelta;
import tekton.budget.event.TotalsFeed;
import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.HoldPrice;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerEvent.AllocationGranted;
import tekton.budget.ledger.LedgerEvent.LedgerDecision;
import tekton.budget.ledger.LedgerEvent.PolicyDefined;
import tekton.budget.ledger.LedgerEvent.RequestRefused;
import tekton.budget.ledger.LedgerRequest;
import tekton.budget.ledger.LedgerRequest.Allocate;
import tekton.budget.ledger.LedgerRequest.CreateBudget;
import tekton.budget.ledger.LedgerRequest.PutPolicy;
import tekton.budget.ledger.LedgerRequest.ReleaseAllocation;
import tekton.budget.ledger.LedgerRequest.Repeat;
import tekton.budget.ledger.LedgerRequest.RequestHead;
import tekton.budget.ledger.LedgerRequest.UpdateBudget;
import tekton.budget.ledger.LedgerRequest.UpdatePolicy;
import tekton.budget.ledger.Metadata;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Refusal;
import tekton.budget.ledger.Scope;
import tekton.budget.value.CellWidth;
import tekton.budget.value.Money;
import tekton.budget.value.Tier;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.Totals;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** A ledger over rows in memory, with the words that examples are told in. */
final class Scene {

    static final String TEAM = "team";

    static final Tier HEAVY = Tier.REMOTE_HEAVYWEIGHT;

    /** Where usage and allocations belong unless an example says otherwise. */
    static final Scope CHAT = new Scope(HEAVY, "anthropic", "rhetor", "chat");

    final RowsInMemory rows = new RowsInMemory();
    private final Ledger ledger;
    private long now = Instant.parse("2025-05-07T10:15:00Z").toEpochMilli();
    private int requests;

    Scene() {
        this(LedgerBounds.STANDARD);
    }

    Scene(LedgerBounds bounds) {
        ledger = new Ledger(rows, bounds);
    }

    /** With the budget {@link #TEAM} in UTC and no policies. */
    static Scene withTeam() {
        Scene scene = new Scene();
        scene.budget(TEAM, "UTC");
        return scene;
    }

    long now() {
        return now;
    }

    void at(String instant) {
        now = Instant.parse(instant).toEpochMilli();
    }

    void pass(Duration time) {
        now += time.toMillis();
    }

    List<LedgerEvent> tick() {
        return ledger.tick(now, 1_000);
    }

    List<LedgerEvent> events(LedgerRequest request) {
        return ledger.request(request, now);
    }

    LedgerDecision decide(LedgerRequest request) {
        List<LedgerDecision> decisions = only(LedgerDecision.class, events(request));
        return decisions.getLast();
    }

    RequestHead head(String budgetId) {
        requests++;
        return new RequestHead("request-" + requests, budgetId, null);
    }

    static LedgerRequest.RequestHead head(String requestId, String key, String fingerprint) {
        return new RequestHead(requestId, TEAM, new Repeat(key, fingerprint));
    }

    void budget(String budgetId, String zone) {
        decide(new CreateBudget(head(budgetId), "name", null, null, zone, Metadata.NONE, false));
    }

    List<LedgerEvent> activate(String budgetId, boolean active) {
        return events(new UpdateBudget(head(budgetId), null, null, null, active, null));
    }

    // Policies

    static PolicyAsk hard(Period period, long tokens) {
        return new PolicyAsk(PolicyType.HARD_LIMIT, period, Scope.ANY, tokens, null, true);
    }

    static PolicyAsk hardCost(Period period, String usd) {
        return new PolicyAsk(
                PolicyType.HARD_LIMIT, period, Scope.ANY, null, Money.parse(usd), true);
    }

    /** What is asked for in a policy; thresholds are the usual ones. */
    record PolicyAsk(
            PolicyType type,
            Period period,
            Scope scope,
            @Nullable Long tokens,
            @Nullable Money cost,
            boolean enabled) {

        PolicyAsk type(PolicyType other) {
            return new PolicyAsk(other, period, scope, tokens, cost, enabled);
        }

        PolicyAsk scope(Scope other) {
            return new PolicyAsk(type, period, other, tokens, cost, enabled);
        }

        PolicyAsk disabled() {
            return new PolicyAsk(type, period, scope, tokens, cost, false);
        }

        PutPolicy of(RequestHead head, String policyId) {
            return new PutPolicy(
                    head,
                    policyId,
                    type,
                    period,
                    scope,
                    tokens,
                    cost,
                    Policy.WARNING_PPM_DEFAULT,
                    Policy.ACTION_PPM_DEFAULT,
                    enabled,
                    Metadata.NONE);
        }
    }

    Policy policy(PolicyAsk ask) {
        return policy(TEAM, ask);
    }

    Policy policy(String budgetId, PolicyAsk ask) {
        RequestHead head = head(budgetId);
        return as(PolicyDefined.class, decide(ask.of(head, budgetId + "." + head.requestId())))
                .policy();
    }

    List<LedgerEvent> enable(Policy policy, boolean enabled) {
        return events(
                new UpdatePolicy(
                        head(policy.budgetId()),
                        policy.policyId(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        enabled));
    }

    PolicyUse use(Policy policy) {
        return rows.use(policy);
    }

    long usedTokens(Policy policy) {
        PolicyUse.WindowUse window = rows.use(policy).windowAt(now);
        return window == null ? 0 : window.spent().amount().tokens();
    }

    long reservedTokens(Policy policy) {
        return rows.use(policy).reserved().tokens();
    }

    // Allocations

    static Ask ask(long tokens) {
        return new Ask(TEAM, "context", CHAT, 5, tokens, null, null, null);
    }

    /** What is asked for in an allocation. */
    record Ask(
            String budgetId,
            String contextId,
            Scope scope,
            int priority,
            long tokens,
            @Nullable HoldPrice price,
            @Nullable Long expiresAtMs,
            @Nullable Long maxRequests) {

        Ask budget(String other) {
            return new Ask(
                    other, contextId, scope, priority, tokens, price, expiresAtMs, maxRequests);
        }

        Ask context(String other) {
            return new Ask(
                    budgetId, other, scope, priority, tokens, price, expiresAtMs, maxRequests);
        }

        Ask scope(Scope other) {
            return new Ask(
                    budgetId, contextId, other, priority, tokens, price, expiresAtMs, maxRequests);
        }

        Ask priority(int other) {
            return new Ask(
                    budgetId, contextId, scope, other, tokens, price, expiresAtMs, maxRequests);
        }

        Ask rate(long picoPerToken) {
            return price(new HoldPrice("1", picoPerToken, Money.ZERO, null, null, null));
        }

        Ask price(HoldPrice other) {
            return new Ask(
                    budgetId, contextId, scope, priority, tokens, other, expiresAtMs, maxRequests);
        }

        Ask requests(long most) {
            return new Ask(budgetId, contextId, scope, priority, tokens, price, expiresAtMs, most);
        }

        Ask expires(long atMs) {
            return new Ask(budgetId, contextId, scope, priority, tokens, price, atMs, maxRequests);
        }

        Allocate of(RequestHead head) {
            return of(head, budgetId + "." + head.requestId());
        }

        Allocate of(RequestHead head, String allocationId) {
            return new Allocate(
                    head,
                    allocationId,
                    contextId,
                    scope,
                    "model",
                    priority,
                    tokens,
                    price,
                    expiresAtMs,
                    Metadata.NONE,
                    null,
                    maxRequests);
        }
    }

    LedgerDecision decide(Ask ask) {
        return decide(ask.of(head(ask.budgetId())));
    }

    AllocationGranted grant(Ask ask) {
        return as(AllocationGranted.class, decide(ask));
    }

    /** The id of an allocation that is granted. */
    String open(Ask ask) {
        return grant(ask).allocation().allocationId();
    }

    Refusal refuse(Ask ask) {
        return as(RequestRefused.class, decide(ask)).refusal();
    }

    Refusal refuse(LedgerRequest request) {
        return as(RequestRefused.class, decide(request)).refusal();
    }

    LedgerEvent.AllocationReleased release(String allocationId) {
        return as(
                LedgerEvent.AllocationReleased.class,
                decide(new ReleaseAllocation(head(TEAM), allocationId)));
    }

    Allocation allocation(String id) {
        return Objects.requireNonNull(rows.allocation(id));
    }

    // Usage

    static Spend spend(long tokens) {
        return new Spend(TEAM, CHAT, tokens / 2, tokens - tokens / 2, Money.ZERO, null, 1);
    }

    /** Usage, in the hour of now. */
    record Spend(
            String budgetId,
            Scope scope,
            long input,
            long output,
            Money cost,
            @Nullable String allocationId,
            long requests) {

        Spend budget(String other) {
            return new Spend(other, scope, input, output, cost, allocationId, requests);
        }

        Spend scope(Scope other) {
            return new Spend(budgetId, other, input, output, cost, allocationId, requests);
        }

        Spend cost(String usd) {
            return new Spend(
                    budgetId, scope, input, output, Money.parse(usd), allocationId, requests);
        }

        Spend from(String allocation) {
            return new Spend(budgetId, scope, input, output, cost, allocation, requests);
        }

        Spend requests(long other) {
            return new Spend(budgetId, scope, input, output, cost, allocationId, other);
        }

        LedgerDelta at(long atMs, String contextId, CellWidth width) {
            return new LedgerDelta(
                    new TotalsFeed.Cell(
                            budgetId,
                            Objects.requireNonNull(scope.component()),
                            Objects.requireNonNull(scope.provider()),
                            "model",
                            Objects.requireNonNull(scope.tier()),
                            Objects.requireNonNull(scope.taskType())),
                    width.begin(atMs),
                    allocationId,
                    allocationId == null ? null : contextId,
                    new Totals(TokenCounts.of(input, output), 0, cost, requests, atMs, atMs));
        }
    }

    List<LedgerEvent> use(Spend spend) {
        return use(spend, now);
    }

    List<LedgerEvent> use(Spend spend, long atMs) {
        Allocation named =
                spend.allocationId() == null ? null : rows.allocation(spend.allocationId());
        return use(spend, atMs, named == null ? "context" : named.contextId());
    }

    /** Usage of a context, whatever the context of the allocation that it names. */
    List<LedgerEvent> useIn(String contextId, Spend spend) {
        return use(spend, now, contextId);
    }

    private List<LedgerEvent> use(Spend spend, long atMs, String contextId) {
        Budget budget = rows.budget(spend.budgetId());
        CellWidth width =
                budget == null
                        ? CellWidth.FINEST
                        : CellWidth.ofBudget(budget.zone(), budget.createdAtMs()).orElseThrow();
        return ledger.delta(spend.at(atMs, contextId, width), now);
    }

    // Reading events

    static <T> T as(Class<T> type, Object event) {
        if (!type.isInstance(event)) {
            throw new AssertionError("not a %s: %s".formatted(type.getSimpleName(), event));
        }
        return type.cast(event);
    }

    static <T> List<T> only(Class<T> type, List<LedgerEvent> events) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
