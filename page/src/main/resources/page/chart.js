/** Charts: drawn by uPlot, with a summary for who does not see them and a table behind each. */
import uPlot from './uplot.js'
import { html, nothing, render } from './lit-html.js'
import { css, fill, looks, OTHER, swatchClass } from './colours.js'
import { Decimal, metricExact, metricValue, moneyExact, timeShort, wall } from './format.js'
import { metricCell, table } from './ui.js'

export { colourOf, looks, OTHER, swatchClass } from './colours.js'

/** How many series a chart has beside {@link OTHER}. */
export const MOST_SERIES = 9
// One object: each call of matchMedia makes another, from which a listener of this one cannot be taken.
const DARK = matchMedia('(prefers-color-scheme: dark)')

/**
 * Stacked bars over time.
 * @param {object} spec
 * @param {string} spec.title
 * @param {string[]} spec.labels one for each bar, oldest first: `2026-11-29` or `2026-11-29 14:00`
 * @param {{name: string, values: any[]}[]} spec.series the largest first; those beyond nine are drawn as Other
 * @param {'cost'|'tokens'|'records'} spec.metric
 * @param {number} [spec.height] pixels, default 240
 * @param {(pick: {name: string, index: number}) => void} [spec.onPick] what a click on a piece of a bar does
 */
export const stackedBars = (spec) => html`<b-chart .spec=${{ kind: 'bars', ...spec, series: atMost(spec.series) }}>
  </b-chart>`

/**
 * Lines over time, such as what a budget has left.
 * @param {object} spec
 * @param {string} spec.title
 * @param {number[]} spec.times ms since 1970, ascending
 * @param {{name: string, values: (any|null)[], dashed?: boolean, colour?: number, quiet?: boolean}[]} spec.series
 *   `quiet` draws it grey
 * @param {'cost'|'tokens'|'records'} spec.metric
 * @param {string} [spec.summary] what a person sees in it, in a sentence
 * @param {'utc'|'browser'} [spec.zone]
 * @param {number} [spec.height]
 */
export const lines = (spec) => html`<b-chart .spec=${{ kind: 'lines', ...spec }}></b-chart>`

/**
 * A small line without axes.
 * @param {any[]} values
 * @param {string} label what it is of
 */
export function sparkline(values, label) {
  const numbers = values.map((value) => Number(value ?? 0))
  const top = Math.max(...numbers, 0) || 1
  const step = 100 / Math.max(1, numbers.length - 1)
  const points = numbers.map((n, i) => `${(i * step).toFixed(1)},${(19 - (n / top) * 18).toFixed(1)}`).join(' ')
  return html`<svg class="spark" viewBox="0 0 100 20" preserveAspectRatio="none" role="img" aria-label=${label}>
    <polyline points=${points}></polyline></svg>`
}

function atMost(series) {
  if (series.length <= MOST_SERIES + 1 && !series.slice(MOST_SERIES).some(({ name }) => name !== OTHER)) {
    return series
  }
  const rest = series.slice(MOST_SERIES)
  const values = rest[0].values.map((_, i) => Decimal.sum(rest.map((one) => one.values[i])))
  return [...series.slice(0, MOST_SERIES), { name: OTHER, values }]
}

