/** The history of a budget as far as the API keeps it: its alerts, ended allocations and changes of its limits. */
import { get } from './api.js'
import { ago, timeExact, tokens } from './format.js'
import { PERIOD_NAMES, TYPE_NAMES, given } from './limits.js'
import { href, state } from './state.js'
import { card, emptyState, html, severity, table } from './ui.js'

const SHOWN = 50

/** @typedef {{at: string, what: string, text: string, link?: string}} Happening */

/** @returns {Happening[]} */
function alerts(items) {
  return items.map((alert) => ({ at: alert.timestamp, what: alert.severity, text: alert.title,
    link: href({ view: 'alerts', params: { id: alert.alert_id, tab: alert.acknowledged ? 'past' : null } }) }))
}

/** Puts what was said several times in a row into one. */
function together(all) {
  const out = []
  for (const one of all) {
    const last = out.at(-1)
    if (last?.text === one.text) {
      last.times += 1
    } else {
      out.push({ ...one, times: 1 })
    }
  }
  return out
}

/** @returns {Happening[]} */
function ended(items) {
  return items.map((one) => ({ at: one.last_updated, what: one.state,
    text: `Allocation of ${one.context_id} ${one.state}: ${tokens(one.tokens_used)} of ${tokens(one.tokens_allocated)} tokens used` }))
}

/** @returns {Happening[]} */
function changes(budget, policies) {
  const found = [{ at: budget.created_at, what: 'budget', text: 'Budget made' }]
  if (budget.updated_at !== budget.created_at) {
    found.push({ at: budget.updated_at, what: 'budget', text: 'Budget last changed' })
  }
  for (const policy of policies) {
    if (policy.updated_at !== policy.created_at || !given(policy)) {
      const word = policy.enabled ? 'set' : 'disabled'
      found.push({ at: policy.updated_at, what: 'limit',
        text: `${TYPE_NAMES[policy.type]} ${PERIOD_NAMES[policy.period]} ${word}` })
    }
  }
  return found
}

/**
 * The card of a budget's history.
 * @param {string} id of the budget
 * @param {ReturnType<typeof import('./parts.js').makeParts>} parts of the view; it holds `budget` and `policies`
 */
export function budgetHistory(id, parts) {
  async function ask(signal) {
    const path = `/budgets/${encodeURIComponent(id)}`
    const page = { page: 1, limit: SHOWN }
    const [open, past, allocations] = await Promise.all([
      get('/alerts', { budget_id: id, acknowledged: false, snoozed: 'all', ...page }, { signal }),
      get('/alerts', { budget_id: id, acknowledged: true, ...page }, { signal }),
      get(`${path}/allocations`, { is_active: false, ...page }, { signal }),
    ])
    return [...alerts(open.items), ...alerts(past.items), ...ended(allocations.items)]
  }

  const mark = (what) => (['error', 'warning', 'info'].includes(what) ? severity(what) : what)

  function body(happened) {
    const budget = parts.value('budget')
    const policies = parts.value('policies')?.items ?? []
    const all = together([...happened, ...(budget ? changes(budget, policies) : [])].sort((a, b) => (a.at < b.at ? 1 : -1)))
    if (!all.length) {
      return emptyState('Nothing has happened yet', 'Alerts, ended allocations and changed limits will stand here.')
    }
    const columns = [
      { name: 'at', label: 'When', cell: (one) => html`<span class="when" title=${timeExact(one.at, state().zone)}>${ago(one.at)}</span>` },
      { name: 'what', label: 'Kind', cell: (one) => mark(one.what) },
      { name: 'text', label: 'Happened', cell: (one) => html`${one.link
        ? html`<a href=${one.link}>${one.text}</a>` : one.text}${one.times > 1 ? ` (${one.times} times)` : ''}` },
    ]
    return table({ columns, rows: all.slice(0, SHOWN), caption: 'History', key: (one) => `${one.at} ${one.text}` })
  }

  return {
    load: () => parts.load('history', ask),
    template: () => card({ title: 'History', kind: 'wide', body: parts.show('history', body) }),
  }
}
