/** Tells Hermes, Tekton's registry, that this service is there, for as long as it is. */
@NullMarked
package tekton.budget.api.registry;

import org.jspecify.annotations.NullMarked;
