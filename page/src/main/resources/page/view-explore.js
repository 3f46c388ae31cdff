/** Explore: usage over time by one or two of its dimensions. */
import { firstRecord } from './first.js'
import { count, Decimal, METRIC_FIELDS, money, moneyExact, percent, tokens } from './format.js'
import { stackedBars, MOST_SERIES, sparkline, swatchClass, looks, OTHER } from './chart.js'
import { makeParts } from './parts.js'
import { bucketKey, buckets, DIMENSIONS, filterParams, go, href, METRICS, rangeOf, rangeParams } from './state.js'
import { badge, card, emptyState, html, metricCell, nothing, render, shareBar, stat, table, tabs, toast } from './ui.js'

export const title = 'Explore'

/** What a click on a value goes on to group by: the first that is not fixed yet. */
const WAY_DOWN = ['budget', 'component', 'model', 'task_type', 'provider', 'tier']
const BETWEEN = ' · '
const FIELDS = ['input_tokens', 'output_tokens', 'unpriced_tokens', 'total_tokens', 'total_cost', 'record_count']

/** @param {HTMLElement} host */
export function view(host, ctx) {
  const parts = makeParts(paint)

  function question() {
    const { by, by2 } = ctx.state
    const range = rangeOf(ctx.state)
    return { range, by, by2, params: { group_by: [range.step, by, by2].filter(Boolean).join(','), ...rangeParams(range),
      ...filterParams(ctx.state) } }
  }

  function refresh() {
    const { range, params, by, by2 } = question()
    const { zone } = ctx.state
    parts.load('report', async (signal) => {
      const report = await ctx.api.get('/reports/usage', params, { signal, position: ctx.position })
      ctx.updated()
      const empty = report.items.length === 0 && !(await everUsed(signal))
      return { ...summed(report.items, range, [by, by2].filter(Boolean), zone), range, by, by2, empty }
    }, { key: JSON.stringify(params) })
    paint()
  }

  async function everUsed(signal) {
    if (Object.keys(ctx.state.filters).length > 0) {
      return true
    }
    const { items } = await ctx.api.get('/totals/budgets', { top: 'records', limit: 1 }, { signal })
    return items.length > 0
  }

  async function csv() {
    const { params, range } = question()
    try {
      await ctx.api.download('/reports/usage', { ...params, format: 'csv' },
        `usage-by-${params.group_by.replaceAll(',', '-')}-${range.from}.csv`)
    } catch (failure) {
      toast(failure.message, 'bad')
    }
  }

  function drill({ by, by2 }, values) {
    const { filters } = ctx.state
    const added = Object.fromEntries([by, by2].filter(Boolean).map((name, i) => [name, values[i]]))
    const fixed = { ...filters, ...added }
    const next = WAY_DOWN.find((name) => !fixed[name])
    if (by === 'context' || !next) {
      go({ view: 'records', filters: added })
    } else {
      go({ filters: added, by: next, by2: '' })
    }
  }

  function controls() {
    const { metric, by, by2 } = ctx.state
    const options = () => DIMENSIONS.map(({ name, label }) => html`<option value=${name} .selected=${name === by}>${
      label}</option>`)
    const pick = (name) => (event) => {
      const { value } = event.target
      go({ [name]: value, ...(name === 'by' && value === by2 ? { by2: '' } : {}) })
    }
    return html`<div class="row controls">
      <label>Group by <select @change=${pick('by')}>${options()}</select></label>
      <label>then <select @change=${pick('by2')}><option value="" .selected=${by2 === ''}>–</option>${
  DIMENSIONS.filter(({ name }) => name !== by).map(({ name, label }) => html`<option value=${name}
          .selected=${name === by2}>${label}</option>`)}</select></label>
      ${tabs(METRICS.map((name) => [name, name === 'cost' ? 'Cost' : name === 'tokens' ? 'Tokens' : 'Records']), metric,
        (name) => go({ metric: name }, { replace: true }), 'Metric')}
      <span class="gap"></span><button @click=${csv} title="The same report, as the API answers it">CSV</button></div>`
  }

  function totals({ total }) {
    return html`<div class="stats">
      ${stat({ label: 'Cost', value: money(total.total_cost), title: `${moneyExact(total.total_cost)} USD` })}
      ${stat({ label: 'Tokens', value: tokens(total.total_tokens), title: count(total.total_tokens),
        note: `${tokens(total.input_tokens)} in, ${tokens(total.output_tokens)} out` })}
      ${stat({ label: 'Records', value: count(total.record_count) })}
      ${total.unpriced_tokens > 0 ? stat({ label: 'Unpriced tokens', value: tokens(total.unpriced_tokens), kind: 'bad',
        title: count(total.unpriced_tokens), note: 'no price is known: they cost 0 here' }) : nothing}</div>`
  }

  function chart(data) {
    const { metric } = ctx.state
    const { by, by2 } = data
    const field = METRIC_FIELDS[metric]
    const rows = ordered(data.rows, field)
    return stackedBars({
      title: `${{ cost: 'Cost in USD', tokens: 'Tokens', records: 'Records' }[metric]} per ${data.range.step} by ${
        [by, by2].filter(Boolean).join(' and ').replace('_', ' ')}`,
      labels: data.labels,
      metric,
      height: 260,
      series: rows.map((row) => ({ name: row.name, values: row.over.map((cell) => cell?.[field] ?? 0) })),
      onPick: ({ name }) => drill(data, rows.find((row) => row.name === name).values),
    })
  }

  function list(data) {
    const { metric } = ctx.state
    const { by, by2 } = data
    const field = METRIC_FIELDS[metric]
    const rows = ordered(data.rows, field)
    const look = looks(rows.slice(0, MOST_SERIES).map(({ name }) => name).concat(rows.length > MOST_SERIES ? OTHER : []))
    const whole = Number(data.total[field])
    const label = (name) => DIMENSIONS.find((dimension) => dimension.name === name).label
    const columns = [by, by2].filter(Boolean).map((name, i) => ({ name, label: label(name), value: (row) => row.values[i],
      cell: (row) => html`<span class="name">${i === 0 ? html`<span class=${swatchClass(look.get(row.name)
        ?? look.get(OTHER))}></span>` : nothing}${row.values[i]}</span>` }))
    columns.push(
      { name: 'share', label: 'share', number: true, value: (row) => Number(row[field]),
        cell: (row) => percent(whole ? Number(row[field]) / whole : 0) },
      { name: 'bar', label: '', sort: false, wide: true, cell: (row) => shareBar(whole ? row[field] / whole : 0) },
      { name: 'over', label: 'over time', sort: false, wide: true,
        cell: (row) => sparkline(row.over.map((cell) => cell?.[field] ?? 0), `${row.name} over time`) },
      { name: 'cost', label: 'cost', number: true, value: (row) => row.total_cost,
        cell: (row) => metricCell('cost', row.total_cost) },
      { name: 'tokens', label: 'tokens', number: true, wide: true, value: (row) => row.total_tokens,
        cell: (row) => metricCell('tokens', row.total_tokens) },
      { name: 'records', label: 'records', number: true, wide: true, value: (row) => row.record_count,
        cell: (row) => count(row.record_count) },
      { name: 'unpriced', label: 'unpriced', number: true, wide: true, value: (row) => row.unpriced_tokens,
        title: 'Tokens without a known price',
        cell: (row) => (row.unpriced_tokens > 0 ? badge(tokens(row.unpriced_tokens), 'bad') : '–') })
    const foot = html`<tr><td colspan=${by2 ? 2 : 1}>Total of ${rows.length}</td>
      <td class="n">${whole ? '100 %' : ''}</td><td class="wide-only"></td><td class="wide-only"></td>
      <td class="n">${metricCell('cost', data.total.total_cost)}</td>
      <td class="n wide-only">${metricCell('tokens', data.total.total_tokens)}</td>
      <td class="n wide-only">${count(data.total.record_count)}</td>
      <td class="n wide-only">${data.total.unpriced_tokens > 0 ? tokens(data.total.unpriced_tokens) : '–'}</td></tr>`
    return table({ caption: `Usage by ${[by, by2].filter(Boolean).map(label).join(' and ')}`, columns, rows, foot, limit: 50,
      key: (row) => row.name, onOpen: (row) => drill(data, row.values) })
  }

  function body(data) {
    if (data.empty) {
      return card({ body: firstRecord() })
    }
    if (data.rows.length === 0) {
      const filtered = Object.keys(ctx.state.filters).length > 0
      return card({ body: emptyState('No usage in this range', html`${filtered ? 'Nothing matches the filters in this time.'
        : 'Nothing was reported in this time.'} Take <a href=${href({ range: '30d' })}>30 days</a>${
        filtered ? ', or fewer filters' : ''}.`) })
    }
    return html`<div class="stack">
      ${card({ body: html`${totals(data)}${chart(data)}` })}
      ${card({ body: html`${list(data)}`, note: html`A click on a row or a piece of a bar adds it as a filter and goes
        one step down. <a href=${href({ view: 'records' })}>Records behind this</a>` })}</div>`
  }

  function paint() {
    render(html`${controls()}${parts.show('report', body)}`, host)
  }

  refresh()
  return { refresh, dispose: parts.dispose }
}

const ordered = (rows, field) => [...rows].sort((a, b) => b[field] - a[field] || (a.name < b.name ? -1 : 1))

/** The items of a report, by their values: each with its sums, and what there is of it in each bucket. */
function summed(items, range, names, zone) {
  const times = buckets(range, zone)
  const place = new Map(times.map(({ key }, i) => [key, i]))
  const rows = new Map()
  for (const item of items) {
    const values = names.map((name) => item[name] ?? '')
    const name = values.join(BETWEEN)
    let row = rows.get(name)
    if (!row) {
      row = { name, values, over: Array(times.length).fill(null), items: [] }
      rows.set(name, row)
    }
    row.items.push(item)
    const at = place.get(bucketKey(item, range.step))
    if (at !== undefined) {
      row.over[at] = item
    }
  }
  const all = [...rows.values()]
  for (const row of all) {
    Object.assign(row, sums(row.items))
    delete row.items
  }
  return { rows: all, labels: times.map(({ label }) => label), total: sums(all) }
}

function sums(items) {
  return Object.fromEntries(FIELDS.map((field) => [field, field === 'total_cost'
    ? Decimal.sum(items.map((item) => item[field])) : items.reduce((sum, item) => sum + Number(item[field]), 0)]))
}
