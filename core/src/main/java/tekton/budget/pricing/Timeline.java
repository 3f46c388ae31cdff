package tekton.budget.pricing;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.PricePublished;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/**
 * Every version of one provider and model. At any instant at most one is in force: the operator's
 * that holds then, else the other sources'.
 */
final class Timeline {

    private final PriceSeries operators;
    private final PriceSeries others;

    Timeline(Collection<Version> versions) {
        operators = new PriceSeries(versions.stream().filter(v -> v.price().ofOperator()).toList());
        others = new PriceSeries(versions.stream().filter(v -> !v.price().ofOperator()).toList());
    }

    /** The version in force at an instant, epoch milliseconds; null when there is none. */
    @Nullable Version at(long atMs) {
        Version operators = this.operators.at(atMs);
        return operators != null ? operators : others.at(atMs);
    }

    /** Visits every instant of a stretch of time at which another version may begin to hold. */
    void forEachChange(long afterMs, long untilMs, LongConsumer visitor) {
        operators.forEachChange(afterMs, untilMs, visitor);
        others.forEachChange(afterMs, untilMs, visitor);
    }

    /** What was, is and will be in force, oldest first, without overlap. */
    List<PriceSpan> spans() {
        long[] changes =
                LongStream.concat(operators.changes(), others.changes())
                        .sorted()
                        .distinct()
                        .toArray();
        List<PriceSpan> spans = new ArrayList<>();
        for (int i = 0; i < changes.length; i++) {
            Version version = at(changes[i]);
            if (version == null) {
                continue;
            }
            long untilMs = i + 1 < changes.length ? changes[i + 1] : PriceSpan.OPEN;
            PriceSpan last = spans.isEmpty() ? null : spans.getLast();
            PricePublished price = version.price();
            if (last != null && last.price().equals(price) && last.untilMs() == changes[i]) {
                spans.set(spans.size() - 1, new PriceSpan(price, last.fromMs(), untilMs));
            } else {
                spans.add(new PriceSpan(price, changes[i], untilMs));
            }
        }
        return spans;
    }
}
