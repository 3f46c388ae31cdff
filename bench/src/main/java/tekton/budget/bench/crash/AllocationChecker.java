package tekton.budget.bench.crash;

import tekton.budget.bench.oracle.HardLimit;
import tekton.budget.bench.oracle.LedgerOracle;
import tekton.budget.bench.oracle.LedgerOracle.LoggedDecision;
import tekton.budget.bench.oracle.TopicReader;
import tekton.budget.bench.product.TotalsView;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Whether what callers were told is what the ledger's log says. */
final class AllocationChecker {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private final List<HardLimit> limits;
    private final LedgerOracle oracle;
    private final Consumer<String> wrong;

    AllocationChecker(Collection<HardLimit> limits, LedgerOracle oracle, Consumer<String> wrong) {
        this.limits = List.copyOf(limits);
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
        Optional<HardLimit> named =
                limits.stream()
                        .filter(each -> each.budgetId().equals(answered.wanted().budgetId()))
                        .filter(each -> each.policyId().equals(answered.policyId()))
                        .findFirst();
        if (named.isEmpty()) {
            wrong.accept("a refusal that does not name the limit in the way: " + answered);
            return;
        }
        HardLimit limit = named.get();
        BigDecimal asked = limit.amount(answered.wanted().tokens(), answered.wanted().requests());
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

    /** Checks that in no budget so much is left in the end that a smallest request fitted. */
    void checkRest(List<Arena> arenas) {
        for (Arena arena : arenas) {
            arena.limits().forEach(this::printRest);
            for (String model : arena.models()) {
                for (String contextId : arena.contexts()) {
                    checkRest(arena, model, contextId);
                }
            }
        }
    }

    private void printRest(HardLimit limit) {
        System.out.printf(
                "limit       %s %s%s%s: at most %s given at any time%s%n",
                limit.limit().toPlainString(),
                limit.measure(),
                limit.tier().isEmpty() ? "" : " of " + limit.tier(),
                limit.perSession() ? " per session" : "",
                oracle.most(limit).toPlainString(),
                limit.perSession()
                        ? ""
                        : ", %s left at the end".formatted(oracle.left(limit, "").toPlainString()));
    }

    private void checkRest(Arena arena, String model, String contextId) {
        boolean isTaken =
                arena.limits().stream()
                        .filter(limit -> limit.covers(Arena.tierOf(model)))
                        .anyMatch(
                                limit ->
                                        oracle.left(limit, contextId)
                                                        .compareTo(
                                                                limit.amount(
                                                                        CompetingCaller.SMALLEST,
                                                                        1))
                                                < 0);
        if (!isTaken) {
            wrong.accept(
                    "refused %s in %s although the smallest request would have fitted %s"
                            .formatted(model, contextId, arena.limits()));
        }
    }

    /**
     * Checks that what an allocation had used when it ended is what was reported of it.
     *
     * @param reported by allocation, from the usage topic
     */
    void checkUsed(Map<String, TotalsView> reported) {
        oracle.usedOfEnded()
                .forEach(
                        (id, used) -> {
                            long wanted = reported.getOrDefault(id, TotalsView.none(id)).total();
                            if (used != wanted) {
                                wrong.accept(
                                        "%s ended with %d tokens used, must be %d"
                                                .formatted(id, used, wanted));
                            }
                        });
    }
}
