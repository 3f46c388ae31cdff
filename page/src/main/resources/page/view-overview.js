/** Overview: what is spent, what it may cost, who spends it, and whether all is well. */
import { burnDown, burnParams, byUrgency, limitName, scopeOf, standingBar, typeBadge } from './burndown.js'
import { swatchClass, looks } from './chart.js'
import { firstRecord } from './first.js'
import { ago, count, Decimal, duration, METRIC_FIELDS, money, moneyExact, plural, time, tokens,
  wall } from './format.js'
import { allSummaries, byBudget, given, meant } from './limits.js'
import { makeParts } from './parts.js'
import { filterParams, go, href, rangeOf, rangeParams, shiftDate } from './state.js'
import { badge, card, html, meterBar, metricCell, nothing, properties, render, severity, shareBar, stat, table,
  tabs } from './ui.js'

export const title = 'Overview'

const TOP = 8
/** How old what is not about the newest record may be, ms. */
const AGES = { limits: 3_000, alerts: 5_000, health: 5_000, context: 10_000, user: 10_000, prices: 60_000 }
const TICK_MS = 5_000
/** So many days Budget keeps hours of contexts and users, with today. */
const KEPT_DAYS = 35
/** Of how many times as long as it took the summary of limits may be old. */
const LIMITS_REST = 10
/** Words of `/health` that mean that all is well; a number of restarts is one if it is 0. */
const WELL = new Set(['up', 'running', 'following', 'healthy', 'ok', 'ready', '0', 'registered', 'off', 'started'])
const GO_ON = { model: 'component', component: 'model', context: 'context', user: 'model' }

