package tekton.budget.event;

import tekton.budget.ledger.LedgerEvent.LevelCrossed;

/**
 * The metering has seen a context carry a limit per session over a threshold. The ledger passes it
 * on among its decisions.
 *
 * @param crossed what is said of it; it names the context
 */
public record SessionReached(LevelCrossed crossed) implements LedgerFeed {}
