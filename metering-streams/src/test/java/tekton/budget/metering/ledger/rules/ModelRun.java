package tekton.budget.metering.ledger.rules;

import static tekton.budget.metering.ledger.rules.Scene.as;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.LedgerDelta;
import tekton.budget.event.TotalsFeed;
import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Amount;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerEvent.AllocationEnded;
import tekton.budget.ledger.LedgerEvent.AllocationGranted;
import tekton.budget.ledger.LedgerEvent.AllocationReleased;
import tekton.budget.ledger.LedgerEvent.LedgerDecision;
import tekton.budget.ledger.LedgerEvent.LevelCrossed;
import tekton.budget.ledger.LedgerEvent.PolicyDefined;
import tekton.budget.ledger.LedgerEvent.RequestRefused;
import tekton.budget.ledger.LedgerEvent.RequestRepeated;
import tekton.budget.ledger.LedgerRequest;
import tekton.budget.ledger.LedgerRequest.CreateBudget;
import tekton.budget.ledger.LedgerRequest.Repeat;
import tekton.budget.ledger.LedgerRequest.RequestHead;
import tekton.budget.ledger.LedgerRequest.UpdateBudget;
import tekton.budget.ledger.Level;
import tekton.budget.ledger.Measure;
import tekton.budget.ledger.Metadata;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.Refusal.RefusalCode;
import tekton.budget.ledger.Scope;
import tekton.budget.ledger.Standing;
import tekton.budget.metering.ledger.rules.NaiveLedger.NaiveAllocation;
import tekton.budget.metering.ledger.rules.NaiveLedger.NaiveBudget;
import tekton.budget.metering.ledger.rules.NaiveLedger.NaiveHold;
import tekton.budget.metering.ledger.rules.NaiveLedger.NaivePolicy;
import tekton.budget.metering.ledger.rules.NaiveLedger.Sum;
import tekton.budget.value.CellWidth;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.Totals;

import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Does the same steps to the ledger and to the naive one, and compares them after each. */
final class ModelRun {

    private static final LedgerBounds BOUNDS = new LedgerBounds(14, 7, 100);

    private static final long DAY_MS = 86_400_000L;
    private static final long QUARTER_MS = 900_000L;

    private static final Map<String, String> ZONES =
            Map.of(
                    "utc", "UTC",
                    "kathmandu", "Asia/Kathmandu",
                    "berlin", "Europe/Berlin",
                    "york", "America/New_York",
                    "howe", "Australia/Lord_Howe");

    private final RowsInMemory rows = new RowsInMemory();
    private final RowsInMemory refolded = new RowsInMemory();
    private final Ledger ledger = new Ledger(rows, BOUNDS);
    private final Evolver evolving = new Evolver(refolded);
    private final NaiveLedger model = new NaiveLedger();

    private final Map<List<String>, Remembered> remembered = new HashMap<>();
    private final Map<List<Object>, Said> said = new HashMap<>();
    private final Set<String> ended = new HashSet<>();
    private final Map<String, Long> returned = new HashMap<>();
    final Map<String, Integer> outcomes = new HashMap<>();

    /** A Saturday in March: a day, a week, a month and a change of clocks lie close ahead. */
    private long now = Instant.parse("2025-03-29T20:10:00Z").toEpochMilli();

    private int requests;

    private record Said(Level level, @Nullable Long windowStartMs) {}

    private record Remembered(String fingerprint, LedgerDecision decision, long atMs) {}

    ModelRun() {
        for (String id : Step.BUDGETS) {
            String zone = Objects.requireNonNull(ZONES.get(id));
            model.budgets.put(id, new NaiveBudget(ZoneId.of(zone)));
            request(
                    new CreateBudget(
                            head(id, new Step.Key(0, 0)),
                            id,
                            null,
                            null,
                            zone,
                            Metadata.NONE,
                            false));
        }
    }