class Chart extends HTMLElement {
  #spec = null
  #plot = null
  #shape = ''
  #asTable = false
  #sizes = new ResizeObserver(() => this.#fit())
  #repaint = () => {
    this.#shape = ''
    this.#draw()
  }

  connectedCallback() {
    this.#sizes.observe(this)
    addEventListener('themechange', this.#repaint)
    DARK.addEventListener('change', this.#repaint)
    if (this.#spec) {
      this.#paint()
    }
  }

  disconnectedCallback() {
    this.#sizes.disconnect()
    removeEventListener('themechange', this.#repaint)
    DARK.removeEventListener('change', this.#repaint)
    this.#plot?.destroy()
    this.#plot = null
    this.#shape = ''
  }

  set spec(spec) {
    this.#spec = spec
    if (this.isConnected) {
      this.#paint()
    }
  }

  #labels() {
    const { labels, times, zone } = this.#spec
    return labels ?? times.map((at) => timeShort(at, zone))
  }

  #summary() {
    const { title, summary, series, metric, kind } = this.#spec
    if (summary) {
      return `${title}. ${summary}`
    }
    const labels = this.#labels()
    const span = labels.length ? `from ${labels[0]} to ${labels.at(-1)}` : 'of no time'
    if (kind === 'lines') {
      return `${title}, ${span}: ${series.map(({ name }) => name).join(', ')}.`
    }
    const totals = series.map(({ name, values }) => ({ name, total: Decimal.sum(values) }))
    const total = Decimal.sum(totals.map((one) => one.total))
    const parts = totals.slice(0, 3).map((one) => `${one.name} ${metricValue(metric, one.total)}`)
    return `${title}, ${span}: ${metricValue(metric, total)} in all${parts.length ? `; ${parts.join(', ')}` : ''}.`
  }

  #paint() {
    const { series, kind, onPick } = this.#spec
    const look = this.#looks()
    const key = (one) => html`<span class=${swatchClass(look.get(one.name))}></span>${one.name}`
    render(html`<figure class="chart">
      <div class="plot" role="img" aria-label=${this.#summary()} ?hidden=${this.#asTable}></div>
      <div class="tip" hidden></div>
      ${this.#asTable ? this.#table() : nothing}
      <figcaption><ul class="legend">${series.map((one) => html`<li>${onPick && one.name !== OTHER && kind === 'bars'
        ? html`<button class="bare" @click=${() => onPick({ name: one.name, index: -1 })}>${key(one)}</button>`
        : key(one)}</li>`)}</ul>
        <button class="bare twin" aria-pressed=${this.#asTable} @click=${() => {
          this.#asTable = !this.#asTable
          this.#paint()
        }}>${this.#asTable ? 'Show as chart' : 'Show as table'}</button></figcaption></figure>`, this)
    this.#draw()
  }

  #looks() {
    const { series } = this.#spec
    const out = looks(series.map(({ name }) => name))
    for (const { name, colour, quiet } of series) {
      if (quiet || colour !== undefined) {
        out.set(name, { colour: quiet ? -1 : colour, pattern: 0 })
      }
    }
    return out
  }

  #table() {
    const { title, series, metric } = this.#spec
    const labels = this.#labels()
    const columns = [{ name: 'at', label: 'Time', value: (row) => row.label },
      ...series.map((one, i) => ({ name: `s${i}`, label: one.name, number: true, value: (row) => one.values[row.i],
        cell: (row) => metricCell(metric, one.values[row.i]) }))]
    return table({ caption: title, columns, rows: labels.map((label, i) => ({ label, i })) })
  }

  #fit() {
    const host = this.querySelector('.plot')
    if (this.#plot && host?.clientWidth) {
      this.#plot.setSize({ width: host.clientWidth, height: this.#spec.height ?? 240 })
    }
  }

  #draw() {
    const host = this.querySelector('.plot')
    if (!host || this.#asTable) {
      return
    }
    const { kind, series, labels, times, height = 240, metric } = this.#spec
    const shape = JSON.stringify([kind, metric, series.map((one) => [one.name, one.dashed]), labels, height])
    const data = kind === 'bars' ? stacked(series, labels.length)
      : [times.map((at) => at / 1000), ...series.map((one) => one.values.map((v) => (v === null ? null : Number(v))))]
    if (this.#plot && shape === this.#shape) {
      this.#plot.setData(data)
      return
    }
    this.#plot?.destroy()
    this.#shape = shape
    const options = kind === 'bars' ? this.#barOptions() : this.#lineOptions()
    this.#plot = new uPlot({ ...options, width: host.clientWidth || 300, height }, data, host)
  }

  #common() {
    const axis = { stroke: () => css('--muted'), font: '11px system-ui, sans-serif', ticks: { show: false },
      grid: { stroke: () => css('--grid'), width: 1 } }
    const { metric } = this.#spec
    return {
      legend: { show: false },
      padding: [10, 8, 0, 0],
      cursor: { drag: { x: false, y: false }, y: false, points: { show: false } },
      hooks: { setCursor: [(u) => this.#tip(u)] },
      x: { ...axis, grid: { show: false }, size: 28 },
      y: { ...axis, gap: 6, size: (_, values) => 16 + 6.6 * Math.max(4, ...(values ?? []).map((text) => text.length)),
        values: (_, splits) => splits.map((v) => axisValue(metric, round(v))),
        incrs: metric === 'cost' ? undefined : WHOLE_STEPS },
    }
  }

  #barOptions() {
    const { series, labels, onPick } = this.#spec
    const { x, y, ...common } = this.#common()
    const look = this.#looks()
    const bars = uPlot.paths.bars({ size: [0.78, 64] })
    return {
      ...common,
      scales: { x: { time: false, range: () => [-0.5, labels.length - 0.5] },
        y: { range: (_, _min, max) => [0, max > 0 ? max * 1.06 : 1] } },
      axes: [{ ...x, splits: (u) => everyNth(labels.length, u.bbox.width / devicePixelRatio, labels),
        values: (_, splits) => splits.map((i) => axisLabel(labels, i)) }, y],
      series: [{}, ...[...series].reverse().map(({ name }) => ({ label: name, fill: () => fill(look.get(name)),
        stroke: 'transparent', width: 0, paths: bars, points: { show: false } }))],
      hooks: { ...common.hooks, ready: onPick ? [(u) => {
        u.over.classList.add('pickable')
        u.over.addEventListener('click', () => this.#pick(u))
      }] : [] },
    }
  }

  #lineOptions() {
    const { series, zone } = this.#spec
    const { x, y, ...common } = this.#common()
    const look = this.#looks()
    return {
      ...common,
      tzDate: (seconds) => (zone === 'browser' ? new Date(seconds * 1e3)
        : uPlot.tzDate(new Date(seconds * 1e3), 'Etc/UTC')),
      scales: { y: { range: (_, min, max) => [Math.min(0, min ?? 0), max > 0 ? max * 1.06 : 1] } },
      padding: [10, 22, 0, 0],
      axes: [{ ...x, space: 64, incrs: TIME_STEPS, values: (_, splits, i, space, step) => splits.map((at) =>
        timeAxisLabel(at * 1e3, zone, step)) }, y],
      series: [{}, ...series.map(({ name, dashed }) => ({ label: name, width: 2, spanGaps: false,
        dash: dashed ? [5, 4] : undefined, stroke: () => fill(look.get(name)), points: { show: false } }))],
    }
  }

  /** Which piece of a bar the pointer is on. */
  #under(u) {
    const { idx, top } = u.cursor
    if (idx === null || idx === undefined || top < 0) {
      return null
    }
    const value = u.posToVal(top, 'y')
    let low = 0
    for (const { name, values } of this.#spec.series) {
      low += Number(values[idx] ?? 0)
      if (value <= low) {
        return { name, index: idx }
      }
    }
    return { name: null, index: idx }
  }

  #pick(u) {
    const under = this.#under(u)
    if (under?.name && under.name !== OTHER) {
      this.#spec.onPick(under)
    }
  }

  #tip(u) {
    const tip = this.querySelector('.tip')
    const { idx, left } = u.cursor
    if (!tip) {
      return
    }
    tip.hidden = idx === null || idx === undefined || left < 0
    if (tip.hidden) {
      return
    }
    const { series, metric, kind } = this.#spec
    const look = this.#looks()
    const under = kind === 'bars' ? this.#under(u)?.name : null
    const shown = series.filter(({ values }) => values[idx] !== null && (kind === 'lines' || Number(values[idx] ?? 0) !== 0))
    const total = kind === 'bars' ? Decimal.sum(series.map(({ values }) => values[idx])) : null
    render(html`<b>${this.#labels()[idx]}</b>
      ${shown.map(({ name, values }) => html`<div class=${name === under ? 'under' : ''}>
        <span class=${swatchClass(look.get(name))}></span><span>${name}</span>
        <span class="n" title=${metricExact(metric, values[idx])}>${metricValue(metric, values[idx])}</span></div>`)}
      ${total === null ? nothing : html`<div class="total"><span></span><span>Total</span>
        <span class="n">${metricValue(metric, total)}</span></div>`}`, tip)
    const host = this.querySelector('.plot')
    const x = u.bbox.left / devicePixelRatio + left
    const right = x > host.clientWidth / 2
    tip.style.left = right ? 'auto' : `${x + 12}px`
    tip.style.right = right ? `${host.clientWidth - x + 12}px` : 'auto'
  }
}

