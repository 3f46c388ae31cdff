/** One budget: its limits, how its window burns down, what is reserved, what was refused, what happened. */
import { get, send } from './api.js'
import { actsColumn, makeActs } from './acts.js'
import { budgetHistory } from './budget-history.js'
import { editBudget, editPolicy } from './budget-forms.js'
import { lines } from './chart.js'
import { curl } from './first.js'
import { ago, duration, metricValue, percent, time, timeExact } from './format.js'
import { lasts, limitLine, limitWords } from './limit-line.js'
import { PERIOD_NAMES, TYPE_NAMES, burn, given, measures, scope } from './limits.js'
import { makeParts } from './parts.js'
import { go, href, state } from './state.js'
import { amount, badge, card, emptyState, html, nothing, properties, render, table, tokenCount } from './ui.js'

const HOUR = 3_600_000
const STEPS = { hourly: 'hour', daily: 'hour', weekly: 'hour', monthly: 'day' }

/** The budget's summary in each period that has windows. */
async function summaries(id, signal) {
  const answers = await Promise.all(
    Object.keys(STEPS).map((period) => get(`/budgets/${encodeURIComponent(id)}/summary`, { period }, { signal }))
  )
  return answers.flat()
}

/** Those that somebody set; of a budget with none, those on the cost of everything that it came with. */
function own(entries) {
  const set = entries.filter((entry) => !given(entry))
  return set.length ? set : entries.filter((entry) => entry.cost_limit != null && scope(entry) === 'all usage')
}

/**
 * The view of one budget.
 * @param {HTMLElement} host
 * @param {string} id
 */
