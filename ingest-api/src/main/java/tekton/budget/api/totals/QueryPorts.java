package tekton.budget.api.totals;

import tekton.budget.metering.query.DeadLetterQueries;
import tekton.budget.metering.query.LedgerQueries;
import tekton.budget.metering.query.MeteringStatus;
import tekton.budget.metering.query.Prices;
import tekton.budget.metering.query.RecordQueries;
import tekton.budget.metering.query.SystemQueries;
import tekton.budget.metering.query.TotalsQueries;

/**
 * What the running metering can be asked.
 *
 * @param totals the totals
 * @param records single records
 * @param ledger budgets, policies and allocations
 * @param prices the prices
 * @param deadLetters what could not be counted
 * @param system what it runs on
 * @param status how it is doing
 */
public record QueryPorts(
        TotalsQueries totals,
        RecordQueries records,
        LedgerQueries ledger,
        Prices prices,
        DeadLetterQueries deadLetters,
        SystemQueries system,
        MeteringStatus status) {}
