package tekton.budget.alert;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.BudgetEvent;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What became of an event or of a request. The latest of each {@link #key} holds. */
public sealed interface AlertOutcome {

    /** Its key in the topic. */
    String key();

    /**
     * Somebody has seen an event.
     *
     * @param by who
     * @param atMs when, epoch milliseconds
     */
    record Acknowledged(String eventId, String by, long atMs) implements AlertOutcome {
        @Override
        public String key() {
            return "acknowledged/" + eventId;
        }
    }

    /**
     * Until when nobody wants to see an event.
     *
     * @param untilMs epoch milliseconds; null when it was ended
     * @param atMs when it was asked for
     */
    record Snoozed(String eventId, @Nullable Long untilMs, long atMs) implements AlertOutcome {
        @Override
        public String key() {
            return "snoozed/" + eventId;
        }
    }

    /**
     * How the delivery of an event to a channel stands.
     *
     * @param deliveryId the event's id, a slash and the channel's; when it was asked for again also
     *     a slash and the id of that request
     * @param event the event; null once there is nothing left to do
     * @param state where it is
     * @param attempts the newest attempts, oldest first, at most {@link #ATTEMPTS_MAX}
     * @param tries how many attempts were made
     * @param nextAtMs when the next attempt is due, epoch milliseconds; null when there is none
     */
    record Delivery(
            String deliveryId,
            String eventId,
            String channelId,
            @Nullable BudgetEvent event,
            DeliveryState state,
            List<DeliveryAttempt> attempts,
            int tries,
            @Nullable Long nextAtMs)
            implements AlertOutcome {

        /** The most attempts that are kept. */
        public static final int ATTEMPTS_MAX = 20;

        /** Where a delivery is. */
        public enum DeliveryState {
            /** Not delivered yet. */
            PENDING,
            /** The target has taken it. */
            DELIVERED,
            /** The attempts are used up, or the channel is disabled. */
            FAILED;

            private final String wireName = name().toLowerCase(Locale.ROOT);

            /** The name on the wire. */
            public String wireName() {
                return wireName;
            }
        }

        /**
         * One attempt.
         *
         * @param atMs when it ended, epoch milliseconds
         * @param status the HTTP status; null when there was no answer
         * @param message what happened, in one sentence
         */
        public record DeliveryAttempt(long atMs, @Nullable Integer status, String message) {}

        public Delivery {
            attempts = withSharedMessages(attempts);
        }

        /**
         * Attempts in a row mostly fail alike. They hold one text then: tens of thousands of
         * deliveries are kept, and each was read from bytes.
         */
        private static List<DeliveryAttempt> withSharedMessages(List<DeliveryAttempt> attempts) {
            List<DeliveryAttempt> shared = new ArrayList<>(attempts.size());
            for (DeliveryAttempt attempt : attempts) {
                String before = shared.isEmpty() ? "" : shared.getLast().message();
                shared.add(
                        attempt.message().equals(before)
                                ? new DeliveryAttempt(attempt.atMs(), attempt.status(), before)
                                : attempt);
            }
            return List.copyOf(shared);
        }

        /** The same, for whom has the event elsewhere or does not deliver. */
        public Delivery withoutEvent() {
            return new Delivery(
                    deliveryId, eventId, channelId, null, state, attempts, tries, nextAtMs);
        }

        @Override
        public String key() {
            return "delivery/" + deliveryId;
        }
    }

    /**
     * A request is done.
     *
     * @param code how it went
     * @param message one sentence for whoever asked
     * @param eventIds the events that it made
     */
    record RequestAnswered(
            String requestId,
            int partition,
            AnswerCode code,
            String message,
            List<String> eventIds,
            long atMs)
            implements AlertOutcome {

        /** How a request went. */
        public enum AnswerCode {
            DONE,
            /** There is no such channel. */
            CHANNEL_NOT_FOUND,
            /** The channel cannot take another delivery now, or is disabled. */
            CHANNEL_UNAVAILABLE,
            /** A test delivery failed; the message says how. */
            DELIVERY_FAILED,
            /** There are as many channels as there may be. */
            TOO_MANY,
            /** The channel is not any more what the change was made from. */
            CHANNEL_CHANGED;

            private final String wireName = name().toLowerCase(Locale.ROOT);

            /** The name on the wire. */
            public String wireName() {
                return wireName;
            }
        }

        public RequestAnswered {
            eventIds = List.copyOf(eventIds);
        }

        @Override
        public String key() {
            return "answer/" + requestId + '/' + partition;
        }
    }
}