    void take(Step step) {
        switch (step) {
            case Step.Wait(long ms) -> now += ms;
            case Step.WaitForTheQuarter(int quarters) ->
                    now = (Math.floorDiv(now, QUARTER_MS) + quarters) * QUARTER_MS;
            case Step.Tick(int limit) -> {
                List<LedgerEvent> events = ledger.tick(now, limit);
                check(
                        only(AllocationEnded.class, events).size() <= limit,
                        "a tick ends no more than it may");
                note(events);
                // What a tick leaves, the next ones end.
                note(ledger.tick(now, Integer.MAX_VALUE));
                model.passTime(now);
            }
            case Step.Allocate allocate -> allocate(allocate);
            case Step.Release release -> release(release);
            case Step.Use use -> use(use);
            case Step.PutPolicy put -> putPolicy(put);
            case Step.UpdatePolicy update -> updatePolicy(update);
            case Step.Activate(String budget, boolean active) -> {
                request(
                        new UpdateBudget(
                                head(budget, new Step.Key(0, 0)), null, null, null, active, null));
                model.passTime(now);
                model.activate(budget, active);
            }
        }
        boolean timePassedOnly =
                step instanceof Step.Wait || step instanceof Step.WaitForTheQuarter;
        if (!timePassedOnly) {
            compare();
        }
    }

    void finish() {
        check(
                refolded.snapshot().equals(rows.snapshot()),
                "events folded again give the same rows");
        long granted = 0;
        long accounted = 0;
        for (NaiveAllocation each : model.allocations) {
            granted += each.tokens;
            accounted +=
                    Math.min(each.tokens, each.open() ? model.drawn(each) : each.drawnAtEnd)
                            + returned.getOrDefault(each.id, 0L)
                            + (each.open() ? model.undrawn(each) : 0);
        }
        check(granted == accounted, "granted %d = accounted for %d".formatted(granted, accounted));
    }

    // Steps

    private void allocate(Step.Allocate step) {
        RequestHead head = head(step.budget(), step.key());
        String id = step.budget() + "." + head.requestId();
        Long life = step.lifeMs();
        Long expires = life == null ? null : Long.valueOf(now + life);
        LedgerDecision decision =
                request(
                        new LedgerRequest.Allocate(
                                head,
                                id,
                                step.context(),
                                step.scope(),
                                null,
                                step.priority(),
                                step.tokens(),
                                step.price(),
                                expires,
                                Metadata.NONE,
                                null,
                                step.maxRequests()));
        model.passTime(now);
        if (isRepeat(head, decision)) {
            return;
        }
        List<NaivePolicy> enforced = model.enforcedOn(step.budget(), step.scope());
        boolean unpriced =
                step.price() == null && enforced.stream().anyMatch(each -> each.cost != null);
        NaiveHold hold = model.hold(step.price(), step.budget(), step.scope());
        long requests = step.maxRequests() == null ? 1 : step.maxRequests();
        boolean fits =
                enforced.stream()
                        .allMatch(
                                each ->
                                        model.allowsMore(
                                                each,
                                                step.context(),
                                                hold.under(each).of(step.tokens(), requests)));
        boolean passes = step.priority() == 10;
        String expected = expected(step.budget(), unpriced, fits, passes);
        expect(decision, expected);
        if (!expected.equals("granted")) {
            return;
        }
        AllocationGranted granted = as(AllocationGranted.class, decision);
        boolean overrode = !fits || unpriced;
        check(granted.allocation().overrode() == overrode, "it says whether it overrode");
        check(granted.overridden().isEmpty() != overrode, "it says what it overrode");
        model.allocations.add(
                new NaiveAllocation(
                        id,
                        step.budget(),
                        step.context(),
                        step.scope(),
                        step.tokens(),
                        hold,
                        requests,
                        expires == null ? now + DAY_MS : expires,
                        overrode));
        if (!overrode) {
            for (NaivePolicy each : enforced) {
                Sum asked = hold.under(each).of(step.tokens(), requests);
                // A task is the allocation itself.
                Sum after =
                        each.period == Period.PER_TASK
                                ? asked
                                : model.counted(each, step.context());
                check(
                        asked.pico().signum() == 0 || model.allows(each, after),
                        "no grant exceeds the hard limit " + each.id);
            }
        }
    }

    private String expected(String budget, boolean unpriced, boolean fits, boolean passes) {
        if (!Objects.requireNonNull(model.budgets.get(budget)).active) {
            return code(RefusalCode.BUDGET_INACTIVE);
        }
        if (model.open(budget).size() >= BOUNDS.openMax()) {
            return code(RefusalCode.TOO_MANY);
        }
        if (unpriced && !passes) {
            return code(RefusalCode.PRICE_UNKNOWN);
        }
        return fits || passes ? "granted" : code(RefusalCode.INSUFFICIENT_BUDGET);
    }

