package tekton.budget.api.story;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.RateClass;
import tekton.budget.event.UsageReported;
import tekton.budget.metering.query.CountedRecord;
import tekton.budget.metering.query.Prices;
import tekton.budget.pricing.Charge;
import tekton.budget.pricing.ChargeLine;
import tekton.budget.pricing.PriceBook;
import tekton.budget.pricing.PriceMatch;
import tekton.budget.value.Money;

import java.util.List;

/**
 * A record, what it costs, and how that comes about: all from one book, so they agree.
 *
 * @param record the record
 * @param charge what it costs
 * @param book the prices that say so
 * @param match the version in force at its time; null when none is known
 * @param lines what the cost of its tokens is made of; nothing without a version
 */
record RatedRecord(
        CountedRecord record,
        Charge charge,
        PriceBook book,
        @Nullable PriceMatch match,
        List<ChargeLine> lines) {

    RatedRecord {
        lines = List.copyOf(lines);
    }

    /** Rates a record as every reading of it does. */
    static RatedRecord of(CountedRecord record, Prices prices) {
        UsageReported usage = record.usage();
        PriceBook book = prices.current();
        Charge charge = book.charge(usage, record.timestampMs());
        String stamped = usage.pricingVersion();
        if (stamped != null && !stamped.equals(charge.pricingVersion())) {
            // Its edge may have read further.
            book = prices.caughtUp();
            charge = book.charge(usage, record.timestampMs());
        }
        PriceMatch match =
                book.match(usage.provider(), usage.model(), record.timestampMs()).orElse(null);
        return new RatedRecord(
                record,
                charge,
                book,
                match,
                match == null
                        ? List.of()
                        : match.lines(usage.tokens(), usage.details(), usage.serviceTier()).stream()
                                .filter(line -> line.rateClass() != RateClass.REQUEST)
                                .toList());
    }

    /** True when the lines and what the request costs add up to the cost. */
    boolean exact() {
        long sum = charge.requestPico();
        for (ChargeLine line : lines) {
            sum = Math.addExact(sum, line.cost().pico());
        }
        return Money.ofPico(sum).equals(charge.total());
    }
}
