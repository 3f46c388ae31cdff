/** The documents that describe this service, and a page to read them on. */
@NullMarked
package tekton.budget.api.docs;

import org.jspecify.annotations.NullMarked;