    private void release(Step.Release step) {
        NaiveAllocation meant = pick(step.which());
        String id = meant == null ? "utc.none" : meant.id;
        RequestHead head = head(meant == null ? "utc" : meant.budget, step.key());
        LedgerDecision decision = request(new LedgerRequest.ReleaseAllocation(head, id));
        model.passTime(now);
        if (isRepeat(head, decision)) {
            return;
        }
        if (meant == null) {
            expect(decision, code(RefusalCode.ALLOCATION_NOT_FOUND));
            return;
        }
        expect(decision, "released");
        long left = meant.open() ? model.undrawn(meant) : 0;
        check(
                as(AllocationReleased.class, decision).releasedTokens() == left,
                "it gives back %d".formatted(left));
        model.release(meant);
    }

    private void use(Step.Use step) {
        NaiveAllocation meant = step.which() < 0 ? null : pick(step.which());
        String named = meant != null ? meant.id : step.which() < 0 ? null : "utc.none";
        String budget = meant != null && step.inItsBudget() ? meant.budget : step.budget();
        long atMs = now - step.agoMs();
        Scope scope = step.scope();
        note(
                ledger.delta(
                        new LedgerDelta(
                                new TotalsFeed.Cell(
                                        budget,
                                        Objects.requireNonNull(scope.component()),
                                        Objects.requireNonNull(scope.provider()),
                                        "model",
                                        Objects.requireNonNull(scope.tier()),
                                        Objects.requireNonNull(scope.taskType())),
                                CellWidth.ofBudget(Objects.requireNonNull(ZONES.get(budget)), now)
                                        .orElseThrow()
                                        .begin(atMs),
                                named,
                                named == null ? null : "anything",
                                new Totals(
                                        TokenCounts.of(step.input(), step.output()),
                                        0,
                                        step.cost(),
                                        step.requests(),
                                        atMs,
                                        atMs)),
                        now));
        model.passTime(now);
        model.use(
                budget,
                scope,
                atMs,
                step.input(),
                step.output(),
                step.cost(),
                step.requests(),
                named);
    }

    private void putPolicy(Step.PutPolicy step) {
        RequestHead head = head(step.budget(), step.key());
        String newId = step.budget() + "." + head.requestId();
        LedgerDecision decision =
                request(
                        new LedgerRequest.PutPolicy(
                                head,
                                newId,
                                step.type(),
                                step.period(),
                                step.scope(),
                                step.tokens(),
                                step.cost(),
                                step.warningPpm(),
                                step.actionPpm(),
                                step.enabled(),
                                Metadata.NONE));
        model.passTime(now);
        if (isRepeat(head, decision)) {
            return;
        }
        List<NaivePolicy> all =
                model.policies.stream().filter(p -> p.budget.equals(step.budget())).toList();
        NaivePolicy policy =
                all.stream()
                        .filter(
                                each ->
                                        each.period == step.period()
                                                && each.scope.equals(step.scope()))
                        .findFirst()
                        .orElse(null);
        boolean valid =
                (step.tokens() != null || step.cost() != null)
                        && step.warningPpm() <= step.actionPpm();
        if (!valid || (policy == null && all.size() >= BOUNDS.policiesMax())) {
            expect(decision, code(valid ? RefusalCode.TOO_MANY : RefusalCode.INVALID));
            return;
        }
        expect(decision, "policy");
        if (policy == null) {
            policy = new NaivePolicy(newId, step.budget(), step.period(), step.scope());
            model.policies.add(policy);
        }
        check(
                as(PolicyDefined.class, decision).policy().policyId().equals(policy.id),
                "it is the policy " + policy.id);
        policy.type = step.type();
        policy.tokens = step.tokens();
        policy.cost = step.cost();
        policy.warningPpm = step.warningPpm();
        policy.actionPpm = step.actionPpm();
        policy.enabled = step.enabled();
        if (policy.tokens == null) {
            said.remove(List.<Object>of(policy.id, Measure.TOKENS));
        }
        if (policy.cost == null) {
            said.remove(List.<Object>of(policy.id, Measure.COST));
        }
    }

