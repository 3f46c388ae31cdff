package tekton.budget.event;

/**
 * What the metering hands to the ledger at each commit: what was used since the last one and which
 * sessions have reached a threshold by it, then how far it has read; in that order and in one
 * transaction, as in {@link TotalsFeed}.
 */
public sealed interface LedgerFeed permits LedgerDelta, SessionReached, TotalsFeed.Progress {}
