package tekton.budget.event;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the price poller knows beside the prices. The latest of each {@link #key} counts; a key
 * without a value is over.
 */
public sealed interface PriceStatus {

    /** The Kafka key: the kind, a slash and the id. */
    String key();

    /**
     * A price that is not believed. While it is held, the price in force stays.
     *
     * @param id the same for the same figures of the same source, wherever and whenever found
     * @param source which source says so
     * @param faults why it is not believed, at least one
     * @param raw the source's own figures as text
     * @param proposed the version that a release would publish; null when it cannot be a price
     * @param inForce the version in force when it was found; null when there was none
     * @param foundAt when it was found first
     * @param state what has become of it
     * @param decidedAt when an operator decided; null while it is held
     */
    record Quarantined(
            String id,
            String provider,
            String model,
            String source,
            List<PriceFault> faults,
            String raw,
            @Nullable PricePublished proposed,
            @Nullable String inForce,
            Instant foundAt,
            QuarantineState state,
            @Nullable Instant decidedAt)
            implements PriceStatus {

        public Quarantined {
            faults = List.copyOf(faults);
        }

        @Override
        public String key() {
            return keyOf(id);
        }

        /** The key of the quarantined price of that id. */
        public static String keyOf(String id) {
            return "quarantine/" + id;
        }

        /** The same, decided. */
        public Quarantined decided(QuarantineState to, Instant at) {
            return new Quarantined(
                    id, provider, model, source, faults, raw, proposed, inForce, foundAt, to, at);
        }
    }

    /** What has become of a quarantined price. */
    enum QuarantineState {
        /** Nobody has decided yet. */
        HELD,
        /** An operator believes it. */
        RELEASED,
        /** An operator does not believe it. */
        REJECTED;

        private final String wireName = name().toLowerCase(Locale.ROOT);

        /** The name on the wire. */
        public String wireName() {
            return wireName;
        }
    }

    /**
     * Two sources that do not agree about one model.
     *
     * @param id the same for the same figures of the same sources
     * @param published the figures that hold
     * @param other the figures that differ from them
     * @param foundAt when it was found first
     */
    record Disagreement(
            String id,
            String provider,
            String model,
            QuotedPrice published,
            QuotedPrice other,
            Instant foundAt)
            implements PriceStatus {

        @Override
        public String key() {
            return "disagreement/" + id;
        }
    }

    /**
     * What one source says a token costs.
     *
     * @param source which one
     * @param inputPico pico-USD per input token
     * @param outputPico pico-USD per output token
     */
    record QuotedPrice(String source, long inputPico, long outputPico) {}

    /**
     * How a source did when it was asked last.
     *
     * @param source which one
     * @param location its address or path
     * @param failure why nothing new could be had from it; null when it could
     * @param askedAt when it was asked last
     * @param fetchedAt when the copy in use came from it; null when there is none
     * @param models how many prices that copy has
     * @param quarantined how many of its prices are held in quarantine
     * @param unread how many of its entries have no price that is understood
     * @param unsupportedClasses how many entries have each price class that is not read
     */
    record SourceState(
            String source,
            String location,
            @Nullable String failure,
            Instant askedAt,
            @Nullable Instant fetchedAt,
            int models,
            int quarantined,
            int unread,
            SortedMap<String, Integer> unsupportedClasses)
            implements PriceStatus {

        public SourceState {
            unsupportedClasses =
                    Collections.unmodifiableSortedMap(new TreeMap<>(unsupportedClasses));
        }

        @Override
        public String key() {
            return "source/" + source;
        }
    }

    /**
     * What has become of a request.
     *
     * @param requestId which one
     * @param outcome how far it is
     * @param refusal why it was refused; null when it was not
     * @param message one sentence
     * @param sources the sources that are or were asked; none unless that was asked for
     * @param price the version that was published or ended; null when there is none
     * @param published how many versions were published
     * @param at when it was answered
     */
    record PriceReply(
            String requestId,
            PriceOutcome outcome,
            @Nullable PriceRefusal refusal,
            String message,
            List<String> sources,
            @Nullable PricePublished price,
            int published,
            Instant at)
            implements PriceStatus {

        public PriceReply {
            sources = List.copyOf(sources);
            if ((outcome == PriceOutcome.REFUSED) != Objects.nonNull(refusal)) {
                throw new IllegalArgumentException(
                        "refusal: %s (expected: exactly when refused)".formatted(refusal));
            }
        }

        /** An answer that takes nothing. */
        public static PriceReply refused(
                String requestId, PriceRefusal refusal, String message, Instant at) {
            return new PriceReply(
                    requestId, PriceOutcome.REFUSED, refusal, message, List.of(), null, 0, at);
        }

        @Override
        public String key() {
            return keyOf(requestId);
        }

        /** The key of the answer to the request of that id. */
        public static String keyOf(String requestId) {
            return "reply/" + requestId;
        }
    }

    /** How far a request is. */
    enum PriceOutcome {
        /** Under way. */
        STARTED,
        /** Done. */
        DONE,
        /** Refused; nothing was changed. */
        REFUSED;

        private final String wireName = name().toLowerCase(Locale.ROOT);

        /** The name on the wire. */
        public String wireName() {
            return wireName;
        }
    }

    /** Why a request was refused. */
    enum PriceRefusal {
        /** There is no such thing. */
        UNKNOWN,
        /** It was decided otherwise before. */
        ALREADY_DECIDED,
        /** It cannot be a price. */
        NOT_RELEASABLE,
        /** The operator's file names the model, and it always wins. */
        FILE_DECIDES,
        /** A version that begins at that time says something else. */
        VERSION_EXISTS;

        private final String wireName = name().toLowerCase(Locale.ROOT);

        /** The name on the wire. */
        public String wireName() {
            return wireName;
        }
    }
}
