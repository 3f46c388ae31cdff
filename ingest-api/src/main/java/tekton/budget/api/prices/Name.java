package tekton.budget.api.prices;

import jakarta.servlet.http.HttpServletRequest;

import tekton.budget.api.totals.Query;
import tekton.budget.value.UsageBounds;

/**
 * A provider and a model, as a path names them.
 *
 * @param provider without a slash
 * @param model all the rest of the path, slashes included
 */
record Name(String provider, String model) {

    private static final int LENGTH_MAX =
            UsageBounds.NAME_LENGTH_MAX + 1 + UsageBounds.MODEL_LENGTH_MAX;

    /** The name behind {@code /prices/}. */
    static Name of(HttpServletRequest http) {
        String text = new Query(http).lastSegment("/prices/", LENGTH_MAX);
        int slash = text.indexOf('/');
        boolean named =
                slash > 0
                        && slash <= UsageBounds.NAME_LENGTH_MAX
                        && slash < text.length() - 1
                        && text.length() - slash - 1 <= UsageBounds.MODEL_LENGTH_MAX
                        && text.codePoints()
                                .noneMatch(
                                        c ->
                                                Character.isISOControl(c)
                                                        || (c >= 0xD800 && c <= 0xDFFF));
        if (!named) {
            throw Query.invalid(
                    "path",
                    "id",
                    text,
                    "a provider of at most %d characters, a slash, and a model of at most %d"
                            .formatted(UsageBounds.NAME_LENGTH_MAX, UsageBounds.MODEL_LENGTH_MAX));
        }
        return new Name(text.substring(0, slash), text.substring(slash + 1));
    }
}