/** Steps of an axis of things that have no halves. */
const WHOLE_STEPS = Array.from({ length: 15 }, (_, i) => [1, 2, 5].map((n) => n * 10 ** i)).flat()

/** Steps of an axis of time, s. */
const TIME_STEPS = [60, 300, 900, 3600, 7200, 14400, 21600, 43200, 86400, 172800, 345600, 604800, 1209600, 2592000,
  7776000]

function timeAxisLabel(at, zone, step) {
  const { date, time } = wall(at, zone)
  return step < 86_400 && time !== '00:00' ? time : axisLabel([date], 0)
}

/** An amount without the zeros that say how exact it is: on an axis all are exact. */
function axisValue(metric, value) {
  return metric === 'cost' ? moneyExact(value).replace(/(\.\d)$/, '$10') : metricValue(metric, value)
}

/** Without the noise of binary fractions on an axis. */
const round = (value) => Number(value.toPrecision(10))

/** Each series on top of those before it. The last stands first, so that the others are drawn over it. */
function stacked(series, length) {
  const x = Array.from({ length }, (_, i) => i)
  let below = x.map(() => 0)
  const out = series.map(({ values }) => {
    below = below.map((low, i) => low + Number(values[i] ?? 0))
    return below
  })
  return [x, ...out.reverse()]
}

function everyNth(length, width, labels) {
  const room = Math.max(1, Math.floor(width / (labels[0]?.length > 10 ? 54 : 62)))
  const step = Math.max(1, Math.ceil(length / room))
  return Array.from({ length: Math.ceil(length / step) }, (_, i) => i * step)
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** A label in few characters: the hour, the day of the month or the month. */
function axisLabel(labels, i) {
  const [date, hour] = (labels[i] ?? '').split(' ')
  const [year, month, day] = date.split('-')
  const name = MONTHS[Number(month) - 1]
  if (!name) {
    return date
  }
  if (hour && hour !== '00:00' && i > 0) {
    return hour
  }
  return day ? `${Number(day)} ${name}` : `${name} ${year}`
}

customElements.define('b-chart', Chart)
