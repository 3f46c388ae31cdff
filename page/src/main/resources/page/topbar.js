/** The bar at the top: time range, zone, filters, whether the page is live, theme and help. */
import { html, nothing } from './lit-html.js'
import { get, hasKey } from './api.js'
import { ago, duration, zoneName } from './format.js'
import { DIMENSIONS, go, rangeOf, rangeParams, RANGES, shifted, state } from './state.js'
import { chip, toast } from './ui.js'

const THEME_SIGNS = { system: '◐', light: '○', dark: '●' }
const THEMES = Object.keys(THEME_SIGNS)
const MOST_PROPOSED = 200
let custom = false
let dimension = 'model'
const proposed = new Map()

/**
 * @param {{live: import('./events.js').Live, updatedAt: number|null, usageAt: number|null, onPause(): void, onHelp(): void, onKey(): void}} bar
 */
export function topBar({ live, updatedAt, usageAt, onPause, onHelp, onKey }) {
  const s = state()
  const open = custom || s.range === 'custom'
  return html`<header class="top"><div class="line">
      <div class="ranges" role="group" aria-label="Time range">
        <button class="bare" aria-label="Earlier" title="Earlier" @click=${() => go(shifted(-1))}>◀</button>
        ${RANGES.map(([name, label]) => html`<button class="range" aria-pressed=${s.range === name}
          @click=${() => pickRange(name)}>${label}</button>`)}
        <select class="range-list" aria-label="Time range" @change=${(event) => pickRange(event.target.value)}>
          ${RANGES.map(([name, label]) => html`<option value=${name} .selected=${s.range === name}>${label}</option>`)}
        </select>
        <button class="bare" aria-label="Later" title="Later" @click=${() => go(shifted(1))}>▶</button></div>
      <button class="zone" title="The zone of dates, hours and times: click to change" @click=${() =>
        go({ zone: s.zone === 'utc' ? 'browser' : 'utc' })}>${zoneName(s.zone)}</button>
      <span class="gap"></span>
      ${liveState(live, updatedAt, usageAt, onPause)}
      <button class="bare" title=${hasKey() ? 'A key is in use: click for another, or to forget it' : 'Give a key'} aria-label="API key"
        @click=${() => onKey()}>${hasKey() ? 'Key ✓' : 'Key'}</button>
      <button class="bare" title="Theme: ${theme()}" aria-label="Theme: ${theme()}" @click=${nextTheme}>${
  THEME_SIGNS[theme()]}</button>
      <button class="bare help" title="Keys" aria-label="Help: keys" @click=${() => onHelp()}>?</button></div>
    ${open ? customRange(s) : nothing}
    <div class="line filters">
      ${DIMENSIONS.filter(({ name }) => s.filters[name]).map(({ name, label }) => chip({ label, value: s.filters[name],
        onRemove: () => go({ filters: { [name]: '' } }) }))}
      <form class="add-filter" @submit=${add}>
        <select name="dimension" aria-label="Filter by" @change=${(event) => { dimension = event.target.value }}>
          ${DIMENSIONS.map(({ name, label }) => html`<option value=${name} .selected=${name === dimension}>${label}</option>`)}
        </select>
        <input id="filter" name="value" list="filter-values" placeholder="Filter: name, then Enter  ( / )"
          aria-label="Filter: exact name" autocomplete="off" spellcheck="false" @focus=${propose}>
        <datalist id="filter-values">${(proposed.get(dimension) ?? []).map((value) => html`<option value=${value}>`)}
        </datalist></form>
      ${Object.keys(s.filters).length > 1 ? html`<button class="bare" @click=${() => go({ filters:
        Object.fromEntries(DIMENSIONS.map(({ name }) => [name, ''])) })}>Clear all</button>` : nothing}</div></header>`
}

function pickRange(name) {
  custom = name === 'custom'
  if (!custom) {
    go({ range: name })
    return
  }
  const range = rangeOf()
  const to = new Date(range.end.getTime() - 1).toISOString().slice(0, 10)
  go({ range: 'custom', from: range.from, to: range.to ?? (range.from.length > 10 ? '' : to) })
}

function customRange(s) {
  const apply = (event) => {
    event.preventDefault()
    const form = event.currentTarget
    const at = (name) => {
      const hour = form[`${name}-hour`].value
      return form[name].value && hour !== '' ? `${form[name].value}T${hour}:00` : form[name].value
    }
    const [from, to] = [at('from'), at('to')]
    if (!from || (to && to.slice(0, from.length) < from.slice(0, to.length))) {
      toast('A range needs a beginning, and an end that is not before it.', 'bad')
      return
    }
    go({ range: 'custom', from, to })
  }
  const hours = (name, value) => html`<select name="${name}-hour" aria-label="Hour of ${name}">
    <option value="" .selected=${value.length <= 10}>whole day</option>
    ${Array.from({ length: 24 }, (_, i) => String(i).padStart(2, '0')).map((hour) =>
    html`<option value=${hour} .selected=${value.slice(11, 13) === hour}>${hour}:00</option>`)}</select>`
  return html`<form class="line custom" @submit=${apply}>
    <label>From <input type="date" name="from" required .value=${s.from.slice(0, 10)}></label>${hours('from', s.from)}
    <label>to <input type="date" name="to" .value=${s.to.slice(0, 10)}></label>${hours('to', s.to)}
    <button>Apply</button></form>`
}

function liveState(live, updatedAt, usageAt, onPause) {
  const age = duration((Date.now() - live.since) / 1000)
  const fresh = updatedAt ? `figures ${duration((Date.now() - updatedAt) / 1000)} old` : ''
  const words = {
    live: ['Live', usageAt ? `usage ${ago(usageAt)}` : ''],
    connecting: ['Connecting', ''],
    paused: ['Paused', fresh],
    offline: ['Offline', `for ${age}; ${fresh}`],
  }[live.state]
  return html`<button class="live ${live.state}" title="${live.message || fresh} (p: ${
    live.state === 'paused' ? 'go on' : 'pause'})" @click=${onPause}><i aria-hidden="true"></i>${words[0]}
    <small>${words[1]}</small></button>`
}

function add(event) {
  event.preventDefault()
  const form = event.currentTarget
  const value = form.value.value.trim()
  if (value) {
    go({ filters: { [form.dimension.value]: value } })
    form.value.value = ''
  }
}

/** Proposes names that were used in the range. Without them a name can be typed all the same. */
async function propose() {
  const name = dimension
  try {
    const report = await get('/reports/usage', { ...rangeParams(), group_by: name })
    const items = report.items.sort((a, b) => b.total_cost - a.total_cost).slice(0, MOST_PROPOSED)
    proposed.set(name, items.map((item) => item[name]))
  } catch {
    proposed.set(name, [])
  }
}

/** Puts the cursor into the filter. */
export const focusFilter = () => document.getElementById('filter')?.focus()

/** Puts the focus on the time range. */
export function focusRange() {
  const shown = [...document.querySelectorAll('.ranges [aria-pressed="true"], .range-list')]
  shown.find((element) => element.offsetParent)?.focus()
}

const theme = () => document.documentElement.dataset.theme ?? 'system'

function nextTheme() {
  const next = THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length]
  if (next === 'system') {
    delete document.documentElement.dataset.theme
    localStorage.removeItem('budget-theme')
  } else {
    document.documentElement.dataset.theme = next
    localStorage.setItem('budget-theme', next)
  }
  dispatchEvent(new Event('themechange'))
}
