package tekton.budget.bench.crash;

/**
 * In whose words a record is told. What is told in one stays so when it is sent again: another
 * telling of the same call would be a conflict.
 */
enum Wording {
    /** Budget's own, every field that there is. */
    OWN(""),
    /** The same, always with a time: what comes by a topic would get that of its append. */
    TIMED(""),
    /** The arguments of a tool. */
    TOOL(""),
    /** OpenAI's answer. */
    ANSWER("openai:"),
    /** LiteLLM's log. */
    PROXY("litellm:"),
    /** A span of OpenTelemetry. */
    SPAN("otel:");

    private final String prefix;

    Wording(String prefix) {
        this.prefix = prefix;
    }

    /** The id of the record that becomes of it. */
    String recordId(String id) {
        return prefix + id;
    }

    /**
     * The number in a record's id.
     *
     * @param end the first number that nobody has used
     * @return negative for an id that no sender of this seed has given
     */
    static long numberOf(String recordId, long seed, long end) {
        String own = Traffic.idPrefix(seed);
        for (Wording wording : values()) {
            String begin = wording.recordId(own);
            if (recordId.startsWith(begin)) {
                String digits = recordId.substring(begin.length());
                boolean isNumber = digits.matches("0|[1-9][0-9]{0,17}");
                long number = isNumber ? Long.parseLong(digits) : -1;
                return number < end ? number : -1;
            }
        }
        return -1;
    }
}
