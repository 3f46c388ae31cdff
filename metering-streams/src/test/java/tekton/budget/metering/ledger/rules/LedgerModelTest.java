package tekton.budget.metering.ledger.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import tekton.budget.ledger.Refusal.RefusalCode;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Random sequences of steps, done to the ledger and to a naive model of it. Other sequences than
 * the usual: {@code -Dledger.model.seed=4711 -Dledger.model.sequences=10000}.
 */
class LedgerModelTest {

    private static final long SEED = Long.getLong("ledger.model.seed", 20_250_329L);

    private static final int SEQUENCES = Integer.getInteger("ledger.model.sequences", 200);

    @Test
    void shouldDoWhatTheNaiveModelDoes() {
        Map<String, Integer> outcomes = new HashMap<>();
        for (int i = 0; i < SEQUENCES; i++) {
            long seed = SEED + i;
            List<Step> steps = Step.sequence(seed);
            Failure failure = run(steps, outcomes);
            if (failure != null) {
                List<Step> shortest = shortened(steps.subList(0, failure.steps()));
                Failure again = run(shortest, new HashMap<>());
                fail(
                        "seed %d (-Dledger.model.seed=%d -Dledger.model.sequences=1): %s\n%s"
                                .formatted(
                                        seed,
                                        seed,
                                        again == null ? failure.error() : again.error(),
                                        inLines(shortest)),
                        failure.error());
            }
        }
        // A model that is never asked an interesting question proves nothing.
        assertThat(outcomes)
                .containsKeys(
                        "granted",
                        "released",
                        "exhausted",
                        "expired",
                        "repeated",
                        "crossed",
                        "policy",
                        name(RefusalCode.INSUFFICIENT_BUDGET),
                        name(RefusalCode.PRICE_UNKNOWN),
                        name(RefusalCode.TOO_MANY),
                        name(RefusalCode.BUDGET_INACTIVE),
                        name(RefusalCode.IDEMPOTENCY_CONFLICT));
    }

    /** After how many steps it failed, the failing one included, and how. */
    private record Failure(int steps, Throwable error) {}

    private static @Nullable Failure run(List<Step> steps, Map<String, Integer> outcomes) {
        ModelRun run = new ModelRun();
        int done = 0;
        try {
            for (Step step : steps) {
                done++;
                run.take(step);
            }
            run.finish();
        } catch (AssertionError | RuntimeException e) {
            return new Failure(done, e);
        }
        run.outcomes.forEach((outcome, count) -> outcomes.merge(outcome, count, Integer::sum));
        return null;
    }

    /** Leaves out every step without which it still fails, and all behind the failure. */
    private static List<Step> shortened(List<Step> failing) {
        List<Step> steps = new ArrayList<>(failing);
        for (int i = steps.size() - 1; i >= 0; i--) {
            List<Step> without = new ArrayList<>(steps);
            without.remove(i);
            Failure failure = run(without, new HashMap<>());
            if (failure != null) {
                steps = new ArrayList<>(without.subList(0, failure.steps()));
                i = Math.min(i, steps.size());
            }
        }
        return steps;
    }

    private static String inLines(List<Step> steps) {
        StringBuilder lines = new StringBuilder();
        steps.forEach(step -> lines.append("  ").append(step).append('\n'));
        return lines.toString();
    }

    private static String name(RefusalCode code) {
        return code.name().toLowerCase(Locale.ROOT);
    }
}
