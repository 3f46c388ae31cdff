package tekton.budget.codec;

import tekton.budget.codec.FieldProblem.ProblemKind;
import tekton.budget.value.Shown;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.TokenDetails;
import tekton.budget.value.UsageBounds;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The tokens of one usage record while it is read: counts as they come, then their rules. */
final class TokenDraft {

    private static final String EXPECTED = "an integer from 0 to " + UsageBounds.TOKENS_MAX;

    /** The parts of the input, in the order in which one too many is found. */
    private static final List<UsageField> INPUT_PARTS =
            List.of(
                    UsageField.CACHED_INPUT_TOKENS,
                    UsageField.CACHE_WRITE_TOKENS,
                    UsageField.AUDIO_INPUT_TOKENS,
                    UsageField.IMAGE_INPUT_TOKENS);

    private static final List<UsageField> OUTPUT_PARTS =
            List.of(
                    UsageField.REASONING_TOKENS,
                    UsageField.AUDIO_OUTPUT_TOKENS,
                    UsageField.IMAGE_OUTPUT_TOKENS);

    private final Map<UsageField, FieldProblem> problems;
    private final Map<UsageField, Long> counts = new EnumMap<>(UsageField.class);
    private boolean exclusive;
    private boolean hasInput;
    private boolean hasOutput;

    /** What is wrong is put into {@code problems}. */
    TokenDraft(Map<UsageField, FieldProblem> problems) {
        this.problems = problems;
    }

    /** Whether the input is meant without its cached and cache write parts. */
    void exclusive(boolean exclusive) {
        this.exclusive = exclusive;
    }

    /** Takes the parser's current value as that field's. */
    void read(UsageField field, JsonParser parser) {
        boolean present = readCount(field, parser);
        if (field == UsageField.INPUT_TOKENS) {
            hasInput = present;
        } else if (field == UsageField.OUTPUT_TOKENS) {
            hasOutput = present;
        }
    }

    /** Takes a count that is known already. */
    void take(UsageField field, long count) {
        if (count < 0 || count > UsageBounds.TOKENS_MAX) {
            problems.put(field, problem(ProblemKind.BOUND, field, Shown.number(count), EXPECTED));
        } else {
            counts.put(field, count);
        }
        hasInput |= field == UsageField.INPUT_TOKENS;
        hasOutput |= field == UsageField.OUTPUT_TOKENS;
    }

    /** Checks what needs no other field. */
    void requireWholes() {
        require(UsageField.INPUT_TOKENS, hasInput);
        require(UsageField.OUTPUT_TOKENS, hasOutput);
    }

    /** Makes an exclusive input inclusive and checks every part against its whole. */
    void checkParts() {
        if (exclusive) {
            includeCache();
        }
        if (!problems.isEmpty()) {
            return;
        }
        checkParts(UsageField.INPUT_TOKENS, INPUT_PARTS);
        checkParts(UsageField.OUTPUT_TOKENS, OUTPUT_PARTS);
        if (count(UsageField.CACHE_WRITE_1H_TOKENS) > count(UsageField.CACHE_WRITE_TOKENS)) {
            refuse(
                    UsageField.CACHE_WRITE_1H_TOKENS,
                    "at most cache_write_tokens, " + count(UsageField.CACHE_WRITE_TOKENS));
        }
    }

    /** The counts, once nothing is wrong with them. */
    TokenCounts counts() {
        return new TokenCounts(
                count(UsageField.INPUT_TOKENS),
                count(UsageField.OUTPUT_TOKENS),
                count(UsageField.CACHED_INPUT_TOKENS),
                count(UsageField.CACHE_WRITE_TOKENS),
                count(UsageField.REASONING_TOKENS));
    }

    /** The details, once nothing is wrong with them. */
    TokenDetails details() {
        long cacheWrite1h = count(UsageField.CACHE_WRITE_1H_TOKENS);
        long audioInput = count(UsageField.AUDIO_INPUT_TOKENS);
        long audioOutput = count(UsageField.AUDIO_OUTPUT_TOKENS);
        long imageInput = count(UsageField.IMAGE_INPUT_TOKENS);
        long imageOutput = count(UsageField.IMAGE_OUTPUT_TOKENS);
        // Counts are at least 0: together they are 0 for nearly every record.
        return (cacheWrite1h | audioInput | audioOutput | imageInput | imageOutput) == 0
                ? TokenDetails.NONE
                : new TokenDetails(cacheWrite1h, audioInput, audioOutput, imageInput, imageOutput);
    }

    /** True when there is a value, be it right or wrong. */
    private boolean readCount(UsageField field, JsonParser parser) {
        counts.remove(field);
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_NULL) {
            return false;
        }
        Long count = JsonShape.wholeNumber(parser);
        if (count == null) {
            problems.put(
                    field, problem(ProblemKind.SHAPE, field, JsonShape.shown(parser), EXPECTED));
            return true;
        }
        if (count < 0 || count > UsageBounds.TOKENS_MAX) {
            problems.put(
                    field, problem(ProblemKind.BOUND, field, JsonShape.shown(parser), EXPECTED));
        } else {
            counts.put(field, count);
        }
        return true;
    }

    private void require(UsageField field, boolean present) {
        if (!present) {
            problems.put(field, FieldProblem.missing(field.wireName(), EXPECTED));
        }
    }

    private void includeCache() {
        long input =
                count(UsageField.INPUT_TOKENS)
                        + count(UsageField.CACHED_INPUT_TOKENS)
                        + count(UsageField.CACHE_WRITE_TOKENS);
        if (input > UsageBounds.TOKENS_MAX) {
            problems.put(
                    UsageField.INPUT_TOKENS,
                    problem(
                            ProblemKind.BOUND,
                            UsageField.INPUT_TOKENS,
                            Shown.described(input + " with cached and cache write tokens"),
                            EXPECTED));
        } else {
            counts.put(UsageField.INPUT_TOKENS, input);
        }
    }

    /** Refuses the first part that does not fit beside those before it. */
    private void checkParts(UsageField whole, List<UsageField> parts) {
        long left = count(whole);
        for (UsageField part : parts) {
            left -= count(part);
            if (left < 0) {
                refuse(
                        part,
                        "with the parts beside it at most %s, %d"
                                .formatted(whole.wireName(), count(whole)));
                return;
            }
        }
    }

    private void refuse(UsageField part, String expected) {
        problems.put(part, problem(ProblemKind.RULE, part, Shown.number(count(part)), expected));
    }

    private long count(UsageField field) {
        return counts.getOrDefault(field, 0L);
    }

    private static FieldProblem problem(
            ProblemKind kind, UsageField field, Shown value, String expected) {
        return FieldProblem.of(kind, field.wireName(), value, expected);
    }
}
