package tekton.budget.event;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * One version in time of one provider and model's price, from one source; its terms are never
 * overwritten. It holds until the next version of the same provider and model begins.
 *
 * <p>An operator's versions ({@link #OPERATOR}) stand apart from all others: while one of them
 * holds, no other source's does, whenever that begins. It holds until the operator's next version
 * begins or until it is ended, which is said by publishing it again with {@code endsAt}.
 *
 * <p>A new version, and an end, should lie a few seconds ahead when they are published: then every
 * reader knows of them before they count, and what the edge answers is what the totals say.
 *
 * @param provider who serves the model; without a slash
 * @param model the model's name; may contain slashes
 * @param effectiveFrom from when it holds, UTC; built-in prices hold from the epoch
 * @param source who says so: lower-case letters, digits and dashes
 * @param terms what it costs
 * @param verified true when enough sources agree
 * @param endsAt when it stops to hold, though no other version of its source begins; null as a rule
 * @param sourceUrl where the source says so, at most {@link #URL_LENGTH_MAX} characters
 * @param raw the source's own figures as text, at most {@link #RAW_LENGTH_MAX} characters
 * @param figureSources whose the figures are that the source does not have, by {@link
 *     RateCell#path}: the source that has them, with provider and model where it has them under
 *     another name; none as a rule
 */
public record PricePublished(
        String provider,
        String model,
        Instant effectiveFrom,
        String source,
        PriceTerms terms,
        boolean verified,
        @Nullable Instant endsAt,
        @Nullable String sourceUrl,
        @Nullable String raw,
        SortedMap<String, String> figureSources) {

    /** The source of prices that an operator has set. It always wins. */
    public static final String OPERATOR = "operator";

    /** The most characters of {@code source_url}. */
    public static final int URL_LENGTH_MAX = 2_048;

    /** The most characters of {@code raw}. */
    public static final int RAW_LENGTH_MAX = 4_096;

    private static final Instant TIME_END = Instant.parse("+10000-01-01T00:00:00Z");

    private static final Pattern SOURCE = Pattern.compile("[a-z0-9-]{1,32}");

    public PricePublished {
        if (provider.isEmpty() || provider.indexOf('/') >= 0) {
            throw new IllegalArgumentException(
                    "provider: %s (expected: a name without a slash)".formatted(provider));
        }
        if (model.isEmpty()) {
            throw new IllegalArgumentException("model: empty (expected: a name)");
        }
        if (!SOURCE.matcher(source).matches()) {
            throw new IllegalArgumentException(
                    "source: %s (expected: 1 to 32 of a-z, 0-9 and -)".formatted(source));
        }
        checkTime("effective_from", effectiveFrom);
        if (endsAt != null) {
            checkTime("ends_at", endsAt);
        }
        if (endsAt != null && endsAt.isBefore(effectiveFrom)) {
            throw new IllegalArgumentException(
                    "ends_at: %s (expected: not before effective_from, %s)"
                            .formatted(endsAt, effectiveFrom));
        }
        checkLength("source_url", sourceUrl, URL_LENGTH_MAX);
        checkLength("raw", raw, RAW_LENGTH_MAX);
        figureSources = Collections.unmodifiableSortedMap(new TreeMap<>(figureSources));
    }

    /** A price whose figures are all its source's own. */
    public PricePublished(
            String provider,
            String model,
            Instant effectiveFrom,
            String source,
            PriceTerms terms,
            boolean verified,
            @Nullable Instant endsAt,
            @Nullable String sourceUrl,
            @Nullable String raw) {
        this(
                provider,
                model,
                effectiveFrom,
                source,
                terms,
                verified,
                endsAt,
                sourceUrl,
                raw,
                Collections.emptySortedMap());
    }

    /** A price of which no more is known than its rates. */
    public PricePublished(
            String provider,
            String model,
            Instant effectiveFrom,
            String source,
            Rates rates,
            boolean verified) {
        this(
                provider,
                model,
                effectiveFrom,
                source,
                PriceTerms.flat(rates),
                verified,
                null,
                null,
                null);
    }

    /** The rates of a request of ordinary size in the standard service tier. */
    public Rates rates() {
        return terms.standard().rates();
    }

    /** True when an operator has set it. */
    public boolean ofOperator() {
        return source.equals(OPERATOR);
    }

    /** The same version, ended. */
    public PricePublished endedAt(Instant endsAt) {
        return with(effectiveFrom, verified, endsAt);
    }

    /** The same version with another word on whether enough sources agree. */
    public PricePublished withVerified(boolean verified) {
        return with(effectiveFrom, verified, endsAt);
    }

    /** The same version with another word on whose the figures are. */
    public PricePublished withFigureSources(SortedMap<String, String> figureSources) {
        return new PricePublished(
                provider,
                model,
                effectiveFrom,
                source,
                terms,
                verified,
                endsAt,
                sourceUrl,
                raw,
                figureSources);
    }

    /** The same figures from another time on, unverified and without an end. */
    public PricePublished beginning(Instant from) {
        return with(from, false, null);
    }

    private PricePublished with(Instant from, boolean verified, @Nullable Instant endsAt) {
        return new PricePublished(
                provider,
                model,
                from,
                source,
                terms,
                verified,
                endsAt,
                sourceUrl,
                raw,
                figureSources);
    }

    /**
     * The version's identity, also its Kafka key: {@code provider/model@effective-from#source}. No
     * two versions share one: the first slash ends the provider, and neither an instant nor a
     * source contains {@code @} or {@code #}.
     */
    public String versionId() {
        return provider + '/' + model + '@' + effectiveFrom + '#' + source;
    }

    /**
     * Refuses what no price may begin or end at.
     *
     * @throws IllegalArgumentException naming the bounds
     */
    public static void checkTime(String name, Instant time) {
        if (time.isBefore(Instant.EPOCH) || !time.isBefore(TIME_END)) {
            throw new IllegalArgumentException(
                    "%s: %s (expected: from 1970 to 9999)".formatted(name, time));
        }
    }

    private static void checkLength(String name, @Nullable String text, int lengthMax) {
        if (text != null && text.length() > lengthMax) {
            throw new IllegalArgumentException(
                    "%s: %d characters (expected: at most %d)"
                            .formatted(name, text.length(), lengthMax));
        }
    }
}
