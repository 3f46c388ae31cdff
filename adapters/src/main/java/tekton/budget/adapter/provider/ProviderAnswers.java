package tekton.budget.adapter.provider;

import org.jspecify.annotations.Nullable;

import tekton.budget.adapter.Adapted;
import tekton.budget.adapter.Attribution;
import tekton.budget.adapter.ForeignCall;
import tekton.budget.adapter.ForeignFormatException;
import tekton.budget.value.Providers;
import tekton.budget.value.Shown;

import tools.jackson.databind.JsonNode;

import java.util.Locale;
import java.util.function.Function;

/**
 * Answers of model providers as usage. Gaps are marked in a record's metadata: {@code
 * usage_missing} where an answer says nothing of tokens, {@code estimated} where a stream was cut
 * off after some counts, {@code provider_assumed} where only the model's name tells the provider.
 * Failed requests, answers that are not ready and what is billed by the second are ignored and
 * counted.
 *
 * <p>Pure; any thread.
 */
public final class ProviderAnswers {

    /** The most calls of one body. */
    public static final int CALLS_MAX = 10_000;

    private ProviderAnswers() {}

    /**
     * The calls of a body: an answer, an envelope with answers in {@code response}, a recorded
     * stream or its last event, a batch's result file, or several of these as lines or array.
     *
     * @param format whom the URL named
     * @param mediaType in lower case, without parameters; empty if nobody said
     * @param headers a request header by its name in lower case; null for one that is absent
     * @param attribution whom calls belong to where no envelope says it
     * @throws ForeignFormatException if nothing of the body is understood, or it has more than
     *     {@link #CALLS_MAX} calls
     */
    public static Adapted read(
            ProviderFormat format,
            byte[] body,
            String mediaType,
            Function<String, @Nullable String> headers,
            Attribution attribution)
            throws ForeignFormatException {
        FoundCalls found = new FoundCalls();
        AnswerAssembly assembly =
                new AnswerAssembly(AnswerContext.of(format, attribution, headers), found);
        new RecordedBody(body, mediaType, assembly, found).read();
        return found.adapted();
    }

    /**
     * The tokens and the tier that a provider's {@code usage} object says, without an answer around
     * it. A record is one call of one model: passes that the usage lists beside its own counts are
     * not in them, and {@code iterations_not_counted} says so.
     *
     * @param provider null if nobody said; it matters where words mean different things
     * @param model null if nobody said
     * @throws ForeignFormatException if it is no object, or has no count that is known
     */
    public static ForeignCall ofUsageObject(
            JsonNode usage, @Nullable String provider, @Nullable String model)
            throws ForeignFormatException {
        ForeignCall call = new ForeignCall().provider(provider).model(model);
        UsageObject object =
                new UsageObject(
                        usage,
                        null,
                        provider == null ? "" : Providers.canonical(provider),
                        model == null ? "" : model.toLowerCase(Locale.ROOT));
        if (!usage.isObject() || !object.readInto(call.tokens())) {
            throw new ForeignFormatException(
                    "usage: "
                            + Shown.written(usage.toString())
                            + ": expected a provider's object with counts of tokens");
        }
        OpenAnswer.noteOf(call, object);
        if (SamplingPasses.areIn(usage)) {
            call.note("iterations_not_counted");
        }
        return call.rawUsage(usage).serviceTier(OpenAnswer.tier(usage));
    }
}