    private void updatePolicy(Step.UpdatePolicy step) {
        NaivePolicy policy =
                model.policies.isEmpty()
                        ? null
                        : model.policies.get(step.which() % model.policies.size());
        RequestHead head = head(policy == null ? "utc" : policy.budget, new Step.Key(0, 0));
        LedgerDecision decision =
                request(
                        new LedgerRequest.UpdatePolicy(
                                head,
                                policy == null ? "utc.none" : policy.id,
                                step.type(),
                                step.tokens(),
                                step.cost(),
                                null,
                                null,
                                step.enabled()));
        model.passTime(now);
        if (policy == null) {
            expect(decision, code(RefusalCode.POLICY_NOT_FOUND));
            return;
        }
        expect(decision, "policy");
        policy.type = step.type() == null ? policy.type : step.type();
        policy.tokens = step.tokens() == null ? policy.tokens : step.tokens();
        policy.cost = step.cost() == null ? policy.cost : step.cost();
        policy.enabled = step.enabled() == null ? policy.enabled : step.enabled();
    }

    private @Nullable NaiveAllocation pick(int which) {
        return which == 0 || model.allocations.isEmpty()
                ? null
                : model.allocations.get(
                        // The younger the likelier: old ones have ended long ago.
                        model.allocations.size()
                                - 1
                                - which % Math.min(12, model.allocations.size()));
    }

    // Requests and what comes of them

    private RequestHead head(String budget, Step.Key key) {
        requests++;
        Repeat repeat =
                key.key() == 0
                        ? null
                        : new Repeat("key-" + key.key(), "print-" + key.fingerprint());
        return new RequestHead("r%04d".formatted(requests), budget, repeat);
    }

    private LedgerDecision request(LedgerRequest request) {
        List<LedgerEvent> events = ledger.request(request, now);
        note(events);
        LedgerDecision decision = only(LedgerDecision.class, events).getLast();
        check(decision.requestId().equals(request.head().requestId()), "it answers the request");
        return decision;
    }

    /** True when the model says that the request was made before, or its key; checks the answer. */
    private boolean isRepeat(RequestHead head, LedgerDecision decision) {
        Repeat repeat = head.repeat();
        if (repeat == null) {
            return false;
        }
        List<String> key = List.of(head.budgetId(), repeat.key());
        Remembered first = remembered.get(key);
        if (first == null || now - first.atMs() >= 3 * DAY_MS) {
            remembered.put(key, new Remembered(repeat.fingerprint(), decision, now));
            return false;
        }
        if (first.fingerprint().equals(repeat.fingerprint())) {
            expect(decision, "repeated");
            check(
                    as(RequestRepeated.class, decision).first().equals(first.decision()),
                    "it is the first decision");
        } else {
            expect(decision, code(RefusalCode.IDEMPOTENCY_CONFLICT));
        }
        return true;
    }

    private void expect(LedgerDecision decision, String expected) {
        String actual =
                switch (decision) {
                    case AllocationGranted _ -> "granted";
                    case AllocationReleased _ -> "released";
                    case PolicyDefined _ -> "policy";
                    case RequestRepeated _ -> "repeated";
                    case RequestRefused refused -> code(refused.refusal().code());
                    case LedgerEvent.BudgetDefined _ -> "budget";
                };
        check(actual.equals(expected), "%s, expected %s".formatted(decision, expected));
        outcomes.merge(actual, 1, Integer::sum);
    }

    private static String code(RefusalCode code) {
        return code.name().toLowerCase(Locale.ROOT);
    }

    private void note(List<LedgerEvent> events) {
        for (LedgerEvent event : events) {
            evolving.fold(event);
            switch (event) {
                case AllocationEnded end -> {
                    outcomes.merge(end.allocation().state().wireName(), 1, Integer::sum);
                    end(end.allocation(), end.returnedTokens());
                }
                case AllocationReleased release -> {
                    if (!ended.contains(release.allocation().allocationId())) {
                        end(release.allocation(), release.releasedTokens());
                    } else {
                        check(release.releasedTokens() == 0, "nothing comes back twice");
                    }
                }
                case LevelCrossed crossed -> {
                    check(crossed.contextId() == null, "the metering speaks of sessions");
                    outcomes.merge("crossed", 1, Integer::sum);
                    Standing standing = crossed.standing();
                    Said last =
                            said.put(
                                    List.<Object>of(standing.policyId(), standing.measure()),
                                    new Said(standing.level(), standing.windowStartMs()));
                    check(
                            last == null
                                    ? standing.level() != Level.NORMAL
                                    : standing.level() != last.level()
                                            || (last.level() != Level.NORMAL
                                                    && !Objects.equals(
                                                            standing.windowStartMs(),
                                                            last.windowStartMs())),
                            "nothing is said twice");
                }
                default -> {}
            }
        }
    }

    private void end(Allocation allocation, long tokens) {
        check(ended.add(allocation.allocationId()), "an allocation ends once");
        returned.put(allocation.allocationId(), tokens);
    }

