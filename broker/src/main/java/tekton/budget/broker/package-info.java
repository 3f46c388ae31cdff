/**
 * A real Kafka broker that is also a controller, with its data in one directory: what runs as a
 * child process beside the service on one machine, and inside the test JVM in tests. Alone, or as
 * one of several on that machine.
 */
@NullMarked
package tekton.budget.broker;

import org.jspecify.annotations.NullMarked;
