/** What a limit has left, over its window. */
import { lines } from './chart.js'
import { ago, Decimal, metricValue, percent, timeShort } from './format.js'
import { marksOf } from './limits.js'
import { badge, emptyState, html, meterBar, nothing } from './ui.js'

const HOUR = 3_600_000

/**
 * How an entry of a budget summary stands, by the measure that is nearer to its limit.
 * @returns {{metric: 'cost'|'tokens', used: any, reserved: any, limit: any, share: number}|null} null without a limit
 */
export function standing(entry) {
  const all = []
  if (entry.cost_limit !== null) {
    all.push({ metric: 'cost', used: entry.total_cost, reserved: entry.reserved_cost, limit: entry.cost_limit })
  }
  if (entry.token_limit !== null) {
    all.push({ metric: 'tokens', used: entry.total_tokens_used, reserved: entry.reserved_tokens,
      limit: entry.token_limit })
  }
  for (const one of all) {
    const share = Number(one.limit) > 0 ? Number(one.used) / Number(one.limit) : Number(one.used) > 0 ? 1 : 0
    one.share = share
  }
  return all.sort((a, b) => b.share - a.share)[0] ?? null
}

/** The scope of an entry in words; empty when it is everything. */
export function scopeOf(entry) {
  return ['tier', 'provider', 'component', 'task_type'].filter((name) => entry[name]).map((name) => entry[name]).join(', ')
}

/** Entries that limit something, the most urgent first: those that will be exhausted, then the fullest. */
export function byUrgency(entries) {
  const at = (entry) => (entry.exhausted_at ? Date.parse(entry.exhausted_at) : Infinity)
  return entries.filter((entry) => entry.type !== 'ignore' && standing(entry))
    .map((entry) => ({ entry, ...standing(entry) }))
    .sort((a, b) => (at(a.entry) === at(b.entry) ? b.share - a.share : at(a.entry) - at(b.entry)))
}

/** The name of a limit: of its budget and its period. */
export function limitName({ name, budget_id: id, period }) {
  const budget = name ?? id
  return budget.endsWith(` ${period}`) ? budget : `${budget} ${period}`
}

/** A bar with the words of how much is used. */
export function standingBar({ used, reserved, limit, metric, share, entry }) {
  return html`<div class="standing">${meterBar({ used, reserved, limit, label: limitName(entry), marks: marksOf(entry) })}
    <small>${metricValue(metric, used)} of ${metricValue(metric, limit)}${
      metric === 'tokens' ? ' tokens' : ''}: ${percent(share)}</small></div>`
}

/** The word for a policy's type. */
export function typeBadge(type) {
  const kind = { hard_limit: 'bad', soft_limit: 'warn' }[type] ?? ''
  return badge({ hard_limit: 'hard', soft_limit: 'soft', warn: 'warn' }[type] ?? type, kind)
}

/** The parameters of the report that a burn-down is drawn from. */
export function burnParams(entry) {
  return { group_by: 'hour', from: entry.start_time, zone: 'UTC', budget_id: entry.budget_id, tier: entry.tier,
    provider: entry.provider, component: entry.component, task_type: entry.task_type }
}

/**
 * The burn-down of one limit.
 * @param {object} entry of a budget summary
 * @param {object[]} items hours of the report of {@link burnParams}
 * @param {'utc'|'browser'} zone
 */
export function burnDown(entry, items, zone, now = Date.now()) {
  const { metric, limit, used, share } = standing(entry)
  if (entry.period === 'hourly') {
    return emptyState('An hour is too short for a burn-down', 'Usage is kept by the hour.')
  }
  const field = metric === 'cost' ? 'total_cost' : 'total_tokens'
  const start = Date.parse(entry.start_time)
  const end = Date.parse(entry.end_time)
  const exhausted = entry.exhausted_at ? Date.parse(entry.exhausted_at) : null
  const spent = new Map(items.map((item) => [Date.parse(item.hour), item[field]]))
  const times = [start]
  const left = [Number(limit)]
  let sum = '0'
  for (let hour = start; hour < now; hour += HOUR) {
    sum = Decimal.sum([sum, spent.get(hour)])
    times.push(Math.min(hour + HOUR, now))
    left.push(Decimal.minus(limit, sum))
  }
  const last = left.at(-1)
  const present = times.length - 1
  if (exhausted && exhausted > now && exhausted < end) {
    times.push(exhausted)
  }
  times.push(end)
  const series = [{ name: 'Left', values: times.map((_, i) => left[i] ?? null), colour: 0 },
    { name: 'Even pace', values: times.map((at) => Number(limit) * (1 - (at - start) / (end - start))), dashed: true,
      quiet: true }]
  if (exhausted) {
    series.push({ name: 'Forecast', dashed: true, colour: 1, values: times.map((at, i) => (
      i === present ? last : at === exhausted ? 0 : null)) })
  }
  const words = exhausted ? `At this rate it is exhausted ${ago(exhausted, now)}, before the window ends.` : ''
  return html`${lines({ title: `Left of the ${entry.period} limit of ${metricValue(metric, limit)}${
    metric === 'tokens' ? ' tokens' : ''}`, summary: `${metricValue(metric, used)} used, ${
    Math.round(share * 100)} percent. ${words}`, times, series, metric, zone, height: 260 })}
    <p class="note">${exhausted ? html`<b class="bad">Exhausted ${ago(exhausted, now)}</b> (${
      timeShort(exhausted, zone)}) at the rate of the window so far. ` : nothing}${
      Number(last) < 0 ? html`<b class="bad">Exceeded by ${metricValue(metric, Decimal.minus(sum, limit))}${
        metric === 'tokens' ? ' tokens' : ''}.</b> ` : nothing}The window ends ${ago(end, now)}.</p>`
}