    // Comparing

    private void compare() {
        for (NaiveAllocation each : model.allocations) {
            Allocation kept = rows.allocation(each.id);
            check(kept != null, each.id + " is kept");
            Allocation allocation = Objects.requireNonNull(kept);
            equal(allocation.state().wireName(), each.state, each.id + " state");
            equal(allocation.usedTokens(), model.drawn(each), each.id + " drawn");
            equal(
                    returned.getOrDefault(each.id, 0L),
                    each.open() ? 0L : each.returned,
                    each.id + " returned");
            equal(sum(allocation.reserved()), model.held(each), each.id + " held");
        }
        equal(rows.allocations().size(), model.allocations.size(), "allocations");
        Map<String, Policy> policies = new HashMap<>();
        for (String budget : Step.BUDGETS) {
            equal(rows.openCount(budget), model.open(budget).size(), budget + " open");
            rows.policies(budget).forEach(each -> policies.put(each.policyId(), each));
        }
        equal(policies.size(), model.policies.size(), "policies");
        for (NaivePolicy each : model.policies) {
            Policy policy = policies.get(each.id);
            check(policy != null, each.id + " is there");
            compare(each, Objects.requireNonNull(policy));
        }
        compareSessions();
    }

    private void compare(NaivePolicy expected, Policy policy) {
        if (!expected.windowed()) {
            equal(rows.use(policy), PolicyUse.NONE, expected.id + " use");
            return;
        }
        PolicyUse use = rows.use(policy);
        PolicyUse.WindowUse window = use.windowAt(now);
        Amount spent = window == null ? Amount.ZERO : window.spent().amount();
        Sum used = model.usedInWindow(expected);
        equal(sum(spent), used, expected.id + " used");
        equal(sum(use.reserved()), model.reserved(expected), expected.id + " reserved");
        List<NaiveAllocation> open =
                model.open(expected.budget).stream()
                        .filter(each -> NaiveLedger.mayFall(expected.scope, each.scope))
                        .toList();
        equal(use.openCount(), open.size(), expected.id + " open");
        equal(
                use.openTokens(),
                open.stream().mapToLong(each -> each.tokens).sum(),
                expected.id + " open tokens");
        if (expected.tokens != null) {
            equal(
                    said(expected, Measure.TOKENS),
                    model.level(expected, used, true),
                    expected.id + " level of tokens");
        }
        if (expected.cost != null) {
            equal(
                    said(expected, Measure.COST),
                    model.level(expected, used, false),
                    expected.id + " level of cost");
        }
    }

    private Level said(NaivePolicy policy, Measure measure) {
        Said last = said.get(List.<Object>of(policy.id, measure));
        return last == null ? Level.NORMAL : last.level();
    }

    private void compareSessions() {
        Map<List<Object>, Sum> used = new HashMap<>();
        Map<List<Object>, Sum> reserved = new HashMap<>();
        for (NaiveLedger.Fact each : model.facts) {
            NaiveAllocation drew = each.drew();
            if (drew != null) {
                used.merge(
                        List.<Object>of(drew.budget, drew.context, each.scope()),
                        new Sum(each.input() + each.output(), each.pico()),
                        Sum::and);
            }
        }
        for (NaiveAllocation each : model.allocations) {
            reserved.merge(
                    List.<Object>of(each.budget, each.context, each.scope),
                    model.held(each),
                    Sum::and);
        }
        Set<List<Object>> keys = new HashSet<>(used.keySet());
        keys.addAll(reserved.keySet());
        for (List<Object> key : keys) {
            SessionUse row =
                    SessionUse.of(
                            rows.session((String) key.get(0), (String) key.get(1)),
                            (Scope) key.get(2));
            equal(sum(row.used()), used.getOrDefault(key, Sum.NONE), key + " used");
            equal(sum(row.reserved()), reserved.getOrDefault(key, Sum.NONE), key + " reserved");
        }
    }

    private static Sum sum(Amount amount) {
        return new Sum(amount.tokens(), NaiveLedger.pico(amount.cost()));
    }

    private static <T> List<T> only(Class<T> type, List<LedgerEvent> events) {
        return Scene.only(type, events);
    }

    private static void equal(Object actual, Object expected, String what) {
        if (!actual.equals(expected)) {
            throw new AssertionError("%s: %s, expected %s".formatted(what, actual, expected));
        }
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
