/** Commands for a shell, and what a page without usage says: how to make the first record. */
import { hasKey } from './api.js'
import { emptyState } from './ui.js'

/**
 * A command for a shell that asks this Budget. It names the key's variable when this page has a key, never the key.
 * @param {string} path under `/api`, such as `/budgets`; with its query, if it has one
 * @param {string} [body] JSON, over as many lines as are good to read; with it the command is a POST
 */
export function curl(path, body) {
  const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`
  const parts = [`curl -s ${quoted(`${location.origin}/api${path}`)}`,
    hasKey() ? '-H "X-API-Key: $BUDGET_API_KEY"' : '',
    body ? `-H 'Content-Type: application/json'` : '',
    body ? `-d ${quoted(body)}` : '']
  return parts.filter(Boolean).join(' \\\n  ')
}

/** The command that reports one call to this Budget. */
export const firstCommand = () => curl('/usage/record', `{"context_id": "my-context-123", "component": "my-component",
       "provider": "anthropic", "model": "claude-3-opus-20240229",
       "input_tokens": 100, "output_tokens": 250, "request_id": "first-call"}`)

/** The empty state of a Budget that has never counted anything. */
export const firstRecord = () => emptyState('No usage yet',
  'Report a call of a language model. It appears here by itself. A repeat counts once: the call has an id.', firstCommand())
