package tekton.budget.adapter.otlp;

import org.jspecify.annotations.Nullable;

import tekton.budget.adapter.ForeignCall;

/**
 * A span of inference and its call in the making.
 *
 * @param responseId the provider's id of its answer; null if it has none
 * @param parent null without one
 * @param answer null without an id of its own
 */
record InferenceSpan(
        OtlpItem span,
        ForeignCall call,
        @Nullable String responseId,
        SpanKey key,
        @Nullable SpanKey parent,
        SpanKey.@Nullable AnswerKey answer) {

    /** Of a span that has ids. */
    static InferenceSpan of(OtlpItem span, ForeignCall call, @Nullable String responseId) {
        SpanKey key = SpanKey.of(span);
        return new InferenceSpan(
                span, call, responseId, key, key.parent(span), key.answer(responseId));
    }
}
