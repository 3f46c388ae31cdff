package tekton.budget.codec;

import org.jspecify.annotations.Nullable;

import tekton.budget.codec.FieldProblem.ProblemKind;
import tekton.budget.ledger.Metadata;
import tekton.budget.value.Money;
import tekton.budget.value.Shown;
import tekton.budget.value.UsageBounds;
import tekton.budget.value.WholeNumber;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The fields of one JSON object from a client, off the hot path. Names are snake_case or camelCase;
 * unknown ones are ignored, unless {@link #refuseUnknown} is called; of a repeated one the last
 * counts; null and empty text are absent.
 *
 * <p>Each getter checks one field. What is wrong with it is kept in {@link #problems}, so that a
 * client hears of everything at once, and the getter answers as if the field were absent. Not
 * thread-safe.
 */
public final class JsonFields {

    private static final int NUMBER_LENGTH_MAX = 64;

    /** Beyond it a number is of no use here, and its plain digits could fill the memory. */
    private static final int EXPONENT_MAX = 64;

    private static final long TIME_MAX_MS = 253_402_300_799_999L;

    private static final int DATE_LENGTH = "2026-05-01".length();

    private final Map<String, Value> values = new HashMap<>();
    private final SortedSet<String> asked = new TreeSet<>();
    private final SortedMap<String, String> taken = new TreeMap<>();
    private final List<FieldProblem> problems = new ArrayList<>();

    /** A value: its text if it is plain, else the object, or the list if it is one of texts. */
    private record Value(
            JsonToken token,
            String text,
            @Nullable MetadataCopy object,
            @Nullable List<String> texts) {}

    private JsonFields() {}

    /** A body that is no JSON object. The message says what is wrong and where. */
    public static final class UnreadableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnreadableException(String message) {
            super(message);
        }
    }

    /** An object without fields. */
    public static JsonFields none() {
        return new JsonFields();
    }

    /**
     * Reads a body that is one JSON object.
     *
     * @throws UnreadableException if it is not
     */
    public static JsonFields read(byte[] body) throws UnreadableException {
        if (!ClientJson.isUtf8(body, 0, body.length)) {
            throw new UnreadableException(ClientJson.NOT_UTF8);
        }
        JsonFields fields = new JsonFields();
        try (JsonParser parser = ClientJson.parser(body, 0, body.length)) {
            JsonToken first = parser.nextToken();
            if (first != JsonToken.START_OBJECT) {
                throw new UnreadableException(
                        "%s (expected: a JSON object)"
                                .formatted(
                                        first == null ? "empty" : "a JSON " + JsonShape.of(first)));
            }
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                fields.values.put(snakeCase(name), value(parser));
            }
            if (parser.nextToken() != null) {
                throw new UnreadableException("more data behind the JSON object");
            }
        } catch (JacksonException e) {
            throw new UnreadableException(ClientJson.whereAndWhat(e));
        }
        return fields;
    }

    /** Text of at most so many characters; null when absent. */
    public @Nullable String text(String name, int lengthMax) {
        String text = rawText(name, lengthMax);
        return text == null ? null : take(name, text, quoted(text));
    }

    /** Text of at most so many characters that may have several lines; null when absent. */
    public @Nullable String prose(String name, int lengthMax) {
        Value value = asked(name);
        if (value == null || value.token() != JsonToken.VALUE_STRING) {
            return text(name, lengthMax);
        }
        String text = value.text();
        String oneLine = text.replace('\n', ' ').replace('\r', ' ').replace('\t', ' ');
        FieldProblem problem = TextRules.problem(name, oneLine, lengthMax);
        if (problem != null) {
            problems.add(problem);
            return null;
        }
        return text.isEmpty() ? null : take(name, text, quoted(text));
    }

    /** Text that must be there; empty when it is not, or wrong. */
    public String requiredText(String name, int lengthMax) {
        int before = problems.size();
        String text = text(name, lengthMax);
        if (text == null) {
            if (problems.size() == before) {
                missing(name, TextRules.expected(lengthMax));
            }
            return "";
        }
        return text;
    }

    /** An integer within bounds; null when absent. */
    public @Nullable Long integer(String name, long min, long max) {
        Value value = asked(name);
        if (value == null) {
            return null;
        }
        String expected = "an integer from %d to %d".formatted(min, max);
        Long number = isNumber(value) ? WholeNumber.parse(value.text()) : null;
        if (number == null) {
            refuse(name, ProblemKind.SHAPE, expected);
            return null;
        }
        if (number < min || number > max) {
            refuse(name, ProblemKind.BOUND, expected);
            return null;
        }
        return take(name, number, Long.toString(number));
    }

    /** A number of any size that makes sense; null when absent. */
    public @Nullable BigDecimal decimal(String name, String expected) {
        Value value = asked(name);
        if (value == null) {
            return null;
        }
        if (!isNumber(value)) {
            refuse(name, ProblemKind.SHAPE, expected);
            return null;
        }
        BigDecimal number = number(value.text());
        if (number == null) {
            refuse(name, ProblemKind.BOUND, expected);
            return null;
        }
        return take(name, number, number.toPlainString());
    }

    /** An amount of money from 0 to a most, to the pico-dollar; null when absent. */
    public @Nullable Money money(String name, Money most) {
        String expected =
                "a number of dollars from 0 to %s with at most %d decimal places"
                        .formatted(most, Money.SCALE);
        BigDecimal number = decimal(name, expected);
        if (number == null) {
            return null;
        }
        if (number.signum() < 0
                || number.scale() > Money.SCALE
                || number.compareTo(most.toBigDecimal()) > 0) {
            refuse(name, ProblemKind.BOUND, expected);
            return null;
        }
        return Money.parse(number.toPlainString());
    }

    /** A boolean; null when absent. */
    public @Nullable Boolean flag(String name) {
        Value value = asked(name);
        if (value == null) {
            return null;
        }
        if (value.token() != JsonToken.VALUE_TRUE && value.token() != JsonToken.VALUE_FALSE) {
            refuse(name, ProblemKind.SHAPE, "true or false");
            return null;
        }
        return take(name, value.token() == JsonToken.VALUE_TRUE, value.text());
    }

    /** One of a set of named values; null when absent. */
    public <E> @Nullable E oneOf(
            String name,
            Function<String, Optional<E>> parse,
            Function<E, String> wireName,
            String expected) {
        String text = rawText(name, UsageBounds.NAME_LENGTH_MAX);
        if (text == null) {
            return null;
        }
        Optional<E> found = parse.apply(text);
        if (found.isEmpty()) {
            refuse(name, ProblemKind.RULE, expected);
            return null;
        }
        return take(name, found.get(), quoted(wireName.apply(found.get())));
    }

    /** One of a set of named values that must be there; null when it is not, or wrong. */
    public <E> @Nullable E requiredOneOf(
            String name,
            Function<String, Optional<E>> parse,
            Function<E, String> wireName,
            String expected) {
        int before = problems.size();
        E found = oneOf(name, parse, wireName, expected);
        if (found == null && problems.size() == before) {
            missing(name, expected);
        }
        return found;
    }

    /** When something is or begins, epoch milliseconds: a date is its first instant. */
    public @Nullable Long timeMs(String name) {
        return timeMs(name, Duration.ZERO);
    }

    /** When something ends, epoch milliseconds: a date is included whole. Null when absent. */
    public @Nullable Long endMs(String name) {
        return timeMs(name, Duration.ofDays(1));
    }

    private @Nullable Long timeMs(String name, Duration partOfDate) {
        String text = rawText(name, UsageBounds.NAME_LENGTH_MAX);
        if (text == null) {
            return null;
        }
        Long ms = Timestamps.parseMs(text);
        if (ms == null || ms > TIME_MAX_MS) {
            refuse(name, ProblemKind.SHAPE, Timestamps.EXPECTED);
            return null;
        }
        long time = text.length() == DATE_LENGTH ? ms + partOfDate.toMillis() : ms;
        return take(name, time, Long.toString(time));
    }

    /** An object within the bounds of a usage record's metadata; null when absent. */
    public @Nullable Metadata metadata(String name) {
        Value value = asked(name);
        if (value == null) {
            return null;
        }
        if (value.object() == null) {
            refuse(name, ProblemKind.SHAPE, "a JSON object");
            return null;
        }
        FieldProblem problem = value.object().problem(name);
        if (problem != null) {
            problems.add(problem);
            return null;
        }
        String json = value.object().text();
        return take(name, new Metadata(json), json);
    }

    /** A list of so many texts at most, each of at most so many characters; null when absent. */
    public @Nullable List<String> texts(String name, int countMax, int lengthMax) {
        return texts(name, countMax, lengthMax, UnaryOperator.identity());
    }

    /** The same, but what is wrong with them is never shown: they are secret. */
    public @Nullable List<String> secretTexts(String name, int countMax, int lengthMax) {
        return texts(name, countMax, lengthMax, _ -> Shown.described("not shown"));
    }

    private @Nullable List<String> texts(
            String name, int countMax, int lengthMax, UnaryOperator<Shown> showing) {
        Value value = asked(name);
        if (value == null) {
            return null;
        }
        String expected =
                "at most %d texts of 1 to %d characters without control characters"
                        .formatted(countMax, lengthMax);
        List<String> texts = value.texts();
        if (texts == null) {
            refuse(name, ProblemKind.SHAPE, showing.apply(shown(value)), expected);
            return null;
        }
        if (texts.size() > countMax) {
            refuse(name, ProblemKind.BOUND, Shown.described(texts.size() + " texts"), expected);
            return null;
        }
        for (String text : texts) {
            if (text.isEmpty() || TextRules.problem(name, text, lengthMax) != null) {
                refuse(name, ProblemKind.BOUND, showing.apply(Shown.text(text)), expected);
                return null;
            }
        }
        JsonBytes json = new JsonBytes(256).open('[');
        texts.forEach(json::string);
        return take(name, texts, json.close(']').toString());
    }

    /** True when the field is there, be it right or wrong. */
    public boolean has(String name) {
        return asked(name) != null;
    }

    /** True when the object names the field and says null. */
    public boolean isNull(String name) {
        return asked(name) == null && values.containsKey(name);
    }

    /** Keeps that a required field is missing. */
    public void missing(String name, String expected) {
        problems.add(FieldProblem.missing(name, expected));
    }

    /** Keeps that a field is wrong, which is there, and shows it as it was sent. */
    public void refuse(String name, ProblemKind kind, String expected) {
        refuse(name, kind, shown(Objects.requireNonNull(values.get(name), name)), expected);
    }

    /** Keeps that a field is wrong, and what of it. */
    public void refuse(String name, ProblemKind kind, Shown value, String expected) {
        taken.remove(name);
        problems.add(FieldProblem.of(kind, name, value, expected));
    }

    /**
     * Refuses every field that is there and that nobody has asked for: a misspelt one would be left
     * out, and what it limits with it.
     *
     * @param unused fields that clients send and that change nothing
     */
    public void refuseUnknown(Set<String> unused) {
        SortedSet<String> unknown = new TreeSet<>(values.keySet());
        unknown.removeAll(asked);
        unknown.removeAll(unused);
        unknown.removeIf(name -> present(name) == null);
        for (String name : unknown) {
            refuse(name, ProblemKind.SHAPE, "no such field; there are " + String.join(", ", asked));
        }
    }

    /** Everything that is wrong with the fields that were asked for. */
    public List<FieldProblem> problems() {
        return Collections.unmodifiableList(problems);
    }

    /** Every field that was asked for and is there, as JSON in one form for one meaning. */
    public SortedMap<String, String> taken() {
        return Collections.unmodifiableSortedMap(taken);
    }

    private static Value value(JsonParser parser) {
        JsonToken token = parser.nextToken();
        if (token == JsonToken.START_OBJECT) {
            return new Value(token, "", new MetadataCopy(parser), null);
        }
        if (token == JsonToken.START_ARRAY) {
            return new Value(token, "", null, listOfTexts(parser));
        }
        return new Value(token, parser.getString(), null, null);
    }

    /** The array that begins here; null when something else than text is in it. */
    private static @Nullable List<String> listOfTexts(JsonParser parser) {
        List<String> texts = new ArrayList<>();
        boolean onlyTexts = true;
        for (JsonToken token = parser.nextToken();
                token != JsonToken.END_ARRAY;
                token = parser.nextToken()) {
            onlyTexts &= token == JsonToken.VALUE_STRING;
            if (onlyTexts) {
                texts.add(parser.getString());
            }
            parser.skipChildren();
        }
        return onlyTexts ? List.copyOf(texts) : null;
    }

    private @Nullable Value asked(String name) {
        asked.add(name);
        return present(name);
    }

    private @Nullable Value present(String name) {
        Value value = values.get(name);
        return value == null || value.token() == JsonToken.VALUE_NULL ? null : value;
    }

    private @Nullable String rawText(String name, int lengthMax) {
        Value value = asked(name);
        if (value == null) {
            return null;
        }
        if (value.token() != JsonToken.VALUE_STRING) {
            refuse(name, ProblemKind.SHAPE, TextRules.expected(lengthMax));
            return null;
        }
        FieldProblem problem = TextRules.problem(name, value.text(), lengthMax);
        if (problem != null) {
            problems.add(problem);
            return null;
        }
        return value.text().isEmpty() ? null : value.text();
    }

    private <T> T take(String name, T value, String json) {
        taken.put(name, json);
        return value;
    }

    private static @Nullable BigDecimal number(String text) {
        if (text.length() > NUMBER_LENGTH_MAX) {
            return null;
        }
        try {
            BigDecimal number = new BigDecimal(text).stripTrailingZeros();
            return Math.abs(number.scale()) > EXPONENT_MAX ? null : number;
        } catch (NumberFormatException exponentTooLarge) {
            return null;
        }
    }

    private static boolean isNumber(Value value) {
        return value.token() == JsonToken.VALUE_NUMBER_INT
                || value.token() == JsonToken.VALUE_NUMBER_FLOAT;
    }

    private static Shown shown(Value value) {
        return JsonShape.shown(value.token(), value.text());
    }

    private static String quoted(String text) {
        return new JsonBytes(text.length() + 2).string(text).toString();
    }

    private static String snakeCase(String name) {
        boolean plain = name.chars().noneMatch(c -> c >= 'A' && c <= 'Z');
        if (plain) {
            return name;
        }
        StringBuilder snake = new StringBuilder(name.length() + 4);
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                snake.append('_');
            }
            snake.append(c);
        }
        return snake.toString().toLowerCase(Locale.ROOT);
    }
}
