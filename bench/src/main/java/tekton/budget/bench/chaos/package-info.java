/** Several instances on several brokers, disturbed one after the other, and the judgement. */
@NullMarked
package tekton.budget.bench.chaos;

import org.jspecify.annotations.NullMarked;
