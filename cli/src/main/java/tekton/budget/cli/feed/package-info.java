/**
 * Files of usage into Budget, and out of it: readers, mappings, batches, and how far an import is.
 */
@NullMarked
package tekton.budget.cli.feed;

import org.jspecify.annotations.NullMarked;
