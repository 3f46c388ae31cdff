/** A lean HTTP/1.1 client: it shares two cores with what it measures. */
@NullMarked
package tekton.budget.bench.http;

import org.jspecify.annotations.NullMarked;
