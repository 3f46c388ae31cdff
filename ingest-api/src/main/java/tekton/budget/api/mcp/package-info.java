/**
 * The Model Context Protocol, and the ways in of Tekton's own programs that carry its name: tools
 * that ask this service's own HTTP API with the caller's key, and nothing that the API has not.
 */
@NullMarked
package tekton.budget.api.mcp;

import org.jspecify.annotations.NullMarked;
