/** Limits in words and numbers. Nothing here touches the page or the network. */
import { Decimal } from './format.js'

/** @typedef {{measure: 'cost'|'tokens', used: number|Decimal, reserved: number|Decimal, limit: number|Decimal,
 *             left: number|Decimal, share: number}} Measure what one limit counts; 1 is a share of all of it */
/** @typedef {{budget: Object, lines: Object[], worst: Object|null, hoursLeft: number}} BudgetRow
 *             hoursLeft is Infinity when the limit lasts to the end of its window */

/** Pages of 1,000 limits that are read at most. */
const MOST_SUMMARIES = 40

export const PERIODS = ['hourly', 'daily', 'weekly', 'monthly', 'per_session', 'per_task']

/** Types of policies and their effect, as the dialog and the tables say it. */
export const TYPES = {
  hard_limit: 'refuses allocations that do not fit',
  soft_limit: 'warns and names cheaper models',
  warn: 'warns',
  ignore: 'counts only',
}

export const TYPE_NAMES = { hard_limit: 'hard limit', soft_limit: 'soft limit', warn: 'warning', ignore: 'count only' }

export const PERIOD_NAMES = {
  hourly: 'per hour',
  daily: 'per day',
  weekly: 'per week',
  monthly: 'per month',
  per_session: 'per session',
  per_task: 'per task',
}

// The limits that a new budget comes with, by the number in their id. Nobody asked for them, so a
// row of the list is judged by the others first.
const GIVEN_TOKENS = [0, 1e6, 1e7, 5e7, 2e8, 8000, 5e5, 5e6, 25e6, 1e8, 16000, 1e5, 1e6, 5e6, 2e7, 32000]
const GIVEN_COST = { 16: 0.5, 17: 5, 18: 25, 19: 100 }

/**
 * Says whether a limit is as the budget came with it.
 *
 * @param {Object} policy a policy or an entry of a summary
 * @returns {boolean}
 */
export function given(policy) {
  const number = Number(/\.default-(\d\d)$/.exec(policy.policy_id)?.[1])
  if (!number || policy.type !== 'warn') {
    return false
  }
  return number <= 15
    ? Number(policy.token_limit) === GIVEN_TOKENS[number] && policy.cost_limit == null
    : Number(policy.cost_limit) === GIVEN_COST[number] && policy.token_limit == null
}

/**
 * The usage that a limit counts, in words.
 *
 * @param {Object} policy
 * @returns {string} such as "all usage" or "tier remote_heavyweight, component web-app"
 */
export function scope(policy) {
  const parts = ['tier', 'provider', 'component', 'task_type']
    .filter((field) => policy[field])
    .map((field) => `${field.replace('_', ' ')} ${policy[field]}`)
  return parts.length ? parts.join(', ') : 'all usage'
}

/**
 * The one or two things that an entry of a summary limits.
 *
 * @param {Object} entry
 * @returns {Measure[]}
 */
export function measures(entry) {
  const found = []
  const add = (measure, used, reserved, limit) => {
    const left = Decimal.minus(limit, Decimal.sum([used, reserved]))
    const share = limit > 0 ? used / limit : 1
    found.push({ measure, used, reserved, limit, left: left < 0 ? 0 : left, share })
  }
  if (entry.cost_limit != null) {
    add('cost', entry.total_cost, entry.reserved_cost, entry.cost_limit)
  }
  if (entry.token_limit != null) {
    add('tokens', entry.total_tokens_used, entry.reserved_tokens, entry.token_limit)
  }
  return found
}

/**
 * How long a limit lasts at the rate of its window so far.
 *
 * @param {Object} entry
 * @param {number} now in milliseconds
 * @returns {number} hours; 0 when it is reached, Infinity when it lasts to the window's end
 */
export function hoursLeft(entry, now) {
  if (measures(entry).some((measure) => measure.share >= 1)) {
    return 0
  }
  return entry.exhausted_at ? Math.max(0, (Date.parse(entry.exhausted_at) - now) / 3600e3) : Infinity
}

const largest = (entry) => Math.max(...measures(entry).map((measure) => measure.share), 0)

/** Those that run out first, then those that are used most. */
function byNeed(now) {
  return (a, b) => {
    const first = hoursLeft(a, now)
    const second = hoursLeft(b, now)
    return first === second ? largest(b) - largest(a) : first - second
  }
}

