/**
 * What happens, told as it happens: WebSocket and server-sent events, fed from topics. What is said
 * to whom is decided without Kafka and without sockets.
 */
@NullMarked
package tekton.budget.api.live;

import org.jspecify.annotations.NullMarked;
