package tekton.budget.adapter.otlp;

import org.jspecify.annotations.Nullable;

import tekton.budget.adapter.ForeignCall;
import tekton.budget.value.WholeNumber;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The attributes of one resource, span or log record that can say something of usage: texts of at
 * most {@value #TEXT_BYTES_MAX} bytes, numbers and truth values. Prompts and answers are longer, or
 * lists, and are not kept. The first {@value #COUNT_MAX} names are kept; the SDKs' own limit is
 * 128.
 *
 * <p>One thread.
 */
final class OtlpAttributes {

    static final int TEXT_BYTES_MAX = 8_192;
    static final int COUNT_MAX = 1_000;

    /** So many fit without growing. */
    private static final int COUNT_USUAL = 24;

    private static final int NUMBER_TEXT_MAX = 40;

    private final Map<String, Object> values = HashMap.newHashMap(COUNT_USUAL);
    private boolean cut;
    private @Nullable String fingerprint;

    /** A text, a long, a double or a boolean under a name. */
    void put(String name, Object value) {
        if (values.size() < COUNT_MAX) {
            values.put(name, value);
        } else {
            cut = true;
        }
    }

    /** Whether there were more than are kept, so that what matters may be missing. */
    boolean isCut() {
        return cut;
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    boolean hasAny(String... names) {
        for (String name : names) {
            if (has(name)) {
                return true;
            }
        }
        return false;
    }

    /** True if the value came as a text: Micrometer writes every number so. */
    boolean isText(String name) {
        return values.get(name) instanceof String;
    }

    /** The first of these that is there and not empty. */
    @Nullable String text(String... names) {
        for (String name : names) {
            Object value = values.get(name);
            if (value != null && !value.equals("")) {
                return value.toString();
            }
        }
        return null;
    }

    /** The first of these that is a whole number, also one in a text. */
    @Nullable Long count(String... names) {
        for (String name : names) {
            Long count = count(values.get(name));
            if (count != null) {
                return count;
            }
        }
        return null;
    }

    /** The same, and 0 where none is. */
    long countOrZero(String... names) {
        Long count = count(names);
        return count == null ? 0 : count;
    }

    /** All of them, in the order of their names. */
    Map<String, Object> sorted() {
        return new TreeMap<>(values);
    }

    /** The same for the same attributes, in any order and encoding; of no more to be put. */
    String fingerprint() {
        if (fingerprint == null) {
            fingerprint = ForeignCall.sha256(sorted().toString());
        }
        return fingerprint;
    }

    private static @Nullable Long count(@Nullable Object value) {
        return switch (value) {
            case Long number -> number;
            case Double number when number == Math.rint(number) && !number.isInfinite() ->
                    number.longValue();
            case String text when text.length() <= NUMBER_TEXT_MAX ->
                    WholeNumber.parse(text.strip());
            case null, default -> null;
        };
    }
}
