package tekton.budget.value;

/**
 * A stranger's value made fit for a message: as JSON, so that the text {@code "100"} is told from
 * the number {@code 100}; bounded; control characters, and others that nobody sees, escaped.
 *
 * @param json what the message says
 */
public record Shown(String json) {

    /** The most characters of a value that a message repeats. */
    static final int LENGTH_MAX = 64;

    /** A text, in quotes. */
    public static Shown text(String text) {
        return new Shown('"' + escaped(cut(text)) + '"');
    }

    /** A text that is too long, with its length. */
    public static Shown tooLong(String text) {
        return described(text(text).json + " of " + text.length() + " characters");
    }

    /** A number, or another value without quotes, as it was written. */
    public static Shown written(String json) {
        return new Shown(plain(json));
    }

    /** A number. */
    public static Shown number(long number) {
        return new Shown(Long.toString(number));
    }

    /** Words of our own about a value. */
    public static Shown described(String words) {
        return new Shown(words);
    }

    /**
     * A part of a request that has no JSON type, such as a query parameter: a number stands as it
     * is written, anything else in quotes.
     */
    public static Shown parameter(String value) {
        return WholeNumber.parse(value) == null ? text(value) : written(value);
    }

    /**
     * A stranger's words within a sentence, not as a value: bounded, without control characters.
     */
    public static String plain(String words) {
        return cut(words)
                .codePoints()
                .map(c -> isHidden(c) ? '\uFFFD' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    @Override
    public String toString() {
        return json;
    }

    private static String cut(String text) {
        if (text.length() <= LENGTH_MAX) {
            return text;
        }
        boolean inPair = Character.isHighSurrogate(text.charAt(LENGTH_MAX - 1));
        return text.substring(0, inPair ? LENGTH_MAX - 1 : LENGTH_MAX) + '…';
    }

    private static String escaped(String text) {
        StringBuilder json = new StringBuilder(text.length() + 8);
        text.codePoints()
                .forEach(
                        c -> {
                            switch (c) {
                                case '"', '\\' -> json.append('\\').append((char) c);
                                case '\n' -> json.append("\\n");
                                case '\r' -> json.append("\\r");
                                case '\t' -> json.append("\\t");
                                default -> {
                                    if (isHidden(c)) {
                                        for (char unit : Character.toChars(c)) {
                                            json.append("\\u%04x".formatted((int) unit));
                                        }
                                    } else {
                                        json.appendCodePoint(c);
                                    }
                                }
                            }
                        });
        return json.toString();
    }

    /** What does not show: controls, half surrogates, separators of lines, marks of direction. */
    private static boolean isHidden(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.SURROGATE,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    true;
            default -> false;
        };
    }
}
