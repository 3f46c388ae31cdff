/** Starts the whole service with one command: the application and, by default, a local broker. */
@NullMarked
package tekton.budget.standalone;

import org.jspecify.annotations.NullMarked;
