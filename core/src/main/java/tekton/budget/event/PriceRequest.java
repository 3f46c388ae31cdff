package tekton.budget.event;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What the price poller is asked for. It answers each with a {@link PriceStatus.PriceReply} of the
 * same id, once, however often the request is written.
 */
public sealed interface PriceRequest {

    /**
     * How far ahead a new version begins that names no time: everybody has read it by then, so that
     * what the edge answers is what the totals say.
     */
    Duration LEAD = Duration.ofSeconds(2);

    /** When what is decided now takes effect: on a full second. */
    static Instant begin(Instant now) {
        return now.plus(LEAD).plusNanos(999_999_999).truncatedTo(ChronoUnit.SECONDS);
    }

    /** Names the request; also its Kafka key. */
    String requestId();

    /** Ask every source now. */
    record Update(String requestId) implements PriceRequest {}

    /** A quarantined price is right after all: publish it. */
    record ReleasePrice(String requestId, String quarantineId) implements PriceRequest {}

    /** A quarantined price is wrong: never publish it, and do not ask again. */
    record Reject(String requestId, String quarantineId) implements PriceRequest {}

    /**
     * An operator's price.
     *
     * @param price a version of source {@link PricePublished#OPERATOR}
     */
    record SetPrice(String requestId, PricePublished price) implements PriceRequest {}

    /** The end of an operator's price: the sources' holds again. */
    record EndPrice(String requestId, String provider, String model) implements PriceRequest {}
}
