/** The details of an alert in words with units. Nothing here touches the page or the network. */

import { Decimal } from './format.js'
import { PERIOD_NAMES, TYPE_NAMES, scope } from './limits.js'

/** The types of alerts that there are, as the filter and the form of a channel name them. */
export const ALERT_TYPES = {
  token_limit_approaching: 'Token limit near',
  cost_limit_approaching: 'Cost limit near',
  token_limit_exceeded: 'Token limit reached',
  cost_limit_exceeded: 'Cost limit reached',
  limit_forecast: 'Limit will be reached',
  limit_recovered: 'Limit is safe again',
  window_reset: 'New window',
  allocation_refused: 'Allocation refused',
  override_used: 'Hard limit passed by priority 10',
  allocation_over_used: 'Allocation used up and more',
  allocation_expired_unused: 'Allocation expired unused',
  allocation_misnamed: 'Allocation named wrongly',
  price_changed: 'Price changed',
  price_quarantined: 'Price not believed',
  price_sources_disagree: 'Price lists disagree',
  model_unpriced: 'Model without a price',
  tier_estimated: 'Service tier without a rate',
  cells_folded: 'Too many kinds of usage',
  record_conflict: 'Record id used twice',
  dead_letter: 'Record not counted',
}

/** How soon somebody should look. */
export const SEVERITIES = { error: 'Error', warning: 'Warning', info: 'Info' }

const LABELS = {
  allocation_id: 'Allocation',
  allocated: 'Allocated',
  asked: 'Asked for',
  code: 'Reason',
  context_id: 'Context',
  cost_limit: 'Limit',
  cost_used: 'Used',
  disagreement_id: 'Disagreement',
  effective_from: 'Holds from',
  exhausted_at: 'Reached at, if it goes on like this',
  flag: 'Fault',
  hour: 'Hour of the usage',
  in_force: 'Price that holds instead',
  left: 'Left',
  level: 'Level',
  limits_passed: 'Limits passed',
  model: 'Model',
  offset: 'Offset',
  partition: 'Partition',
  policy_type: 'Kind of limit',
  priority: 'Priority',
  provider: 'Provider',
  quarantine_id: 'Quarantined price',
  reason: 'Reason',
  reserved: 'Reserved by allocations',
  source: 'Price list',
  subject: 'About',
  token_limit: 'Limit',
  tokens: 'Tokens',
  tokens_allocated: 'Allocated',
  tokens_used: 'Used',
  topic: 'Topic',
  usage_percentage: 'Used of the limit',
  verified: 'Verified by other lists',
  version: 'Price version',
  window_end: 'Window ends',
  window_start: 'Window began',
}

const TIMES = new Set(['effective_from', 'exhausted_at', 'hour', 'window_end', 'window_start'])
const TOKENS = new Set(['token_limit', 'tokens', 'tokens_allocated', 'tokens_used'])
const MONEY = new Set(['cost_limit', 'cost_used'])
const SCOPE = new Set(['tier', 'component', 'task_type'])
const FOLLOWS_THE_LIMIT = new Set(['asked', 'left', 'reserved'])

/** @typedef {{label: string, kind: 'text'|'time'|'tokens'|'usd'|'rate'|'share', value: unknown}} Fact */

function kindOf(name, ofTokens) {
  if (TIMES.has(name)) {
    return 'time'
  }
  if (TOKENS.has(name) || (FOLLOWS_THE_LIMIT.has(name) && ofTokens)) {
    return 'tokens'
  }
  if (MONEY.has(name) || FOLLOWS_THE_LIMIT.has(name)) {
    return 'usd'
  }
  return name === 'usage_percentage' ? 'share' : 'text'
}

/** Two figures of a price, the one before and the one now, or what two lists say. */
function prices(details) {
  const facts = []
  for (const [name, label] of [
    ['input_cost_per_token', 'Input'],
    ['output_cost_per_token', 'Output'],
  ]) {
    if (details[name] && typeof details[name] === 'object') {
      facts.push({ label: `${label} before`, kind: 'rate', value: details[name].old })
      facts.push({ label: `${label} now`, kind: 'rate', value: details[name].new })
    }
    for (const side of ['published', 'other']) {
      if (details[side]) {
        facts.push({ label: `${label} by ${details[side].source}`, kind: 'rate', value: details[side][name] })
      }
    }
  }
  return facts
}

/**
 * The details of an alert, one fact a line.
 *
 * @param {Object} alert
 * @returns {Fact[]}
 */
export function facts(alert) {
  const details = alert.details ?? {}
  const ofTokens = details.token_limit != null
  const found = []
  if (details.period) {
    const kind = TYPE_NAMES[details.policy_type] ?? 'limit'
    found.push({
      label: 'Which limit',
      kind: 'text',
      value: `${kind} ${PERIOD_NAMES[details.period] ?? details.period} on ${scope(details)}`,
    })
  }
  for (const [name, value] of Object.entries(details)) {
    const known = name === 'period' || name === 'policy_type' || SCOPE.has(name)
    const scoped = details.period && name === 'provider'
    if (value == null || (typeof value === 'object' && !(value instanceof Decimal)) || known || scoped) {
      continue
    }
    found.push({
      label: LABELS[name] ?? name.replaceAll('_', ' '),
      kind: kindOf(name, ofTokens),
      value: value === true ? 'yes' : value === false ? 'no' : value,
    })
  }
  for (const reason of details.reasons ?? []) {
    found.push({ label: 'Why', kind: 'text', value: reason.message })
  }
  return found.concat(prices(details))
}
