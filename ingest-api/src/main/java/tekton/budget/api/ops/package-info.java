/** What people who run this instance ask of it: its health, its documents, and its end. */
@NullMarked
package tekton.budget.api.ops;

import org.jspecify.annotations.NullMarked;
