package tekton.budget.adapter;

import org.jspecify.annotations.Nullable;

import tekton.budget.codec.Timestamps;
import tekton.budget.codec.UsageFields;
import tekton.budget.value.ServiceTier;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.TokenDetails;
import tekton.budget.value.UsageBounds;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * One call that a foreign format tells of, on its way to a usage record. Whatever real senders send
 * and a record would refuse is made to fit: texts are shortened, ids that are too long become their
 * SHA-256. Whatever is missing in the end the record's own rules say.
 *
 * <p>One thread.
 */
public final class ForeignCall {

    /** So far ahead a sender's clock is taken for a wrong clock and not for a wrong time. */
    private static final Duration CLOCK_AHEAD_MAX = Duration.ofMinutes(10);

    /** Leaves room for what else stands in the metadata. */
    private static final int RAW_USAGE_BYTES_MAX = 12 * 1024;

    /** Metadata itself is one level, and the usage in it the next. */
    private static final int RAW_USAGE_DEPTH_MAX = UsageBounds.METADATA_DEPTH_MAX - 1;

    private static final int KEPT_TEXT_MAX = 500;

    private final ForeignTokens tokens = new ForeignTokens();
    private final ObjectNode metadata = JsonNodeFactory.instance.objectNode();
    private int position;
    private @Nullable String recordId;
    private @Nullable String contextId;
    private @Nullable String component;
    private @Nullable String provider;
    private @Nullable String model;
    private @Nullable String taskType;
    private @Nullable String budgetId;
    private @Nullable String allocationId;
    private @Nullable String operationId;
    private @Nullable String requestId;
    private @Nullable String userId;
    private @Nullable Long timestampMs;
    private @Nullable ServiceTier serviceTier;
    private @Nullable OwnRecord own;

    /**
     * One that is a usage record of Budget's already: its fields pass as they are. Of what is set
     * here only the ids of record, context, budget, allocation and user, the component, the task
     * type and the time count, each where the record has none; one that draws on an allocation gets
     * neither context nor budget.
     */
    public static ForeignCall ofRecord(ObjectNode record) {
        ForeignCall call = new ForeignCall();
        call.own = new OwnRecord(record);
        return call;
    }

    /** Its tokens, to be filled in. */
    public ForeignTokens tokens() {
        return tokens;
    }

    /**
     * Where it stands among all that its body tells of, from 0; what is ignored stands there too.
     */
    public ForeignCall position(int index) {
        position = index;
        return this;
    }

    /** Where it stands among all that its body tells of, from 0. */
    public int position() {
        return position;
    }

    /** It counts once under this: the same however often and over whichever way it comes. */
    public ForeignCall recordId(@Nullable String id) {
        recordId = id;
        return this;
    }

    public ForeignCall contextId(@Nullable String id) {
        contextId = id;
        return this;
    }

    public ForeignCall component(@Nullable String name) {
        component = name;
        return this;
    }

    public ForeignCall provider(@Nullable String name) {
        provider = name;
        return this;
    }

    public ForeignCall model(@Nullable String name) {
        model = name;
        return this;
    }

    public ForeignCall taskType(@Nullable String name) {
        taskType = name;
        return this;
    }

    public ForeignCall budgetId(@Nullable String id) {
        budgetId = id;
        return this;
    }

    /**
     * A budget that bears the name of something of the sender's, such as a team or a customer. A
     * budget id has no dot: one in the name becomes an underscore, and the whole is noted.
     */
    public ForeignCall budgetNamed(@Nullable String name) {
        if (name == null) {
            return budgetId(null);
        }
        String id = shortened(name.replace('.', '_'), UsageBounds.NAME_LENGTH_MAX);
        if (!id.equals(name)) {
            note("whole_budget_id", name);
        }
        return budgetId(id);
    }

    public ForeignCall allocationId(@Nullable String id) {
        allocationId = id;
        return this;
    }

    public ForeignCall operationId(@Nullable String id) {
        operationId = id;
        return this;
    }

    /**
     * The provider's own id of its answer. One that comes again is only noted where no other id
     * names the record: a record without one takes this.
     */
    public ForeignCall requestId(@Nullable String id) {
        requestId = id;
        return this;
    }

