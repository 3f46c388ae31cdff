package tekton.budget.alert;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.BudgetEvent;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Where budget events are delivered.
 *
 * @param channelId its id
 * @param name what people call it
 * @param kind how events are delivered
 * @param url the target; null for a log
 * @param secrets what a webhook is signed with, the newest first; several while they are rotated
 * @param route which events
 * @param enabled false when nothing is delivered
 * @param disabledReason why not; null while enabled
 * @param createdAtMs when it was made, epoch milliseconds
 * @param updatedAtMs when it last changed
 */
public record Channel(
        String channelId,
        String name,
        ChannelKind kind,
        @Nullable String url,
        List<Secret> secrets,
        Route route,
        boolean enabled,
        @Nullable String disabledReason,
        long createdAtMs,
        long updatedAtMs) {

    /** The most secrets of a channel. */
    public static final int SECRETS_MAX = 4;

    /** How events are delivered. */
    public enum ChannelKind {
        /** JSON, signed by the Standard Webhooks scheme. */
        WEBHOOK,
        /** The JSON that Slack's incoming webhooks take. */
        SLACK,
        /** A line in the service's own log. */
        LOG;

        private final String wireName = name().toLowerCase(Locale.ROOT);

        /** The name on the wire. */
        public String wireName() {
            return wireName;
        }

        /** The kind of that name in any case. */
        public static Optional<ChannelKind> parse(String text) {
            for (ChannelKind kind : values()) {
                if (kind.wireName.equalsIgnoreCase(text)) {
                    return Optional.of(kind);
                }
            }
            return Optional.empty();
        }
    }

    /**
     * A key to sign with. Never shown.
     *
     * @param base64 the key's bytes
     */
    public record Secret(String base64) {
        @Override
        public String toString() {
            return "***";
        }
    }

    /**
     * Which events a channel takes: those that each part allows. An empty part allows all.
     *
     * @param severities the severities
     * @param types the types
     * @param budgets budget ids
     * @param owners owners of budgets
     */
    public record Route(
            List<BudgetEvent.Severity> severities,
            List<BudgetEvent.Type> types,
            List<String> budgets,
            List<String> owners) {

        /** Everything. */
        public static final Route ALL = new Route(List.of(), List.of(), List.of(), List.of());

        public Route {
            severities = List.copyOf(severities);
            types = List.copyOf(types);
            budgets = List.copyOf(budgets);
            owners = List.copyOf(owners);
        }

        /** True when it lets the event through. */
        public boolean takes(BudgetEvent event) {
            return allows(severities, event.severity())
                    && allows(types, event.type())
                    && allows(budgets, event.budgetId())
                    && allows(owners, event.owner());
        }

        private static <T> boolean allows(List<T> wanted, @Nullable T found) {
            return wanted.isEmpty() || (found != null && wanted.contains(found));
        }
    }

    public Channel {
        secrets = List.copyOf(secrets);
    }

    /** The same, disabled. */
    public Channel disabled(String reason, long atMs) {
        return new Channel(
                channelId,
                name,
                kind,
                url,
                secrets,
                route,
                false,
                reason,
                createdAtMs,
                changedAtMs(atMs));
    }

    /**
     * The time of a change that is made now: later than that of the one before, also when both fall
     * into a millisecond or a clock runs behind, because it tells the two states apart.
     */
    public long changedAtMs(long nowMs) {
        return Math.max(nowMs, updatedAtMs + 1);
    }
}
