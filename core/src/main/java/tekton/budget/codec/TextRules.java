package tekton.budget.codec;

import org.jspecify.annotations.Nullable;

import tekton.budget.codec.FieldProblem.ProblemKind;
import tekton.budget.value.Shown;

/** What a text from a client must be, whichever field it stands in. */
final class TextRules {

    private TextRules() {}

    /** What is wrong with a text, or null. */
    static @Nullable FieldProblem problem(String field, String text, int lengthMax) {
        if (text.length() > lengthMax) {
            return FieldProblem.of(
                    ProblemKind.BOUND, field, Shown.tooLong(text), expected(lengthMax));
        }
        return isClean(text)
                ? null
                : FieldProblem.of(
                        ProblemKind.SHAPE,
                        field,
                        Shown.text(text),
                        "text without control characters or half surrogates");
    }

    static String expected(int lengthMax) {
        return "text of 1 to %d characters".formatted(lengthMax);
    }

    /**
     * Control characters are refused because stores and fingerprints separate texts by zero bytes;
     * half surrogates because two different ones become the same UTF-8.
     */
    private static boolean isClean(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == 0x7F) {
                return false;
            }
            if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }
}
