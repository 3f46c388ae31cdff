/**
 * What Tekton's dashboard asks an assistant: answers in plain text, computed from totals, limits
 * and prices.
 */
@org.jspecify.annotations.NullMarked
package tekton.budget.api.assistant;
