package tekton.budget.topic;

import static tekton.budget.topic.Topic.Cleanup.COMPACT;
import static tekton.budget.topic.Topic.Cleanup.COMPACT_DELETE;
import static tekton.budget.topic.Topic.Cleanup.DELETE;
import static tekton.budget.topic.Topic.Partitioning.LEDGER;
import static tekton.budget.topic.Topic.Partitioning.SINGLE;
import static tekton.budget.topic.Topic.Partitioning.USAGE;

import java.time.Duration;
import java.util.List;

/** Every topic of this project. Names, keys and values are frozen. */
public final class Topics {

    /** Usage records as reported. Key: context id. Value: {@code UsageReported}. */
    public static final Topic USAGE_REPORTED =
            new Topic("budget.usage", USAGE, DELETE, Duration.ofDays(7), true);

    /**
     * Usage records that stood in another partition than their context's, each again in the right
     * one, its origin in the {@link Origin} headers. Key: context id. Kept as long as the usage
     * topic, because record lists walk it; so it is a topic of its own and not one that Streams
     * purges.
     */
    public static final Topic USAGE_STRAYS =
            new Topic("budget.usage-strays", USAGE, DELETE, Duration.ofDays(7), true);

    /**
     * Stage one to stage two. Key: budget id, or the partition of a progress. Kept as long as the
     * usage topic: a service that was stopped in the middle reads the rest when it is back.
     */
    public static final Topic HAND_OVERS =
            new Topic("budget.hand-overs", USAGE, DELETE, Duration.ofDays(7), true);

    /**
     * What was used, for the ledger, and how far the metering has come. Key: budget id, or the
     * partition of a progress. Value: {@code LedgerFeed}.
     */
    public static final Topic LEDGER_DELTAS =
            new Topic("budget.ledger-deltas", LEDGER, DELETE, Duration.ofDays(7), true);

    /** What the ledger is asked for. Key: budget id. Value: {@code LedgerRequest}. */
    public static final Topic REQUESTS =
            new Topic("budget.requests", LEDGER, DELETE, Duration.ofDays(7), true);

    /**
     * What the ledger has decided. Key: request or allocation id; in the partition of its budget.
     * Value: {@code LedgerEvent}.
     */
    public static final Topic DECISIONS =
            new Topic("budget.decisions", LEDGER, DELETE, Duration.ofDays(7), true);

    /** The latest of each notice and policy window. Key: budget id, a dot and the subject. */
    public static final Topic STATUS = new Topic("budget.status", LEDGER, COMPACT, null, true);

    /**
     * What the metering has to know of budgets: the limits per session, because it alone knows what
     * a context has used, and their zones, by which it counts. Key: the policy id or the budget id;
     * in the partition of the budget. Value: {@code LedgerEvent.PolicyDefined} or {@code
     * LedgerEvent.BudgetDefined}, that without what is only shown.
     */
    public static final Topic SESSION_LIMITS =
            new Topic("budget.session-limits", LEDGER, COMPACT, null, true);

    /**
     * What people should hear of. Key: the event id, deterministic; in the partition of the fact
     * that it tells of, so of its budget. Value: {@code BudgetEvent}. Each id once: what is there
     * is not said again, so how long it stays is also how long alerting remembers.
     */
    public static final Topic EVENTS =
            new Topic("budget.events", LEDGER, COMPACT_DELETE, Duration.ofDays(35), true);

    /**
     * What alerting is asked for, in the partition of its budget or channel. Key: request id.
     * Value: {@code AlertRequest}.
     */
    public static final Topic ALERT_REQUESTS =
            new Topic("budget.alert-requests", LEDGER, DELETE, Duration.ofDays(7), true);

    /**
     * What became of events and of requests to alerting: acknowledgements, deliveries, answers. In
     * the partition of the event or the request. Key and value: {@code AlertOutcome}.
     */
    public static final Topic ALERT_OUTCOMES =
            new Topic("budget.alert-outcomes", LEDGER, COMPACT_DELETE, Duration.ofDays(35), true);

    /** Where budget events are delivered. Key: channel id. Value: {@code Channel}. With secrets. */
    public static final Topic ALERT_CHANNELS =
            new Topic("budget.alert-channels", SINGLE, COMPACT, null, true);

    /** What alerting remembers between facts; its own. Partitioned like what it reads. */
    public static final Topic ALERT_STATE =
            new Topic("budget.alert-state", LEDGER, COMPACT, null, true);

    /** Price versions. Key: the version id. Value: {@code PricePublished}. */
    public static final Topic PRICES = new Topic("budget.prices", SINGLE, COMPACT, null, true);

    /**
     * What the price poller is asked for. Key: request id. Value: {@code PriceRequest}. One
     * partition: who reads it is the one poller that works.
     */
    public static final Topic PRICE_REQUESTS =
            new Topic("budget.price-requests", SINGLE, DELETE, Duration.ofDays(7), true);

    /**
     * What the price poller knows beside the prices: quarantined prices, disagreements, its sources
     * and its answers to requests. Key: the kind, a slash and the id. Value: {@code PriceStatus}.
     */
    public static final Topic PRICE_STATUS =
            new Topic("budget.price-status", SINGLE, COMPACT, null, true);

    /** What could not be counted: the original key and bytes, see {@code DeadLetter}. */
    public static final Topic DEAD_LETTERS =
            new Topic("budget.dead-letters", SINGLE, DELETE, Duration.ofDays(30), true);

    /** Who has changed what over HTTP. Key: the caller's name. Value: {@code AdminAct}. */
    public static final Topic AUDIT =
            new Topic("budget.audit", SINGLE, DELETE, Duration.ofDays(90), true);

    /** Records as counted, with their cost; only when switched on. Key: context id. */
    public static final Topic USAGE_RATED =
            new Topic("budget.usage-rated", USAGE, DELETE, Duration.ofDays(7), true);

    /** Every topic but the one that is off by default. */
    public static final List<Topic> ALWAYS =
            List.of(
                    USAGE_REPORTED,
                    USAGE_STRAYS,
                    HAND_OVERS,
                    LEDGER_DELTAS,
                    REQUESTS,
                    DECISIONS,
                    STATUS,
                    SESSION_LIMITS,
                    EVENTS,
                    ALERT_REQUESTS,
                    ALERT_OUTCOMES,
                    ALERT_CHANNELS,
                    ALERT_STATE,
                    PRICES,
                    PRICE_REQUESTS,
                    PRICE_STATUS,
                    DEAD_LETTERS,
                    AUDIT);

    /** Those that the price poller needs. */
    public static final List<Topic> OF_PRICES =
            List.of(PRICES, PRICE_REQUESTS, PRICE_STATUS, DEAD_LETTERS);

    private Topics() {}
}