    public ForeignCall userId(@Nullable String id) {
        userId = id;
        return this;
    }

    /** When the call ended, epoch milliseconds; null or nothing above 0 means now. */
    public ForeignCall timestampMs(@Nullable Long epochMs) {
        timestampMs = epochMs != null && epochMs > 0 ? epochMs : null;
        return this;
    }

    /**
     * How it was served, in the answer's words; what Budget does not know stays in the metadata.
     */
    public ForeignCall serviceTier(@Nullable String name) {
        if (name != null) {
            Optional<ServiceTier> known = ServiceTier.parse(name);
            serviceTier = known.orElse(null);
            if (known.isEmpty()) {
                note("service_tier_raw", name);
            }
        }
        return this;
    }

    /** How it was served. */
    public ForeignCall serviceTier(ServiceTier tier) {
        serviceTier = tier;
        return this;
    }

    /** Something worth keeping beside the record. */
    public ForeignCall note(String name, @Nullable String text) {
        if (text != null) {
            metadata.put(name, shortened(text, KEPT_TEXT_MAX));
        }
        return this;
    }

    /** That something is so, beside the record. */
    public ForeignCall note(String name) {
        metadata.put(name, true);
        return this;
    }

    /** The usage as it was sent, kept while it fits; as text, since trees are many times larger. */
    public ForeignCall rawUsage(JsonNode usage) {
        String json = usage.toString();
        if (depth(usage) <= RAW_USAGE_DEPTH_MAX
                && json.getBytes(StandardCharsets.UTF_8).length <= RAW_USAGE_BYTES_MAX) {
            metadata.putRawValue("usage", new RawValue(json));
        }
        return this;
    }

    /** The answer told nothing of tokens: it counts as a call with none, and says so. */
    public ForeignCall usageMissing() {
        return note("usage_missing");
    }

    /** Gives what it does not say itself. */
    public ForeignCall complete(Attribution from) {
        contextId = contextId == null ? from.contextId() : contextId;
        component = component == null ? from.component() : component;
        budgetId = budgetId == null ? from.budgetId() : budgetId;
        userId = userId == null ? from.userId() : userId;
        taskType = taskType == null ? from.taskType() : taskType;
        allocationId = allocationId == null ? from.allocationId() : allocationId;
        return this;
    }

    /** Whether a part of its tokens had to be cut to fit its whole. */
    public boolean isClamped() {
        return tokens.normal().clamped();
    }

    /** Whether it is a record of Budget's already, which only {@link #toRecord} gives. */
    public boolean isRecord() {
        return own != null;
    }

    /**
     * A record as Budget's own clients send it.
     *
     * @param nowMs the time, epoch milliseconds
     */
    public byte[] toRecord(long nowMs) {
        if (own != null) {
            return own.with(gaps(nowMs));
        }
        RecordJson json = new RecordJson();
        writeTo(json, nowMs);
        return json.toByteArray();
    }

    /**
     * The same record, field by field; not of one that {@link #isRecord}.
     *
     * @param nowMs the time, epoch milliseconds
     */
    public void writeTo(UsageFields fields, long nowMs) {
        ForeignTokens.Normal normal = tokens.normal();
        TokenCounts counts = normal.counts();
        TokenDetails details = normal.details();
        keepWhole("component", component, UsageBounds.NAME_LENGTH_MAX);
        keepWhole("provider", provider, UsageBounds.NAME_LENGTH_MAX);
        keepWhole("model", model, UsageBounds.MODEL_LENGTH_MAX);
        fields.text("record_id", id(recordId));
        fields.text("context_id", id(contextId));
        fields.text("component", name(component));
        fields.text("provider", name(provider));
        fields.text("model", cleaned(model, UsageBounds.MODEL_LENGTH_MAX));
        fields.text("task_type", name(taskType));
        fields.text("budget_id", budgetId);
        fields.text("allocation_id", allocationId);
        fields.tokens("input_tokens", counts.input());
        fields.tokens("output_tokens", counts.output());
        part(fields, "cached_input_tokens", counts.cachedInput());
        part(fields, "cache_write_tokens", counts.cacheWrite());
        part(fields, "cache_write_1h_tokens", details.cacheWrite1h());
        part(fields, "reasoning_tokens", counts.reasoning());
        part(fields, "audio_input_tokens", details.audioInput());
        part(fields, "audio_output_tokens", details.audioOutput());
        part(fields, "image_input_tokens", details.imageInput());
        part(fields, "image_output_tokens", details.imageOutput());
        if (serviceTier != null) {
            fields.serviceTier(serviceTier);
        }
        if (timestampMs != null) {
            fields.timestampMs(timestampMs(timestampMs, nowMs));
        }
        fields.text("operation_id", id(operationId));
        if (recordId == null && AnswerIds.isReused(requestId)) {
            note("request_id_raw", requestId);
        } else {
            fields.text("request_id", id(requestId));
        }
        fields.text("user_id", id(userId));
        if (normal.clamped()) {
            note("tokens_clamped");
        }
        if (!metadata.isEmpty()) {
            fields.metadata(metadata.toString());
        }
    }

