package tekton.budget.poller.feed;

import tekton.budget.value.UsageBounds;

import java.util.Comparator;
import java.util.Optional;

/**
 * Whose price it is.
 *
 * @param provider who serves the model; without a slash
 * @param model the model's name; may contain slashes
 */
public record ModelKey(String provider, String model) implements Comparable<ModelKey> {

    private static final Comparator<ModelKey> ORDER =
            Comparator.comparing(ModelKey::provider).thenComparing(ModelKey::model);

    /** The key, or empty when no usage record could ever name it. */
    public static Optional<ModelKey> of(String provider, String model) {
        boolean possible =
                isName(provider, UsageBounds.NAME_LENGTH_MAX)
                        && provider.indexOf('/') < 0
                        && isName(model, UsageBounds.MODEL_LENGTH_MAX);
        return possible ? Optional.of(new ModelKey(provider, model)) : Optional.empty();
    }

    private static boolean isName(String text, int lengthMax) {
        return !text.isEmpty()
                && text.length() <= lengthMax
                && text.codePoints()
                        .noneMatch(c -> Character.isISOControl(c) || (c >= 0xD800 && c <= 0xDFFF));
    }

    @Override
    public int compareTo(ModelKey other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return provider + '/' + model;
    }
}
