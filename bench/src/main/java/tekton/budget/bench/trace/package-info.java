/** Real traces of LLM calls, or a made-up shape where they are absent. */
@NullMarked
package tekton.budget.bench.trace;

import org.jspecify.annotations.NullMarked;
