package tekton.budget.bench.crash;

import tekton.budget.bench.trace.AzureTrace;

import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Records shaped like real calls, the same for the same seed. Several threads take from it; which
 * thread gets which record depends on chance, what a record says does not.
 */
public final class Traffic {

    private static final int CONTEXTS = 300;
    private static final long SPREAD_MS = 3 * 3_600_000L;

    private static final List<String> MODELS =
            List.of(
                    "openai\",\"model\":\"gpt-4o",
                    "anthropic\",\"model\":\"claude-3-opus-20240229",
                    "openai\",\"model\":\"gpt-4o-mini",
                    "acme\",\"model\":\"nobody/knows-its-price");

    private final long seed;
    private final List<AzureTrace> traces;
    private final List<String> allocations;
    private final long nowMs = System.currentTimeMillis();
    private final AtomicLong next;

    /**
     * @param traces the shape; made up when empty
     * @param allocations some records name one of them
     */
    public Traffic(long seed, List<AzureTrace> traces, List<String> allocations) {
        this(seed, traces, allocations, 0);
    }

    /**
     * The same from a number on: those before it were sent by an earlier run on the same data.
     *
     * @param first the number of the first record
     */
    Traffic(long seed, List<AzureTrace> traces, List<String> allocations, long first) {
        this.seed = seed;
        this.traces = List.copyOf(traces);
        this.allocations = List.copyOf(allocations);
        next = new AtomicLong(first);
    }

    /** The next record that nobody has sent. */
    Shot next(Wording wording) {
        long index = next.getAndIncrement();
        return wording == Wording.OWN ? at(index) : worded(index, wording);
    }

    /** The number of the next record; how many have been taken, when the first was 0. */
    public long taken() {
        return next.get();
    }

    /** The number in a record's id. */
    static long numberOf(String recordId) {
        return Long.parseLong(recordId.substring(recordId.lastIndexOf('-') + 1));
    }

    /** The beginning of every id that a record gets from its sender; the number follows. */
    static String idPrefix(long seed) {
        // The seed makes ids of two runs on the same data differ.
        return "kill-" + Long.toHexString(seed) + '-';
    }

    /** A record in others' words, which are plainer. */
    private Shot worded(long index, Wording wording) {
        SplittableRandom random = new SplittableRandom(seed ^ (index * 0x9E3779B97F4A7C15L));
        String context = context((int) (index % CONTEXTS));
        String id = idPrefix(seed) + index;
        long[] tokens = tokens(random, index);
        long at = nowMs - random.nextLong(SPREAD_MS);
        String budget = random.nextBoolean() ? "kill-alpha" : "kill-beta";
        String json =
                switch (wording) {
                    case OWN -> throw new IllegalArgumentException("has more to tell");
                    case TIMED, TOOL ->
                            """
                            {"record_id":"%s","context_id":"%s","component":"%s",\
                            "provider":"openai","model":"gpt-4o-mini","budget_id":"%s",\
                            "input_tokens":%d,"cached_input_tokens":%d,"output_tokens":%d,\
                            "reasoning_tokens":%d,"timestamp":"%s"}\
                            """
                                    .formatted(
                                            id,
                                            context,
                                            component(index),
                                            budget,
                                            tokens[0],
                                            tokens[0] / 3,
                                            tokens[1],
                                            tokens[1] / 2,
                                            Instant.ofEpochMilli(at));
                    case ANSWER ->
                            """
                            {"context_id":"%s","component":"%s","budget_id":"%s",\
                            "response":{"id":"%s","object":"chat.completion","created":%d,\
                            "model":"gpt-4o","choices":[],"usage":{"prompt_tokens":%d,\
                            "prompt_tokens_details":{"cached_tokens":%d},\
                            "completion_tokens":%d,"total_tokens":%d}}}\
                            """
                                    .formatted(
                                            context,
                                            component(index),
                                            budget,
                                            id,
                                            at / 1_000,
                                            tokens[0],
                                            tokens[0] / 3,
                                            tokens[1],
                                            tokens[0] + tokens[1]);
                    case PROXY ->
                            """
                            {"id":"%s","trace_id":"%s","call_type":"acompletion",\
                            "status":"success","custom_llm_provider":"openai",\
                            "model":"gpt-4o-mini","prompt_tokens":%d,"completion_tokens":%d,\
                            "total_tokens":%d,"cache_hit":false,"endTime":%d.0,\
                            "metadata":{"user_api_key_alias":"%s"}}\
                            """
                                    .formatted(
                                            id,
                                            context,
                                            tokens[0],
                                            tokens[1],
                                            tokens[0] + tokens[1],
                                            at / 1_000,
                                            component(index));
                    case SPAN ->
                            """
                            {"id":"%s","context":"%s","component":"%s","budget":"%s",\
                            "input":%d,"cached":%d,"output":%d,"at":%d}\
                            """
                                    .formatted(
                                            id,
                                            context,
                                            component(index),
                                            budget,
                                            tokens[0],
                                            tokens[0] / 3,
                                            tokens[1],
                                            at);
                };
        return new Shot(context, wording.recordId(id), json, true);
    }

