/**
 * What facts lead to which budget events. Pure: knows neither Kafka nor Spring nor a clock.
 *
 * <p>Every event's id follows from what has happened, and an id is said once: so the rules may see
 * a fact again and say nothing.
 */
@NullMarked
package tekton.budget.alerting.rule;

import org.jspecify.annotations.NullMarked;
