/** The log of LiteLLM's proxy, as its generic API callback posts it: a record for each call. */
@NullMarked
package tekton.budget.adapter.litellm;

import org.jspecify.annotations.NullMarked;
