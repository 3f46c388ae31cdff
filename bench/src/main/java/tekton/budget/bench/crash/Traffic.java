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
    private final AtomicLong next = new AtomicLong();

    /**
     * @param traces the shape; made up when empty
     * @param allocations some records name one of them
     */
    public Traffic(long seed, List<AzureTrace> traces, List<String> allocations) {
        this.seed = seed;
        this.traces = List.copyOf(traces);
        this.allocations = List.copyOf(allocations);
    }

    /** The next record that nobody has sent. */
    Shot next() {
        return at(next.getAndIncrement());
    }

    /** How many have been taken. */
    public long taken() {
        return next.get();
    }

    Shot at(long index) {
        SplittableRandom random = new SplittableRandom(seed ^ (index * 0x9E3779B97F4A7C15L));
        String context = context((int) (index % CONTEXTS));
        // The seed makes ids of two runs on the same data differ.
        String record = "kill-" + Long.toHexString(seed) + '-' + index;
        boolean timed = random.nextInt(10) > 0;
        String json = json(random, index, context, record, timed, 0);
        return new Shot(context, record, json, timed);
    }

    /** The same ids and more tokens: what a conflict is. */
    Shot conflictWith(Shot shot) {
        long index =
                Long.parseLong(shot.recordId().substring(shot.recordId().lastIndexOf('-') + 1));
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
        long input;
        long output;
        String component;
        if (traces.isEmpty()) {
            input = Math.min(100_000, (long) Math.exp(random.nextGaussian(6.5, 1.2)));
            output = Math.min(10_000, (long) Math.exp(random.nextGaussian(4.5, 1.0)));
            component = "synthetic-" + index % 3;
        } else {
            AzureTrace trace = traces.get((int) (index % traces.size()));
            AzureTrace.TraceRow row = trace.rows().get((int) (index % trace.rows().size()));
            input = row.contextTokens();
            output = row.generatedTokens();
            component = trace.name();
        }
        StringBuilder json = new StringBuilder(400);
        json.append("{\"record_id\":\"").append(record);
        json.append("\",\"context_id\":\"").append(context);
        json.append("\",\"component\":\"").append(component);
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
