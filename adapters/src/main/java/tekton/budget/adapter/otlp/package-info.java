/**
 * OpenTelemetry's protocol: which spans and log records tell of a call of a model, in the dialects
 * of those who emit them, and which of them speak of the same one. Pure: bytes in, calls out.
 */
@NullMarked
package tekton.budget.adapter.otlp;

import org.jspecify.annotations.NullMarked;