    private String component(long index) {
        return traces.isEmpty()
                ? "synthetic-" + index % 3
                : traces.get((int) (index % traces.size())).name();
    }

    /** Input and output. */
    private long[] tokens(SplittableRandom random, long index) {
        if (traces.isEmpty()) {
            return new long[] {
                Math.min(100_000, (long) Math.exp(random.nextGaussian(6.5, 1.2))),
                Math.min(10_000, (long) Math.exp(random.nextGaussian(4.5, 1.0)))
            };
        }
        AzureTrace trace = traces.get((int) (index % traces.size()));
        AzureTrace.TraceRow row = trace.rows().get((int) (index % trace.rows().size()));
        return new long[] {row.contextTokens(), row.generatedTokens()};
    }

    Shot at(long index) {
        SplittableRandom random = new SplittableRandom(seed ^ (index * 0x9E3779B97F4A7C15L));
        String context = context((int) (index % CONTEXTS));
        String record = idPrefix(seed) + index;
        boolean timed = random.nextInt(10) > 0;
        String json = json(random, index, context, record, timed, 0);
        return new Shot(context, record, json, timed);
    }

    /** The same ids and more tokens: what a conflict is. */
    Shot conflictWith(Shot shot) {
        long index = numberOf(shot.recordId());
        SplittableRandom random = new SplittableRandom(seed ^ (index * 0x9E3779B97F4A7C15L));
        boolean timed = random.nextInt(10) > 0;
        String json = json(random, index, shot.contextId(), shot.recordId(), timed, 1);
        return new Shot(shot.contextId(), shot.recordId(), json, false);
    }

    /** Some contexts have names that are hard on URLs and hashes. */
    private static String context(int number) {
        return switch (number % 50) {
            case 7 -> "kill/with/slashes/" + number;
            case 11 -> "kill é ü " + number + " % + ?";
            default -> "kill-context-" + number;
        };
    }

    private String json(
            SplittableRandom random,
            long index,
            String context,
            String record,
            boolean timed,
            int more) {
        long[] tokens = tokens(random, index);
        long input = tokens[0];
        long output = tokens[1];
        StringBuilder json = new StringBuilder(400);
        json.append("{\"record_id\":\"").append(record);
        json.append("\",\"context_id\":\"").append(context);
        json.append("\",\"component\":\"").append(component(index));
        json.append("\",\"provider\":\"").append(MODELS.get(model(random)));
        json.append("\",\"input_tokens\":").append(input + more);
        json.append(",\"output_tokens\":").append(output);
        if (random.nextInt(4) == 0) {
            json.append(",\"cached_input_tokens\":").append(input / 3);
            json.append(",\"reasoning_tokens\":").append(output / 2);
        }
        if (random.nextInt(8) == 0) {
            json.append(",\"cache_write_tokens\":").append(input / 5);
            json.append(",\"token_style\":\"exclusive\"");
        }
        switch (random.nextInt(6)) {
            case 0 -> json.append(",\"budget_id\":\"kill-alpha\"");
            case 1 -> json.append(",\"budget_id\":\"kill-beta\",\"task_type\":\"chat\"");
            case 2 -> json.append(",\"budget_id\":\"kill-gamma\",\"user_id\":\"someone\"");
            case 3 -> json.append(allocation(index));
            default -> json.append(",\"metadata\":{\"index\":").append(index).append('}');
        }
        if (timed) {
            Instant at = Instant.ofEpochMilli(nowMs - random.nextLong(SPREAD_MS));
            json.append(",\"timestamp\":\"").append(at).append('"');
        }
        return json.append('}').toString();
    }

    private String allocation(long index) {
        return allocations.isEmpty()
                ? ""
                : ",\"allocation_id\":\"%s\""
                        .formatted(allocations.get((int) (index / 7 % allocations.size())));
    }

    private static int model(SplittableRandom random) {
        int dice = random.nextInt(100);
        return dice < 60 ? 0 : dice < 80 ? 1 : dice < 97 ? 2 : 3;
    }
}