export function budgetDetail(host, id) {

  const parts = makeParts(paint)
  const act = makeActs(paint)
  const history = budgetHistory(id, parts)
  const path = `/budgets/${encodeURIComponent(id)}`
  let allLimits = false

  const reload = () => ['budget', 'standing', 'policies', 'allocations'].forEach((name) => parts.reload(name))

  /** Which limit the chart is of: the one in the address, else the one that runs out first. */
  function chosen(entries) {
    const wanted = state().params.limit
    return own(entries).find((entry) => entry.policy_id === wanted) ?? entries.find((entry) => entry.policy_id === wanted)
      ?? own(entries)[0] ?? null
  }

  async function loadBurn(signal) {
    const entries = await summaries(id, signal)
    const entry = chosen(entries)
    if (!entry) {
      return { entries, entry, spans: [] }
    }
    const { budget_id, tier, provider, component, task_type } = entry
    const hourly = entry.period === 'hourly'
    // A window of one hour has one figure, so its chart is of the day before.
    const from = hourly ? new Date(Date.parse(entry.end_time) - 24 * HOUR).toISOString() : entry.start_time
    const report = await get('/reports/usage', { group_by: STEPS[entry.period], budget_id, tier, provider, component,
      task_type, from, to: entry.end_time, zone: zoneOf() }, { signal })
    return { entries, entry, from, items: report.items }
  }

  const zoneOf = () => parts.value('budget')?.zone ?? 'UTC'

  function chart({ entry, items, from }) {
    if (!entry) {
      return emptyState('No limit of an hour, day, week or month', 'Set one to see how it is used up.')
    }
    const of = measures(entry)[0]
    const step = STEPS[entry.period] === 'hour' ? HOUR : 24 * HOUR
    const spans = items.map((item) => ({ at: item.hour ? Date.parse(item.hour) : dayBegin(item.day, entry),
      value: of.measure === 'cost' ? item.total_cost : item.total_tokens }))
    const words = limitWords(entry, of)
    if (entry.period === 'hourly') {
      return hours(spans, entry, of, words, Date.parse(from))
    }
    const window = { from: Date.parse(entry.start_time), to: Date.parse(entry.end_time), limit: Number(of.limit), step,
      now: Date.now() }
    const found = burn(spans, window)
    const end = found.forecast.at(-1)
    const share = of.limit > 0 ? end / of.limit : null
    const ends = time(entry.end_time, state().zone)
    const summary = share === null ? `The limit is zero.` : `${percent(of.share)} of the ${words} is used. At this rate it
      will be ${percent(share)} at the end of the window, ${ends}.`
    return html`<p>${summary}</p>
      ${lines({ title: `Use of the ${words}`, times: found.at, metric: of.measure, zone: state().zone, summary, series: [
        { name: 'used so far', values: found.used, colour: 0 },
        { name: 'if it goes on like this', values: found.forecast, dashed: true, colour: 1 },
        { name: 'even use', values: found.ideal, quiet: true },
        { name: 'limit', values: found.at.map(() => of.limit), dashed: true, colour: 2 },
      ] })}`
  }

  function hours(spans, entry, of, words, from) {
    const values = new Map(spans.map((span) => [span.at, span.value]))
    const at = Array.from({ length: 24 }, (_, i) => from + i * HOUR)
    return lines({ title: `Use per hour beside the ${words}`, times: at, metric: of.measure, zone: state().zone, series: [
      { name: 'used in the hour', values: at.map((hour) => values.get(hour) ?? 0), colour: 0 },
      { name: 'limit', values: at.map(() => of.limit), dashed: true, colour: 2 },
    ] })
  }

  /** When a day of the report began, told from the window's own begin, which has the zone in it. */
  function dayBegin(day, entry) {
    const first = Date.parse(entry.start_time)
    const begin = new Intl.DateTimeFormat('en-CA', { timeZone: zoneOf(), year: 'numeric', month: '2-digit', day: '2-digit' })
    return first + Math.round((Date.parse(day) - Date.parse(begin.format(first))) / HOUR) * HOUR
  }

  function standing({ entries, entry }) {
    const set = own(entries)
    if (!set.length) {
      return nothing
    }
    return html`<div class="limit-picks" role="group" aria-label="Limit shown in the chart">
      ${set.map((one) => html`<button class="limit-pick" aria-pressed=${one.policy_id === entry?.policy_id}
        @click=${() => go({ params: { limit: one.policy_id } }, { replace: true })}>
        ${limitLine(one)}<span class="note">Lasts: ${lasts(one)} · begins anew in
          ${duration((Date.parse(one.end_time) - Date.now()) / 1000)}</span></button>`)}</div>`
  }

  function policies({ items }) {
    const shown = allLimits ? items : items.filter((policy) => !untouched(policy))
    const columns = [
      { name: 'period', label: 'Counts', value: (policy) => PERIOD_NAMES[policy.period] },
      { name: 'type', label: 'Does', value: (policy) => TYPE_NAMES[policy.type], cell: (policy) => html`${
        TYPE_NAMES[policy.type]} ${policy.enabled ? nothing : badge('disabled')}` },
      { name: 'cost_limit', label: 'Cost limit', number: true, cell: (policy) => policy.cost_limit == null ? null
        : amount(policy.cost_limit) },
      { name: 'token_limit', label: 'Token limit', number: true, cell: (policy) => policy.token_limit == null ? null
        : tokenCount(policy.token_limit) },
      { name: 'scope', label: 'Of', value: scope, wide: true },
      { name: 'marks', label: 'Warns at', wide: true, sort: false, value: (policy) =>
        `${percent(policy.warning_threshold)}, ${percent(policy.action_threshold)}` },
      actsColumn(policyActs),
    ]
    const hidden = items.length - shown.length
    return html`${shown.length
      ? table({ columns, rows: shown, caption: 'Limits', stack: true, key: (policy) => policy.policy_id })
      : emptyState('Nobody has set a limit', 'The budget only counts and shows. Set a limit to be warned or to refuse.')}
      ${hidden || allLimits ? html`<button class="bare" aria-pressed=${allLimits} @click=${() => {
        allLimits = !allLimits
        paint()
      }}>${allLimits ? 'Hide those it came with' : `Show the ${hidden} warnings that it came with`}</button>` : nothing}`
  }

  const untouched = (policy) => given(policy) && policy.created_at === policy.updated_at

  function policyActs(policy) {
    const name = `${TYPE_NAMES[policy.type]} ${PERIOD_NAMES[policy.period]} on ${scope(policy)}`
    const one = `/policies/${encodeURIComponent(policy.policy_id)}`
    return html`<span class="row-acts">${act({ kind: 'edit limit', id: policy.policy_id, label: 'Edit', name: `Edit ${name}`,
      work: async () => {
        const saved = await editPolicy(parts.value('budget'), policy)
        reload()
        return saved ? 'The limit is saved. It holds for the next allocation.' : undefined
      } })}
    ${policy.enabled
      ? act({ kind: 'disable limit', id: policy.policy_id, label: 'Disable', name: `Disable ${name}`,
        question: { title: 'Disable this limit?', submit: 'Disable',
          text: `The ${name} warns and refuses no more. It can be enabled again.` },
        work: async () => {
          await send('DELETE', one)
          reload()
          return 'The limit is disabled.'
        } })
      : act({ kind: 'enable limit', id: policy.policy_id, label: 'Enable', name: `Enable ${name}`, work: async () => {
        await send('PUT', one, { enabled: true })
        reload()
        return 'The limit holds again.'
      } })}</span>`
  }

  function allocations({ items, total }) {
    if (!items.length) {
      return emptyState('No open allocation', 'Allocations reserve tokens before they are spent. One is made with',
        curl('/allocations', `{"budget_id": "${id}", "context_id": "my-run", "component": "my-app", "tokens_allocated": 1000}`))
    }
    const columns = [
      { name: 'context_id', label: 'Context' },
      { name: 'component', label: 'Component' },
      { name: 'model', label: 'Model', wide: true, value: (one) => [one.provider, one.model].filter(Boolean).join('/') || 'any' },
      { name: 'tokens_allocated', label: 'Allocated, tokens', number: true, cell: (one) => tokenCount(one.tokens_allocated) },
      { name: 'remaining_tokens', label: 'Left, tokens', number: true, cell: (one) => tokenCount(one.remaining_tokens) },
      { name: 'reserved_cost', label: 'Held', number: true, wide: true, cell: (one) => amount(one.reserved_cost) },
      { name: 'expiration_time', label: 'Expires', wide: true, cell: (one) =>
        html`<span class="when" title=${timeExact(one.expiration_time, state().zone)}>${ago(one.expiration_time)}</span>` },
      actsColumn(release),
    ]
    return html`${table({ columns, rows: items, caption: 'Open allocations', stack: true, key: (one) => one.allocation_id })}
      ${total > items.length ? html`<p class="note">The newest ${items.length} of ${total}.</p>` : nothing}`
  }

  const release = (one) => act({ kind: 'release', id: one.allocation_id, label: 'Release',
    name: `Release the allocation of ${one.context_id}`,
    question: { title: 'Release this allocation?', submit: 'Release',
      text: html`${tokenCount(one.remaining_tokens)} tokens of ${one.context_id} (${one.component}) go back to the budget.
        Its holder can no longer draw on it.` },
    work: async () => {
      const done = await send('POST', `/allocations/${encodeURIComponent(one.allocation_id)}/release`)
      reload()
      return `${metricValue('tokens', done.tokens_released)} tokens are released.`
    } })

  function refusals({ items, since }) {
    const columns = [
      { name: 'refused_at', label: 'When', cell: (one) =>
        html`<span class="when" title=${timeExact(one.refused_at, state().zone)}>${ago(one.refused_at)}</span>` },
      { name: 'component', label: 'Component', wide: true },
      { name: 'context_id', label: 'Context', wide: true },
      { name: 'tokens_allocated', label: 'Asked, tokens', number: true, cell: (one) => tokenCount(one.tokens_allocated) },
      { name: 'why', label: 'In the way', sort: false, cell: (one) => (one.blocking?.length
        ? one.blocking.map((limit) => html`<div>${limit.message}</div>`) : one.message) },
    ]
    return card({ title: 'Refused allocations', kind: 'wide',
      note: since ? html`Complete since ${time(since, state().zone)}; the last 24 hours are kept.` : nothing,
      body: items.length ? table({ columns, rows: items, caption: 'Refused allocations', stack: true, key: (one) => one.request_id })
        : html`<p class="note">None in the last hours.</p>` })
  }

  function head(budget) {
    const activation = budget.is_active
      ? act({ kind: 'deactivate', label: 'Deactivate', question: { title: `Deactivate ${budget.name}?`, submit: 'Deactivate',
        text: 'Its open allocations are released and it grants no more. Usage of it still counts. It can be activated again.' },
      work: async () => {
        await send('DELETE', path)
        reload()
        return `${budget.name} is inactive.`
      } })
      : act({ kind: 'activate', label: 'Activate', work: async () => {
        await send('PUT', path, { is_active: true })
        reload()
        return `${budget.name} grants again.`
      } })
    return card({ kind: 'wide', title: html`${budget.name} ${budget.is_active ? nothing : badge('inactive', 'warn')}`,
      actions: html`${act({ kind: 'new limit', label: 'New limit', look: 'primary', work: async () => {
        const made = await editPolicy(budget, null)
        reload()
        return made ? 'The limit is set. It holds for the next allocation.' : undefined
      } })}${act({ kind: 'edit budget', label: 'Edit', work: async () => {
        const saved = await editBudget(budget)
        reload()
        return saved ? 'The budget is saved.' : undefined
      } })}${activation}`,
      body: html`${budget.description ? html`<p>${budget.description}</p>` : nothing}
        <div class="flow">${properties([['Id', html`<code>${budget.budget_id}</code>`], ['Owner', budget.owner], ['Time zone', budget.zone],
          ['Made', time(budget.created_at, state().zone)],
          ['Spending', html`<a href=${href({ view: 'explore', filters: { budget: id } })}>Explore</a>`],
          ['Records', html`<a href=${href({ view: 'records', filters: { budget: id } })}>Newest first</a>`]])}</div>` })
  }

  function paint() {
    render(html`<div class="stack"><p class="crumbs"><a href=${href({ params: { id: null, limit: null } })}>← All budgets</a></p>
      ${parts.show('budget', head)}
      ${card({ title: 'Limits in use', kind: 'wide', body: parts.show('standing', (found) =>
        html`${standing(found)}${chart(found)}`) })}
      ${card({ title: 'Limits', kind: 'wide', body: parts.show('policies', policies) })}
      ${card({ title: 'Open allocations', kind: 'wide', body: parts.show('allocations', allocations) })}
      ${parts.show('refusals', refusals, { hideMissing: true })}
      ${history.template()}</div>`, host)
  }

  function refresh() {
    paint()
    parts.load('budget', (signal) => get(path, {}, { signal }))
    parts.load('standing', loadBurn, { key: state().params.limit ?? '' })
    parts.load('policies', (signal) => get(`${path}/policies`, { limit: 100 }, { signal }))
    parts.load('allocations', (signal) => get(`${path}/allocations`, { is_active: true, page: 1, limit: 50 }, { signal }))
    parts.load('refusals', (signal) => get('/refusals', { budget_id: id, limit: 100 }, { signal }))
    history.load()
  }

  return { id, refresh, paint, dispose: () => parts.dispose() }
}
