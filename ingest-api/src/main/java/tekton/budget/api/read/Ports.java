package tekton.budget.api.read;

import tekton.budget.metering.query.MeteringStatus;
import tekton.budget.metering.query.Prices;
import tekton.budget.metering.query.RecordQueries;
import tekton.budget.metering.query.TotalsQueries;

/**
 * What the running metering can be asked.
 *
 * @param totals the totals
 * @param records single records
 * @param prices the prices
 * @param status how it is doing
 */
public record Ports(
        TotalsQueries totals, RecordQueries records, Prices prices, MeteringStatus status) {}
