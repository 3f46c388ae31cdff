package tekton.budget.event;

import java.time.Instant;
import java.util.regex.Pattern;

/**
 * One version in time of one provider and model's rates, from one source; never overwritten. It
 * holds until the next version of the same provider and model begins.
 *
 * @param provider who serves the model; without a slash
 * @param model the model's name; may contain slashes
 * @param effectiveFrom from when it holds, UTC; built-in prices hold from the epoch
 * @param source who says so: lower-case letters, digits and dashes
 * @param rates the rates
 * @param verified true when enough sources agree
 */
public record PricePublished(
        String provider,
        String model,
        Instant effectiveFrom,
        String source,
        Rates rates,
        boolean verified) {

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
    }

    /**
     * The version's identity, also its Kafka key: {@code provider/model@effective-from#source}. No
     * two versions share one: the first slash ends the provider, and neither an instant nor a
     * source contains {@code @} or {@code #}.
     */
    public String versionId() {
        return provider + '/' + model + '@' + effectiveFrom + '#' + source;
    }
}
