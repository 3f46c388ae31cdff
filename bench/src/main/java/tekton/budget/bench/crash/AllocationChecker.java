package tekton.budget.bench.crash;

import tekton.budget.bench.oracle.HardLimit;
import tekton.budget.bench.oracle.LedgerOracle;
import tekton.budget.bench.oracle.LedgerOracle.LoggedDecision;
import tekton.budget.bench.oracle.TopicReader;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Whether what callers were told is what the ledger's log says. */
final class AllocationChecker {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private final Map<String, HardLimit> limits = new HashMap<>();
    private final LedgerOracle oracle;
    private final Consumer<String> wrong;

    AllocationChecker(Collection<HardLimit> limits, LedgerOracle oracle, Consumer<String> wrong) {
        limits.forEach(limit -> this.limits.put(limit.budgetId(), limit));
        this.oracle = oracle;
        this.wrong = wrong;
    }

    /** Reads the whole log. */
    static AllocationChecker read(
            String bootstrapServers, Collection<HardLimit> limits, Consumer<String> wrong)
            throws IOException {
        LedgerOracle oracle = new LedgerOracle(limits, wrong);
        TopicReader.read(
                bootstrapServers,
                "budget.requests",
                each -> oracle.request(JSON.readTree(each.value())));
        TopicReader.read(
                bootstrapServers,
                "budget.decisions",
                each -> oracle.event(JSON.readTree(each.value())));
        oracle.end();
        System.out.printf(
                Locale.ROOT,
                "oracle      %,d requests, %,d allocations granted%n",
                oracle.requests(),
                oracle.granted());
        return new AllocationChecker(limits, oracle, wrong);
    }

    /** Checks what callers were told. */
    void check(List<AllocationAnswer> answers) {
        for (AllocationAnswer answered : answers) {
            switch (answered.outcome()) {
                case GRANTED -> granted(answered);
                case REFUSED -> refused(answered);
                case RELEASED -> released(answered);
            }
        }
    }

    private void granted(AllocationAnswer answered) {
        Optional<String> key = oracle.keyOf(answered.allocationId());
        if (key.isEmpty()) {
            wrong.accept("answered 201 and never granted: " + answered);
        } else if (!key.get().equals(answered.key())) {
            wrong.accept("an allocation of key '%s': %s".formatted(key.get(), answered));
        }
    }

    private void refused(AllocationAnswer answered) {
        HardLimit limit = limits.get(answered.wanted().budgetId());
        if (limit == null || !answered.policyId().equals(limit.policyId())) {
            wrong.accept("a refusal that does not name the limit in the way: " + answered);
            return;
        }
        BigDecimal asked = limit.amount(answered.wanted().tokens());
        if (answered.asked().compareTo(asked) != 0 || answered.left().compareTo(asked) >= 0) {
            wrong.accept("a refusal of %s that explains nothing: %s".formatted(asked, answered));
        }
        if (answered.key().isEmpty()) {
            return;
        }
        Optional<LoggedDecision> outcome = oracle.outcome(limit.budgetId(), answered.key());
        if (outcome.isEmpty()
                || !outcome.get().allocationId().isEmpty()
                || outcome.get().left().compareTo(answered.left()) != 0) {
            wrong.accept("answered 402, and the log says %s: %s".formatted(outcome, answered));
        }
    }

    private void released(AllocationAnswer answered) {
        if (oracle.keyOf(answered.allocationId()).isEmpty()
                || oracle.isOpen(answered.allocationId())) {
            wrong.accept("released to the caller and open in the log: " + answered);
        }
    }

    /** Checks that of no limit so much is left in the end that a smallest request fitted. */
    void checkRest() {
        for (HardLimit limit : limits.values()) {
            BigDecimal left = oracle.left(limit.budgetId());
            BigDecimal smallest = limit.amount(CompetingCaller.SMALLEST);
            System.out.printf(
                    "limit       %s %s: at most %s given at any time, %s left at the end (smallest"
                            + " request %s)%n",
                    limit.limit().toPlainString(),
                    limit.measure(),
                    oracle.most(limit.budgetId()).toPlainString(),
                    left.toPlainString(),
                    smallest.toPlainString());
            if (left.compareTo(smallest) >= 0) {
                wrong.accept("%s refused with %s left".formatted(limit.measure(), left));
            }
        }
    }
}
