/** What can be known of the Kubernetes manifests without a cluster. */
@NullMarked
package tekton.budget.deploy;

import org.jspecify.annotations.NullMarked;
