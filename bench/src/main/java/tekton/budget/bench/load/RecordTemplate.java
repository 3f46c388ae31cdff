package tekton.budget.bench.load;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;

/**
 * Usage records of one size that differ in a few digits, so that making the next one costs a copy
 * and some stores: the generator shares its cores with what it measures. Stateless; any thread.
 */
public final class RecordTemplate {

    /** The size of the records of the published probes, in bytes. */
    public static final int DEFAULT_SIZE = 336;

    static final int ID_DIGITS = 12;
    static final int CONTEXT_DIGITS = 6;
    static final int COMPONENT_DIGITS = 2;
    static final int BUDGET_DIGITS = 4;
    private static final int INPUT_MIN = 1_000;
    private static final int INPUT_DIGITS = 4;
    private static final int OUTPUT_MIN = 100;
    private static final int OUTPUT_DIGITS = 3;

    private final Population population;
    private final String run;
    private final byte[] template;
    private final byte[] contextKey;
    private final int id;
    private final int context;
    private final int component;
    private final int budget;
    private final int input;
    private final int output;

    /**
     * @param run makes ids, contexts, components and budgets differ from those of other runs
     * @param size bytes of each record
     * @throws IllegalArgumentException if {@code size} is too small to hold the fields
     */
    public RecordTemplate(String run, Population population, int size) {
        this.population = population;
        this.run = run;
        String text =
                ("{\"record_id\":\"%s-#I\",\"context_id\":\"%s-ctx-#C\",\"component\":\"%s-cmp-#P\""
                     + ",\"provider\":\"openai\",\"model\":\"gpt-4o\",\"task_type\":\"chat\""
                     + ",\"budget_id\":\"%s-bud-#B\",\"input_tokens\":#N,"
                     + "\"output_tokens\":#O,\"timestamp\":\"%s\",\"metadata\":{\"note\":\"#F\"}}")
                        .formatted(
                                run,
                                run,
                                run,
                                run,
                                Instant.now().truncatedTo(ChronoUnit.SECONDS).minusSeconds(1))
                        .replace("#I", "0".repeat(ID_DIGITS))
                        .replace("#C", "0".repeat(CONTEXT_DIGITS))
                        .replace("#P", "0".repeat(COMPONENT_DIGITS))
                        .replace("#B", "0".repeat(BUDGET_DIGITS))
                        .replace("#N", String.valueOf(INPUT_MIN))
                        .replace("#O", String.valueOf(OUTPUT_MIN));
        int filler = size - (text.length() - 2);
        if (filler < 0) {
            throw new IllegalArgumentException(
                    "size: %d (expected: at least %d)".formatted(size, text.length() - 2));
        }
        text = text.replace("#F", "x".repeat(filler));
        template = text.getBytes(StandardCharsets.US_ASCII);
        id = text.indexOf("record_id") + "record_id\":\"".length() + run.length() + 1;
        context = text.indexOf("-ctx-") + 5;
        component = text.indexOf("-cmp-") + 5;
        budget = text.indexOf("-bud-") + 5;
        input = text.indexOf("input_tokens\":") + "input_tokens\":".length();
        output = text.indexOf("output_tokens\":") + "output_tokens\":".length();
        contextKey =
                Arrays.copyOfRange(
                        template,
                        context - run.length() - "-ctx-".length(),
                        context + CONTEXT_DIGITS);
    }

    /** Bytes of each record. */
    public int size() {
        return template.length;
    }

    /** Writes a record into a buffer. */
    public void write(long sequence, byte[] target, int offset) {
        System.arraycopy(template, 0, target, offset, template.length);
        change(sequence, target, offset);
    }

    /** Makes the record that stands there into that of a sequence number. */
    void change(long sequence, byte[] target, int offset) {
        digits(sequence, ID_DIGITS, target, offset + id);
        digits(population.contextOf(sequence), CONTEXT_DIGITS, target, offset + context);
        digits(population.componentOf(sequence), COMPONENT_DIGITS, target, offset + component);
        digits(population.budgetOf(sequence), BUDGET_DIGITS, target, offset + budget);
        digits(inputTokens(sequence), INPUT_DIGITS, target, offset + input);
        digits(outputTokens(sequence), OUTPUT_DIGITS, target, offset + output);
    }

    /** The Kafka key: the context id. */
    public byte[] key(long sequence) {
        byte[] key = contextKey.clone();
        digits(population.contextOf(sequence), CONTEXT_DIGITS, key, key.length - CONTEXT_DIGITS);
        return key;
    }

    /** The id of a budget, from 0. */
    public String budgetId(int index) {
        return "%s-bud-%04d".formatted(run, index);
    }

    /** The id of a component, from 0. */
    public String componentId(int index) {
        return "%s-cmp-%02d".formatted(run, index);
    }

    /** The id of a context, from 0. */
    public String contextId(int index) {
        return "%s-ctx-%06d".formatted(run, index);
    }

    /** Who takes part. */
    public Population population() {
        return population;
    }

    /** Begins every id of it. */
    String run() {
        return run;
    }

    static int inputTokens(long sequence) {
        return INPUT_MIN + (int) Long.remainderUnsigned(Population.mix(sequence) >>> 8, 9_000);
    }

    static int outputTokens(long sequence) {
        return OUTPUT_MIN + (int) Long.remainderUnsigned(Population.mix(sequence) >>> 4, 900);
    }

    /** Writes a number with leading zeros. */
    static void digits(long number, int count, byte[] target, int offset) {
        long rest = number;
        for (int i = offset + count - 1; i >= offset; i--) {
            target[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }
}
