package tekton.budget.metering.limits;

import org.apache.kafka.clients.consumer.ConsumerRecord;

import tekton.budget.codec.LedgerCodec;
import tekton.budget.kafka.TopicFollower;
import tekton.budget.kafka.TopicLog;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerEvent.BudgetDefined;
import tekton.budget.ledger.LedgerEvent.LevelCrossed;
import tekton.budget.ledger.LedgerEvent.PolicyDefined;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.Spending;
import tekton.budget.metering.ledger.rules.SessionLevels;
import tekton.budget.metering.usage.CellWidths;
import tekton.budget.metering.usage.SessionLimits;
import tekton.budget.topic.Topics;
import tekton.budget.value.CellWidth;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the ledger says of budgets, taken from a {@link TopicLog}. Not a global store: the look-ups
 * happen for every record, and every context of every commit. Any thread may ask.
 */
public final class BudgetFeed implements SessionLimits, CellWidths, TopicFollower {

    private final Map<String, List<Policy>> byBudget = new ConcurrentHashMap<>();
    private final Map<String, CellWidth> widths = new ConcurrentHashMap<>();

    /** Follows its topic by a log that is not started yet. */
    public BudgetFeed(TopicLog log) {
        log.follow(List.of(Topics.SESSION_LIMITS), TopicLog.StartPosition.BEGINNING, this);
    }

    @Override
    public List<LevelCrossed> crossed(
            String budgetId,
            String contextId,
            List<Spending> before,
            List<Spending> after,
            long atMs) {
        List<Policy> policies = byBudget.get(budgetId);
        return policies == null
                ? List.of()
                : SessionLevels.crossed(policies, contextId, before, after, atMs);
    }

    @Override
    public CellWidth widthOf(String budgetId) {
        return widths.getOrDefault(budgetId, CellWidth.FINEST);
    }

    @Override
    public void take(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() != null) {
            take(LedgerCodec.readEvent(record.value()));
        }
    }

    private void take(LedgerEvent event) {
        if (event instanceof PolicyDefined defined) {
            Policy policy = defined.policy();
            byBudget.merge(policy.budgetId(), List.of(policy), BudgetFeed::replaced);
        } else if (event instanceof BudgetDefined defined) {
            Budget budget = defined.budget();
            widths.put(
                    budget.budgetId(),
                    CellWidth.ofBudget(budget.zone(), budget.createdAtMs())
                            .orElse(CellWidth.FINEST));
        }
    }

    private static List<Policy> replaced(List<Policy> before, List<Policy> one) {
        Map<String, Policy> byId = new LinkedHashMap<>();
        before.forEach(policy -> byId.put(policy.policyId(), policy));
        one.forEach(policy -> byId.put(policy.policyId(), policy));
        return List.copyOf(byId.values());
    }
}
