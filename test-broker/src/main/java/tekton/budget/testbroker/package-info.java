/** A real Kafka broker in the test JVM, for integration tests of the other modules. */
@NullMarked
package tekton.budget.testbroker;

import org.jspecify.annotations.NullMarked;
