/** What a page without usage says: how to make the first record. */
import { hasKey } from './api.js'
import { emptyState } from './ui.js'

/** The command that reports one call to this Budget. */
export function firstCommand() {
  const key = hasKey() ? ' \\\n  -H "X-API-Key: $BUDGET_KEY"' : ''
  return `curl -s ${location.origin}/api/usage/record \\
  -H 'Content-Type: application/json'${key} \\
  -d '{"context_id": "my-context-123", "component": "my-component",
       "provider": "anthropic", "model": "claude-3-opus-20240229",
       "input_tokens": 100, "output_tokens": 250, "request_id": "first-call"}'`
}

/** The empty state of a Budget that has never counted anything. */
export const firstRecord = () => emptyState('No usage yet',
  'Report a call of a language model. It appears here by itself. A repeat counts once: the call has an id.', firstCommand())