/**
 * The limits of one budget that somebody means. Those that it came with count only where it has no other, and then those
 * on all of its cost.
 *
 * @param {Object[]} entries of a summary, of one budget
 * @returns {Object[]}
 */
export function meant(entries) {
  const own = entries.filter((entry) => !given(entry))
  return own.length ? own : entries.filter((entry) => entry.cost_limit != null && scope(entry) === 'all usage')
}

/**
 * How all limits stand, page by page.
 *
 * @param {(params: Object) => Promise<Object>} ask asks for a page of `GET /budgets/summary`
 * @param {Object} [params]
 * @returns {Promise<Object[]>} at most {@link MOST_SUMMARIES} pages of them
 */
export async function allSummaries(ask, params = {}) {
  const entries = []
  let cursor
  for (let page = 0; page < MOST_SUMMARIES && cursor !== null; page += 1) {
    const answer = await ask({ ...params, limit: 1000, cursor })
    entries.push(...answer.items)
    cursor = answer.next
  }
  return entries
}

/** The entries of a summary by their budget. */
export function byBudget(summary) {
  const entries = new Map()
  for (const entry of summary) {
    const list = entries.get(entry.budget_id)
    if (list) {
      list.push(entry)
    } else {
      entries.set(entry.budget_id, [entry])
    }
  }
  return entries
}

/** The shares of a limit at which Budget warns, and at which it acts: marks on a bar. */
export const marksOf = (entry) => [entry.warning_threshold, entry.action_threshold].map(Number)

/**
 * One row for each budget, the one that needs a look first at the top, inactive ones last.
 *
 * @param {Object[]} budgets
 * @param {Object[]} summary entries of GET /budgets/summary
 * @param {number} now in milliseconds
 * @returns {BudgetRow[]}
 */
export function rows(budgets, summary, now) {
  const entries = byBudget(summary)
  return budgets
    .map((budget) => {
      const all = (entries.get(budget.budget_id) ?? []).sort(byNeed(now))
      const lines = meant(all)
      const worst = lines[0] ?? null
      return { budget, lines, worst, hoursLeft: worst ? hoursLeft(worst, now) : Infinity }
    })
    .sort((a, b) => {
      if (a.budget.is_active !== b.budget.is_active) {
        return a.budget.is_active ? -1 : 1
      }
      if (a.hoursLeft !== b.hoursLeft) {
        return a.hoursLeft - b.hoursLeft
      }
      return (b.worst ? largest(b.worst) : -1) - (a.worst ? largest(a.worst) : -1)
    })
}

/**
 * The use of a window so far, added up, beside an even spending of its limit and the rest of the
 * window if it goes on like this.
 *
 * @param {{at: number, value: number}[]} spans usage by hour or day, oldest first; at is the span's begin
 * @param {{from: number, to: number, limit: number, step: number, now: number}} window times and the
 *     step in milliseconds
 * @returns {{at: number[], used: (number|Decimal|null)[], ideal: number[], forecast: (number|null)[],
 *     total: Decimal}}
 */
export function burn(spans, { from, to, limit, step, now }) {
  const at = []
  for (let time = from; time < to; time += step) {
    at.push(time)
  }
  at.push(to)
  const until = Math.min(now, to)
  if (until > from && until < to && !at.includes(until)) {
    at.push(until)
    at.sort((a, b) => a - b)
  }
  const total = Decimal.sum(spans.map((span) => span.value))
  const rate = until > from ? total / (until - from) : 0
  let next = 0
  let sum = 0
  const used = at.map((time) => {
    // A span is whole when the next one begins; the running one counts at "now".
    while (next < spans.length && (spans[next].at + step <= time || time === until)) {
      sum = Decimal.sum([sum, spans[next].value])
      next += 1
    }
    return time <= until ? sum : null
  })
  const ideal = at.map((time) => rounded((limit * (time - from)) / (to - from)))
  const forecast = at.map((time) => (time >= until ? rounded(total + rate * (time - until)) : null))
  return { at, used, ideal, forecast, total }
}

/** An amount that is reckoned, not counted: more digits would only pretend. */
function rounded(value) {
  return Number(value.toPrecision(6))
}