    /** None is what a class is that a record leaves out. */
    private static void part(UsageFields fields, String name, long tokens) {
        if (tokens > 0) {
            fields.tokens(name, tokens);
        }
    }

    private Map<String, String> gaps(long nowMs) {
        Map<String, String> gaps = new HashMap<>();
        putIfPresent(gaps, "record_id", id(recordId));
        putIfPresent(gaps, "context_id", id(contextId));
        putIfPresent(gaps, "component", name(component));
        putIfPresent(gaps, "task_type", name(taskType));
        putIfPresent(gaps, "budget_id", budgetId);
        putIfPresent(gaps, "allocation_id", allocationId);
        putIfPresent(gaps, "timestamp", timestamp(nowMs));
        putIfPresent(gaps, "user_id", id(userId));
        return gaps;
    }

    private static void putIfPresent(Map<String, String> gaps, String name, @Nullable String text) {
        if (text != null) {
            gaps.put(name, text);
        }
    }

    private @Nullable String timestamp(long nowMs) {
        return timestampMs == null ? null : Timestamps.format(timestampMs(timestampMs, nowMs));
    }

    private static long timestampMs(long ms, long nowMs) {
        boolean wrongClock = ms > nowMs && ms - nowMs <= CLOCK_AHEAD_MAX.toMillis();
        return wrongClock ? nowMs : ms;
    }

    private void keepWhole(String field, @Nullable String text, int lengthMax) {
        if (text != null && text.length() > lengthMax) {
            note("whole_" + field, text);
        }
    }

    private static @Nullable String name(@Nullable String text) {
        return cleaned(text, UsageBounds.NAME_LENGTH_MAX);
    }

    /**
     * An id as a record has it: one that is too long for it, or has in it what no record may have,
     * is as good hashed. Null if there is none.
     */
    public static @Nullable String id(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        return text.length() <= UsageBounds.ID_LENGTH_MAX && text.equals(clean(text))
                ? text
                : sha256(text);
    }

    private static @Nullable String cleaned(@Nullable String text, int lengthMax) {
        return text == null ? null : shortened(clean(text), lengthMax);
    }

    private static String shortened(String text, int lengthMax) {
        String clean = clean(text);
        if (clean.length() <= lengthMax) {
            return clean;
        }
        int end =
                Character.isHighSurrogate(clean.charAt(lengthMax - 1)) ? lengthMax - 1 : lengthMax;
        return clean.substring(0, end);
    }

    /**
     * Without control characters and half surrogates; nearly every text is without them already.
     */
    private static String clean(String text) {
        int at = 0;
        while (at < text.length() && isPlain(text.charAt(at))) {
            at++;
        }
        if (at == text.length()) {
            return text;
        }
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints()
                .map(
                        c ->
                                c < ' '
                                                || c == 0x7F
                                                || (c >= Character.MIN_SURROGATE
                                                        && c <= Character.MAX_SURROGATE)
                                        ? '_'
                                        : c)
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }

    private static boolean isPlain(char c) {
        return c >= ' ' && c != 0x7F && !Character.isSurrogate(c);
    }

    private static int depth(JsonNode node) {
        int deepest = 0;
        for (JsonNode child : node) {
            deepest = Math.max(deepest, depth(child));
        }
        return node.isContainer() ? deepest + 1 : deepest;
    }

    /** A text's SHA-256 in lower-case hex. */
    public static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
