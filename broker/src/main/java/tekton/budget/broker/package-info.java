/**
 * One real Kafka broker that is also its own controller, with its data in one directory: what runs
 * as a child process beside the service on one machine, and inside the test JVM in tests.
 */
@NullMarked
package tekton.budget.broker;

import org.jspecify.annotations.NullMarked;
