package tekton.budget.catalogue;

import tekton.budget.codec.PriceCodec;
import tekton.budget.event.PricePublished;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;

/**
 * The prices that Budget knows without asking anyone, from {@code built-in-prices.json}: the seed
 * prices of Tekton's Budget, and the public prices of the main providers as of the date in the
 * file. They hold from the epoch, so that no usage is unpriced only because it is old.
 */
public final class BuiltInPrices {

    /** The source that they name. */
    public static final String SOURCE = "built-in";

    private static final String RESOURCE = "built-in-prices.json";

    private BuiltInPrices() {}

    /** All of them. */
    public static List<PricePublished> load() {
        try (InputStream in = BuiltInPrices.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + ": not in the jar");
            }
            return PriceCodec.readList(in.readAllBytes(), Instant.EPOCH, SOURCE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
