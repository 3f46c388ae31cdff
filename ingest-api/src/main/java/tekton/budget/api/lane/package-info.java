/** The fast lane: plain hot requests answered by one event loop, all others handed to Tomcat. */
@NullMarked
package tekton.budget.api.lane;

import org.jspecify.annotations.NullMarked;