/** @param {HTMLElement} host */
export function view(host, ctx) {
  const parts = makeParts(paint)
  const asked = new Map()
  const questions = new Map()
  let limitsAge = AGES.limits
  const ask = (path, params) => (signal) => ctx.api.get(path, params, { signal, position: ctx.position })

  function refresh(reason = 'state') {
    const s = ctx.state
    const filters = filterParams(s)
    const today = wall(Date.now(), s.zone).date
    const week = shiftDate(today, -((new Date(today).getUTCDay() + 6) % 7))
    const month = `${today.slice(0, 8)}01`
    const spend = { group_by: 'day', from: week < month ? week : month, zone: rangeOf(s).zone, ...filters }
    changed('spend', reason, [spend, today], async (signal) => {
      const { items } = await ctx.api.get('/reports/usage', spend, { signal, position: ctx.position })
      ctx.updated()
      return { items, today, week, month, empty: items.length === 0 && !(await everUsed(signal)) }
    })
    const tops = { group_by: 'model,component', ...rangeParams(rangeOf(s)), ...filters }
    changed('tops', reason, tops, ask('/reports/usage', tops))
    aged('limits', reason, () => parts.load('limits', async (signal) => {
      const began = performance.now()
      const entries = await summaries(filters.budget_id, { signal, position: ctx.position })
      // Of many budgets it is long, and then is not asked for as often.
      limitsAge = Math.max(AGES.limits, LIMITS_REST * (performance.now() - began))
      return byUrgency([...byBudget(entries).values()].flatMap(meant))
    }).then(burn))
    const top = s.metric === 'records' ? 'cost' : s.metric
    for (const name of ['context', 'user']) {
      const largest = { group_by: name, ...rangeParams(kept(rangeOf(s), s)), ...filters, top, limit: TOP }
      aged(name, reason, () => parts.load(name, ask('/reports/usage', largest), { key: JSON.stringify(largest) }))
    }
    aged('alerts', reason, () => parts.load('alerts', ask('/alerts', { page: 1, limit: 6,
      budget_id: filters.budget_id })))
    aged('health', reason, () => parts.load('health', health))
    aged('prices', reason, () => parts.load('prices', prices))
    paint()
  }

  /**
   * Asks when there is news; when only time has passed, then if that makes it another question, as midnight does, or if
   * Budget did not answer.
   */
  function changed(name, reason, question, load) {
    const key = JSON.stringify(question)
    if (reason !== 'tick' || questions.get(name) !== key || [0, 503].includes(parts.error(name)?.status)) {
      questions.set(name, key)
      parts.load(name, load, { key })
    }
  }

  /** Asks when it is time for it again; always when the person has changed something. */
  function aged(name, reason, load) {
    const due = Date.now() - (asked.get(name) ?? 0) >= (name === 'limits' ? limitsAge : AGES[name])
    if (due || reason === 'manual' || reason === 'state') {
      asked.set(name, Date.now())
      load()
    }
  }

  /** How all limits stand; of one budget in three requests, which a key for that one may make. */
  async function summaries(budget, options) {
    if (!budget) {
      return allSummaries((params) => ctx.api.get('/budgets/summary', params, options))
    }
    const periods = await Promise.all(['daily', 'weekly', 'monthly'].map((period) =>
      ctx.api.get(`/budgets/${encodeURIComponent(budget)}/summary`, { period }, options).catch((failure) => {
        if (failure.status === 404) {
          return []
        }
        throw failure
      })))
    return periods.flat()
  }

  async function everUsed(signal) {
    if (Object.keys(ctx.state.filters).length > 0) {
      return true
    }
    const { items } = await ctx.api.get('/totals/budgets', { top: 'records', limit: 1 }, { signal })
    return items.length > 0
  }

  async function health(signal) {
    const quiet = (failure) => {
      if (failure.problem?.parts) {
        return failure.problem
      }
      throw failure
    }
    const absent = (failure) => {
      if ([400, 403, 404].includes(failure.status)) {
        return null
      }
      throw failure
    }
    const [state, system] = await Promise.all([ctx.api.get('/health', {}, { signal }).catch(quiet),
      ctx.api.get('/system', {}, { signal }).catch(absent)])
    return { state, system }
  }

  async function prices(signal) {
    const get = (path, params) => ctx.api.get(path, params, { signal })
    const [held, sources, changes] = await Promise.all([get('/prices/quarantine', { page: 1, limit: 1 }),
      get('/prices/sources', {}), get('/alerts', { type: 'price_changed', page: 1, limit: 4 })])
    return { held: held.total, sources: sources.items, changes }
  }

  function visibleLimits(all) {
    const { budget } = ctx.state.filters
    return budget ? all.filter(({ entry }) => entry.budget_id === budget) : all
  }

  /** The limit whose burn-down is shown: the one that was picked, else the most urgent that has a chart. */
  function picked() {
    const all = visibleLimits(parts.value('limits') ?? [])
    return (all.find(({ entry }) => entry.policy_id === ctx.state.params.limit)
      ?? all.find(({ entry, used }) => entry.period !== 'hourly' && Number(used) > 0))?.entry
  }

  function burn() {
    const entry = picked()
    if (entry && entry.period !== 'hourly') {
      const params = burnParams(entry)
      parts.load('burn', async (signal) => {
        const { items } = await ctx.api.get('/reports/usage', params, { signal, position: ctx.position })
        return { items, entry }
      }, { key: JSON.stringify(params) })
    }
  }

  function spend({ items, today, week, month }) {
    const since = (day) => items.filter((item) => item.day >= day)
    const unpriced = since(month).reduce((sum, item) => sum + item.unpriced_tokens, 0)
    const onlyBudget = Object.keys(ctx.state.filters).every((name) => name === 'budget')
    const figure = (label, day, period, range) => {
      const of = since(day)
      const cost = Decimal.sum(of.map((item) => item.total_cost))
      const used = of.reduce((sum, item) => sum + item.total_tokens, 0)
      const limits = onlyBudget ? wholeLimits(period) : null
      return html`<div class="spend">${stat({ label, value: money(cost), title: `${moneyExact(cost)} USD`,
        note: html`<span title=${count(used)}>${tokens(used)} tokens</span>, ${plural(of.reduce((sum, item) =>
          sum + item.record_count, 0), 'record')}`, href: href({ view: 'explore', ...range, by: 'model', by2: '' }) })}
        ${limits ? html`${meterBar({ ...limits, label: `${period} cost limits` })}
          <small>${money(limits.used)} of ${money(limits.limit)}: ${period} cost limits of ${plural(limits.budgets,
  'budget')}${Number(limits.reserved) > 0
  ? `; ${money(limits.reserved)} reserved` : ''}</small>` : nothing}</div>`
    }
    const range = (from) => ({ range: 'custom', from, to: today })
    const last = items.map((item) => item.last_at).sort().at(-1)
    return card({ kind: 'wide', body: html`<div class="spends">${figure('Today', today, 'daily', range(today))}
      ${figure('This week', week, 'weekly', range(week))}${figure('This month', month, 'monthly', { range: 'month' })}
      ${unpriced > 0 ? stat({ label: 'Unpriced tokens this month', value: tokens(unpriced), kind: 'bad',
        title: count(unpriced), note: 'no price is known: they cost 0 here', href: href({ view: 'prices' }) })
        : stat({ label: 'Unpriced tokens this month', value: '0', note: 'a price is known for all', kind: 'good' })}
      ${last ? stat({ label: 'Newest record', value: ago(last), title: time(last, ctx.state.zone),
        note: 'by its own time', href: href({ view: 'records' }) }) : nothing}</div>` })
  }

  /**
   * What the limits on all cost of a period allow together; null when there are none. Those that a budget came with
   * are nobody's plan, and of several of one budget the lowest counts. What is reserved beyond a budget's limit takes
   * nothing from another's.
   */
  function wholeLimits(period) {
    const lowest = new Map()
    for (const { entry } of visibleLimits(parts.value('limits') ?? [])) {
      if (entry.period === period && Number(entry.cost_limit) > 0 && !scopeOf(entry) && !given(entry)
        && !(Number(lowest.get(entry.budget_id)?.cost_limit) <= Number(entry.cost_limit))) {
        lowest.set(entry.budget_id, entry)
      }
    }
    const reserved = (entry) => {
      const left = Decimal.minus(entry.cost_limit, entry.total_cost)
      return Number(left) <= 0 ? '0' : Number(entry.reserved_cost) > Number(left) ? left : entry.reserved_cost
    }
    const entries = [...lowest.values()]
    return entries.length === 0 ? null : { used: Decimal.sum(entries.map((entry) => entry.total_cost)),
      reserved: Decimal.sum(entries.map(reserved)), limit: Decimal.sum(entries.map((entry) => entry.cost_limit)),
      budgets: entries.length }
  }

  function limits(all) {
    const seen = visibleLimits(all)
    const used = seen.filter(({ entry, used: n }) => Number(n) > 0 || Number(entry.reserved_tokens) > 0)
    const rows = (used.length ? used : seen).slice(0, TOP)
    const forecasts = rows.some(({ entry, share }) => entry.exhausted_at || share >= 1)
    const at = picked()
    const columns = [
      { name: 'budget', label: 'limit', value: ({ entry }) => limitName(entry), cell: ({ entry }) =>
        html`<span class="name">${limitName(entry)}</span>
          ${typeBadge(entry.type)}${scopeOf(entry) ? html`<br><small>${scopeOf(entry)}</small>` : nothing}` },
      { name: 'share', label: 'used', value: ({ share }) => share, cell: standingBar },
      ...(forecasts ? [{ name: 'exhausted', label: 'exhausted', value: ({ entry }) => entry.exhausted_at,
        cell: ({ entry, share }) => (share >= 1 ? html`<span class="bad">now</span>` : entry.exhausted_at
          ? html`<span class="bad nowrap" title=${time(entry.exhausted_at, ctx.state.zone)}>${
            ago(entry.exhausted_at)}</span>` : '–') }] : []),
      { name: 'ends', label: 'resets', wide: true, value: ({ entry }) => entry.end_time,
        cell: ({ entry }) => html`<span class="nowrap" title=${time(entry.end_time, ctx.state.zone)}>${ago(entry.end_time)}</span>` },
    ]
    return card({ title: 'Limits, the most urgent first', kind: 'half', actions: html`<a href=${href({ view: 'budgets' })}
      >All budgets</a>`, body: rows.length === 0 ? html`<p class="muted">No budget has a limit.
        <a href=${href({ view: 'budgets' })}>Make one</a></p>`
      : table({ caption: 'Limits, the most urgent first', columns, rows, key: ({ entry }) => entry.policy_id,
        rowClass: ({ entry }) => (entry.policy_id === at?.policy_id ? 'picked' : ''),
        onOpen: ({ entry }) => go({ params: { limit: entry.policy_id } }, { replace: true }) }) })
  }

  function burnCard() {
    const entry = picked()
    if (!entry) {
      return nothing
    }
    return card({ title: html`Burn-down of ${limitName(entry)}`, kind: 'half',
      actions: html`<a href=${href({ view: 'budgets', params: { id: entry.budget_id } })}>Open budget</a>`,
      body: entry.period === 'hourly' ? burnDown(entry, [], ctx.state.zone)
        : parts.show('burn', ({ items, entry: of }) => burnDown(of, items, ctx.state.zone)) })
  }

  function topList(name, label, rows, note) {
    const metric = ctx.state.metric === 'tokens' ? 'tokens' : 'cost'
    const field = METRIC_FIELDS[metric]
    const whole = rows.reduce((sum, row) => sum + Number(row[field]), 0)
    const shown = [...rows].sort((a, b) => b[field] - a[field]).slice(0, TOP)
    const look = looks(shown.map(({ id }) => id))
    const columns = [
      { name: 'id', label: name, sort: false, cell: (row) => html`<span class=${swatchClass(look.get(row.id))}></span>${
        row.id}${shareBar(whole ? row[field] / whole : 0)}` },
      { name: 'value', label: metric, number: true, sort: false, cell: (row) => metricCell(metric, row[field]) },
    ]
    return card({ title: label, kind: 'quarter', note, actions: html`<a href=${href({ view: 'explore', by: name, by2: '' })}
      >Explore</a>`, body: shown.length === 0 ? html`<p class="muted">${name === 'user' ? 'No record in this range names a user (user_id).'
        : 'No usage in this range.'}</p>`
      : table({ caption: `${label} by ${metric}`, columns, rows: shown, key: (row) => row.id, onOpen: (row) =>
        go({ view: name === 'context' ? 'records' : 'explore', filters: { [name]: row.id }, by: GO_ON[name], by2: '' }) }) })
  }

  function tops() {
    const s = ctx.state
    const grouped = (items, name) => {
      const sums = new Map()
      for (const item of items) {
        const row = sums.get(item[name]) ?? { id: item[name], total_cost: '0', total_tokens: 0 }
        row.total_cost = Decimal.sum([row.total_cost, item.total_cost])
        row.total_tokens += item.total_tokens
        sums.set(item[name], row)
      }
      return [...sums.values()]
    }
    const cut = rangeOf(s).from < oldestKept(s)
    const largest = (name, label) => parts.show(name, ({ items }) => topList(name, label, items.map((item) => ({ ...item,
      id: item[name] })), cut ? `the last ${KEPT_DAYS} days of it` : undefined), { hideMissing: true })
    return html`<div class="wide spread"><h2>The largest: ${rangeOf(s).label}</h2>
      ${tabs([['cost', 'Cost'], ['tokens', 'Tokens']], s.metric === 'tokens' ? 'tokens' : 'cost',
    (metric) => go({ metric }, { replace: true }), 'Metric')}</div>
      ${parts.show('tops', ({ items }) => html`${topList('model', 'Models', grouped(items, 'model'))}
        ${topList('component', 'Components', grouped(items, 'component'))}`)}
      ${largest('context', 'Contexts')}${largest('user', 'Users')}`
  }

  function alerts({ items, total }) {
    return card({ title: html`Open alerts ${total ? badge(count(total), 'warn') : nothing}`, kind: 'third',
      actions: html`<a href=${href({ view: 'alerts' })}>All</a>`,
      body: items.length === 0 ? html`<p class="muted">Nothing that nobody has seen.</p>`
        : html`<ul class="plain">${items.map((alert) => html`<li class="spread"><span>
          ${severity(alert.severity)} <a href=${href({ view: 'alerts', params: { id: alert.alert_id } })}>${
  alert.title}</a>${alert.budget_id && !alert.title.includes(alert.budget_id) ? html` <small>in ${
  alert.budget_id}</small>` : nothing}</span>
          <small class="nowrap" title=${time(alert.timestamp, ctx.state.zone)}>${ago(alert.timestamp)}</small></li>`)}</ul>` })
  }

  function priceCard({ held, sources, changes }) {
    const failing = sources.filter(({ status }) => status !== 'ok')
    const tops = parts.value('tops')?.items ?? []
    const unknown = new Map()
    for (const item of tops) {
      if (item.unpriced_tokens > 0) {
        unknown.set(item.model, (unknown.get(item.model) ?? 0) + item.unpriced_tokens)
      }
    }
    return card({ title: 'Prices', kind: 'third', actions: html`<a href=${href({ view: 'prices' })}>All</a>`,
      body: html`${properties([
        ['Unknown', unknown.size === 0 ? html`<span class="good">none in this range</span>` : html`<span class="bad">${
          [...unknown].slice(0, 4).map(([model, n]) => `${model}: ${tokens(n)} tokens`).join('; ')}${
          unknown.size > 4 ? ` and ${unknown.size - 4} more` : ''}</span>`],
        ['Quarantined', held ? html`<a href=${href({ view: 'prices', params: { tab: 'quarantine' } })}>${
          badge(`${count(held)} held`, 'warn')}</a>` : 'none'],
        ['Sources', failing.length ? html`${failing.map(({ source, failure }) => html`<span class="bad"
          title=${failure ?? ''}>${source} is failing </span>`)}` : sources.length ? `${sources.length} well` : 'not asked yet'],
        ['Changed', changes.total ? `${count(changes.total)} not yet seen` : 'none that nobody has seen']])}
        <ul class="plain">${changes.items.map((change) => html`<li class="spread"><span>${change.title}</span>
          <small class="nowrap" title=${time(change.timestamp, ctx.state.zone)}>${ago(change.timestamp)}</small></li>`)}</ul>` })
  }

  function healthCard({ state, system }) {
    const ill = Object.entries(state.parts ?? {}).filter(([, { status }]) => !WELL.has(String(status).toLowerCase()))
    const lag = system ? Number(system.lag_total ?? 0) : null
    return card({ title: 'System', kind: 'third', actions: html`<a href=${href({ view: 'system' })}>All</a>`,
      body: properties([
        ['State', badge(state.status, { healthy: 'good', unhealthy: 'bad' }[state.status] ?? 'warn')],
        ['Totals', system ? html`${lag === 0 ? html`<span class="good">have counted everything</span>`
          : html`<span class=${system.behind_ms > 10_000 ? 'bad' : 'warn'}>${count(lag)} records behind${
            system.behind_ms ? `, ${duration(Number(system.behind_ms) / 1000)}` : ''}</span>`}` : null],
        ['Instances', system ? count(system.instances?.length ?? 1) : null],
        ['Not well', ill.length === 0 ? html`<span class="good">nothing</span>` : html`${ill.map(([name, part]) =>
          html`<div>${name.replaceAll('_', ' ')}: <b class=${name === 'hermes' ? '' : 'warn'}>${part.status}</b></div>`)}`],
        ['Starts', state.missing?.length ? `waits for ${state.missing.join(', ')}` : null],
        ['Up', duration(state.uptime)], ['Version', state.version]]) })
  }

  function paint() {
    if (parts.value('spend')?.empty) {
      render(html`<div class="stack">${card({ body: firstRecord() })}<div class="grid">${rest()}</div></div>`, host)
      return
    }
    render(html`<div class="grid">${parts.show('spend', spend)}
      ${parts.show('limits', limits)}${burnCard()}${tops()}${rest()}</div>`, host)
  }

  function rest() {
    return html`<div class="wide grid">${parts.show('alerts', alerts)}
      ${parts.show('prices', priceCard, { hideMissing: true })}${parts.show('health', healthCard)}</div>`
  }

  refresh()
  const ticks = setInterval(() => !document.hidden && ctx.live.state !== 'paused' && refresh('tick'), TICK_MS)
  return {
    refresh,
    dispose() {
      clearInterval(ticks)
      parts.dispose()
    },
  }
}

/** When the hours of contexts and users begin that are surely kept. */
const oldestKept = (s) => shiftDate(wall(Date.now(), s.zone).date, 1 - KEPT_DAYS)

/** A range without what is not kept of contexts and users any more. */
function kept(range, s) {
  const oldest = oldestKept(s)
  return range.from < oldest ? { ...range, from: oldest } : range
}
