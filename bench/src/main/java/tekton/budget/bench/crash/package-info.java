/**
 * The crash harness and the commands on it: a cluster runs, workloads send, a nemesis disturbs, and
 * a checker says what held.
 */
@NullMarked
package tekton.budget.bench.crash;

import org.jspecify.annotations.NullMarked;
