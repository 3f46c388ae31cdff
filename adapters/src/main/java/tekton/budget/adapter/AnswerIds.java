package tekton.budget.adapter;

import org.jspecify.annotations.Nullable;

import java.util.regex.Pattern;

/** Ids that servers give to their answers, and those of them that tell no answer from another. */
public final class AnswerIds {

    /**
     * Ollama draws the number of a chat or a completion below 999, and that of a response below
     * 999,999 ({@code middleware/openai.go}, {@code rand.Intn}); servers modelled on it draw up to
     * six digits for each. OpenAI's own ids are longer and have letters.
     */
    private static final Pattern DRAWN = Pattern.compile("(?:(?:chat)?cmpl-|resp_)\\d{1,6}");

    private AnswerIds() {}

    /** Whether other answers of the same server soon have this id too. */
    public static boolean isReused(@Nullable String id) {
        return id != null && DRAWN.matcher(id).matches();
    }

    /** The id if it tells its answer from all others; else null. */
    public static @Nullable String unique(@Nullable String id) {
        return isReused(id) ? null : id;
    }
}
