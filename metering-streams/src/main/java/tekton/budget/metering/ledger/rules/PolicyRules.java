package tekton.budget.metering.ledger.rules;

import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerEvent.PolicyDefined;
import tekton.budget.ledger.LedgerEvent.PolicyForgotten;
import tekton.budget.ledger.LedgerRequest.PlacePolicy;
import tekton.budget.ledger.LedgerRequest.PutPolicy;
import tekton.budget.ledger.LedgerRequest.RequestHead;
import tekton.budget.ledger.LedgerRequest.UpdatePolicy;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.Refusal.RefusalCode;
import tekton.budget.value.Shown;

import java.util.ArrayList;
import java.util.List;

/** How policies are made and changed. */
final class PolicyRules {

    private PolicyRules() {}

    /**
     * One with the same period and exactly the same scope is changed, and keeps its id. What is
     * only remembered is forgotten before, when its time is over.
     */
    static List<LedgerEvent> put(
            LedgerView view, PutPolicy request, LedgerBounds bounds, long atMs) {
        List<Policy> before = view.policies(request.head().budgetId());
        List<Policy> kept =
                before.stream().filter(each -> !ProvisionalRules.isOver(each, atMs)).toList();
        List<LedgerEvent> events = new ArrayList<>();
        for (Policy each : before) {
            if (!kept.contains(each)) {
                events.add(new PolicyForgotten(each.budgetId(), each.policyId(), atMs));
            }
        }
        events.add(put(view, kept, request, bounds, atMs));
        return events;
    }

    private static LedgerEvent.LedgerDecision put(
            LedgerView view,
            List<Policy> policies,
            PutPolicy request,
            LedgerBounds bounds,
            long atMs) {
        RequestHead head = request.head();
        Policy same = sameAs(policies, request);
        if (same == null && byId(policies, request.policyId()) != null) {
            return Refusals.refused(
                    head,
                    RefusalCode.RESOURCE_EXISTS,
                    "policy_id: there is a policy %s already".formatted(request.policyId()),
                    atMs);
        }
        if (view.budget(head.budgetId()) == null) {
            return Refusals.noBudget(head, atMs);
        }
        Policy policy =
                new Policy(
                        same == null ? request.policyId() : same.policyId(),
                        head.budgetId(),
                        request.type(),
                        request.period(),
                        request.scope(),
                        request.tokenLimit(),
                        request.costLimit(),
                        request.warningPpm(),
                        request.actionPpm(),
                        request.enabled(),
                        request.metadata(),
                        same == null || same.isVacant() ? atMs : same.createdAtMs(),
                        atMs);
        String problem = problemOf(policy);
        if (problem != null) {
            return Refusals.refused(head, RefusalCode.INVALID, problem, atMs);
        }
        if (same == null && policies.size() >= bounds.policiesMax()) {
            return Refusals.refused(
                    head,
                    RefusalCode.TOO_MANY,
                    "budget_id: %s has %d policies (expected: at most %d)"
                            .formatted(head.budgetId(), policies.size(), bounds.policiesMax()),
                    atMs);
        }
        return new PolicyDefined(
                head.requestId(),
                Boolean.TRUE.equals(request.provisional())
                        ? ProvisionalRules.made(policy, head.requestId(), same, atMs)
                        : policy,
                atMs);
    }

    /** Says where a provisional policy belongs; see {@link ProvisionalRules#placed}. */
    static LedgerEvent.LedgerDecision place(LedgerView view, PlacePolicy request, long atMs) {
        RequestHead head = request.head();
        if (view.budget(head.budgetId()) == null) {
            return Refusals.noBudget(head, atMs);
        }
        Policy before = byId(view.policies(head.budgetId()), request.policyId());
        return before == null
                ? noPolicy(head, request.policyId(), atMs)
                : new PolicyDefined(
                        head.requestId(),
                        ProvisionalRules.placed(before, request.madeBy(), request.meantFor(), atMs),
                        atMs);
    }

    /** What the request leaves open stays; so a limit can be changed here, and not be removed. */
    static LedgerEvent.LedgerDecision update(LedgerView view, UpdatePolicy request, long atMs) {
        RequestHead head = request.head();
        if (view.budget(head.budgetId()) == null) {
            return Refusals.noBudget(head, atMs);
        }
        Policy before = byId(view.policies(head.budgetId()), request.policyId());
        if (before == null || before.isVacant()) {
            return noPolicy(head, request.policyId(), atMs);
        }
        Policy after =
                new Policy(
                        before.policyId(),
                        before.budgetId(),
                        request.type() == null ? before.type() : request.type(),
                        before.period(),
                        before.scope(),
                        request.tokenLimit() == null ? before.tokenLimit() : request.tokenLimit(),
                        request.costLimit() == null ? before.costLimit() : request.costLimit(),
                        request.warningPpm() == null ? before.warningPpm() : request.warningPpm(),
                        request.actionPpm() == null ? before.actionPpm() : request.actionPpm(),
                        request.enabled() == null ? before.enabled() : request.enabled(),
                        before.metadata(),
                        before.createdAtMs(),
                        atMs);
        String problem = problemOf(after);
        return problem == null
                ? new PolicyDefined(head.requestId(), after, atMs)
                : Refusals.refused(head, RefusalCode.INVALID, problem, atMs);
    }

    private static LedgerEvent.LedgerDecision noPolicy(
            RequestHead head, String policyId, long atMs) {
        return Refusals.refused(
                head,
                RefusalCode.POLICY_NOT_FOUND,
                "policy_id: there is no policy " + policyId,
                atMs);
    }

    private static @Nullable String problemOf(Policy policy) {
        Long tokens = policy.tokenLimit();
        if (!isIdIn(policy.budgetId(), policy.policyId())) {
            return "policy_id: %s (expected: %s, a dot and a name)"
                    .formatted(Shown.text(policy.policyId()), Shown.text(policy.budgetId()));
        }
        if (tokens == null && policy.costLimit() == null) {
            return "token_limit, cost_limit: neither is there (expected: at least one)";
        }
        if (tokens != null && tokens < 0) {
            return "token_limit: %d (expected: at least 0)".formatted(tokens);
        }
        if (policy.warningPpm() < 1 || policy.warningPpm() > Policy.PPM) {
            return "warning_threshold: %d millionths (expected: 1 to %d)"
                    .formatted(policy.warningPpm(), Policy.PPM);
        }
        if (policy.actionPpm() < policy.warningPpm() || policy.actionPpm() > Policy.PPM) {
            return "action_threshold: %d millionths (expected: %d, the warning threshold, to %d)"
                    .formatted(policy.actionPpm(), policy.warningPpm(), Policy.PPM);
        }
        return null;
    }

    /** True when an id is that budget's, a dot and more. */
    static boolean isIdIn(String budgetId, String id) {
        return id.length() > budgetId.length() + 1
                && id.startsWith(budgetId)
                && id.charAt(budgetId.length()) == '.';
    }

    private static @Nullable Policy sameAs(List<Policy> policies, PutPolicy request) {
        for (Policy each : policies) {
            if (each.period() == request.period() && each.scope().equals(request.scope())) {
                return each;
            }
        }
        return null;
    }

    private static @Nullable Policy byId(List<Policy> policies, String policyId) {
        for (Policy each : policies) {
            if (each.policyId().equals(policyId)) {
                return each;
            }
        }
        return null;
    }
}
