/** The pieces that views are made of. Each is a lit-html template, or shows itself and answers. */
import { html, nothing, svg } from './lit-html.js'
import { ApiError, save } from './api.js'
import { count, metricExact, metricValue, money, moneyExact, percent, tokens } from './format.js'
import './table.js'

export { dialogForm, drawer, toast } from './dialogs.js'
export { html, nothing, render } from './lit-html.js'

/**
 * A table with sorting, `j`, `k` and Enter.
 * @param {object} spec
 * @param {{name: string, label: string, value?: (row) => any, cell?: (row) => unknown, number?: boolean,
 *   sort?: boolean, title?: string, wide?: boolean, narrow?: boolean}[]} spec.columns `value` sorts (by default the
 *   field of that name), `cell` shows (by default the value); `number` sets it right; `wide` leaves it out on a phone;
 *   `sort: false` cannot be sorted by
 * @param {object[]} spec.rows
 * @param {string} spec.caption what the table is of, read out by screen readers
 * @param {(row) => void} [spec.onOpen] what a click or Enter on a row does
 * @param {(row) => string} [spec.key] what tells rows apart over refreshes; by default their place
 * @param {{by: string, down: boolean}|null} [spec.sort] how it is sorted at first; absent: in the order of the rows
 * @param {number} [spec.limit] how many rows are shown at first, default 100
 * @param {unknown} [spec.foot] a template of `<tr>`
 * @param {(row) => string} [spec.rowClass]
 * @param {boolean} [spec.stack] on a phone each row is a block, each cell of it under its label
 */
export const table = (spec) => html`<b-table .spec=${spec}></b-table>`

/**
 * A box with a title.
 * @param {{title?: unknown, actions?: unknown, body: unknown, note?: unknown, kind?: string}} spec `kind` is a class
 *   such as `wide`, `half` or `bad`
 */
export function card({ title, actions, body, note, kind = '' }) {
  return html`<section class="card ${kind}">
    ${title || actions ? html`<header><h2>${title}</h2><div class="actions">${actions}</div></header>` : nothing}
    ${body}${note ? html`<p class="note">${note}</p>` : nothing}</section>`
}

/**
 * One figure.
 * @param {{label: string, value: unknown, title?: string, note?: unknown, kind?: 'bad'|'warn'|'good'|'', href?: string}} spec
 */
export function stat({ label, value, title = '', note, kind = '', href }) {
  const shown = html`<span class="figure ${kind}" title=${title}>${value}</span>`
  return html`<div class="stat"><span class="label">${label}</span>
    ${href ? html`<a href=${href}>${shown}</a>` : shown}
    ${note ? html`<span class="note">${note}</span>` : nothing}</div>`
}

/** An amount of USD in short, with the exact one in its title. */
export const amount = (value) => html`<span class="n" title="${moneyExact(value)} USD">${money(value)}</span>`

/** A number of tokens in short, with the exact one in its title. */
export const tokenCount = (value) => html`<span class="n" title="${count(value)} tokens">${tokens(value)}</span>`

/** A value of a metric in short, with the exact one in its title. */
export const metricCell = (metric, value) =>
  html`<span class="n" title=${metricExact(metric, value)}>${metricValue(metric, value)}</span>`

/**
 * How much of a limit is used and reserved, with marks where Budget warns.
 * @param {{used: any, reserved?: any, limit: any, label?: string, marks?: number[]}} spec `label` says what it is of;
 *   `marks` are fractions, ascending, by default 80 and 95 %
 */
export function meterBar({ used, reserved = 0, limit, label = '', marks = [0.8, 0.95] }) {
  const whole = Number(limit)
  const part = (value) => (whole > 0 ? Math.max(0, Math.min(1, Number(value ?? 0) / whole)) : Number(value) > 0 ? 1 : 0)
  const u = part(used)
  const r = Math.min(1 - u, part(reserved))
  const kind = u + r >= marks.at(-1) ? 'bad' : u + r >= marks[0] ? 'warn' : 'good'
  const share = whole > 0 ? Number(used ?? 0) / whole : u
  const said = `${label ? label + ': ' : ''}${percent(share)} used${r > 0 ? `, ${percent(r)} reserved` : ''}`
  return html`<svg class="meter ${kind}" role="img" aria-label=${said} preserveAspectRatio="none">
    <title>${said}</title>
    <rect class="rail" width="100%" height="100%" rx="3"></rect>
    <rect class="reserved" width="${(u + r) * 100}%" height="100%" rx="3"></rect>
    <rect class="used" width="${u * 100}%" height="100%" rx="3"></rect>
    ${marks.map((mark) => svg`<rect class="mark" x="${mark * 100}%" width="1" height="100%"></rect>`)}</svg>`
}

/** A small box for a share of a whole, 0 to 1: for cells of tables. */
export function shareBar(fraction) {
  const width = Math.max(0, Math.min(1, Number(fraction) || 0)) * 100
  return html`<svg class="share" aria-hidden="true" preserveAspectRatio="none"><rect width="${width}%" height="100%"
    rx="2"></rect></svg>`
}

/**
 * A filter or a property. With `onRemove` it has a cross.
 * @param {{label: string, value?: unknown, onRemove?: () => void}} spec
 */
export function chip({ label, value, onRemove }) {
  return html`<span class="chip"><span class="label">${label}</span>${value === undefined ? nothing : html` <b>${value}</b>`}
    ${onRemove ? html`<button class="bare" aria-label="Remove ${label} ${value ?? ''}" @click=${onRemove}>×</button>`
      : nothing}</span>`
}

/** A word with a colour of its own: `good`, `warn`, `bad`, `info` or none. */
export const badge = (text, kind = '') => html`<span class="badge ${kind}">${text}</span>`

/** A way to see a severity or state without its colour. */
export function severity(name) {
  const kind = { error: 'bad', critical: 'bad', warning: 'warn', info: 'info' }[name] ?? ''
  return badge(name, kind)
}

/**
 * Says that there is nothing, and what to do next.
 * @param {unknown} title
 * @param {unknown} text
 * @param {string} [code] a command to copy
 */
export function emptyState(title, text, code) {
  return html`<div class="empty"><h3>${title}</h3><p>${text}</p>
    ${code ? html`<div class="code"><pre tabindex="0">${code}</pre>${copyButton(code)}</div>` : nothing}</div>`
}

/** That something is asked for. */
export const loading = (text = 'Loading…') => html`<p class="loading" role="status">${text}</p>`

/**
 * Says why there is nothing, in the API's own words.
 * @param {ApiError|Error} error
 * @param {() => void} [retry]
 */
export function errorBox(error, retry) {
  const api = error instanceof ApiError
  const title = api ? error.problem.title ?? 'The request failed' : 'The page has a fault'
  const advice = api && error.status === 401 ? 'Give a key: with the button at the top.'
    : api && error.status === 422 && error.message.startsWith('zone:') ? 'Take UTC: with the button of the zone at the top.'
    : api && error.status === 403 ? 'The key that this page uses may not do this. Use another key.'
    : api && error.status === 503 ? 'Budget is starting, or a part of it is not there. The page asks again.' : ''
  return html`<div class="error" role="alert"><b>${title}</b>
    <p>${error.message}</p>${advice ? html`<p>${advice}</p>` : nothing}
    ${retry ? html`<button @click=${retry}>Try again</button>` : nothing}</div>`
}

/**
 * A row of alternatives of which one is shown.
 * @param {[string, unknown][]} items name and label
 * @param {string} current
 * @param {(name: string) => void} onPick
 * @param {string} label what is chosen
 */
export function tabs(items, current, onPick, label = 'Show') {
  return html`<div class="tabs" role="group" aria-label=${label}>${items.map(([name, text]) =>
    html`<button aria-pressed=${name === current} @click=${() => onPick(name)}>${text}</button>`)}</div>`
}

/** A button that puts a text on the clipboard. */
export function copyButton(text, label = 'Copy') {
  const copy = async (event) => {
    const button = event.currentTarget
    try {
      await navigator.clipboard.writeText(typeof text === 'function' ? text() : text)
      button.textContent = 'Copied'
    } catch {
      button.textContent = 'Select and copy by hand'
    }
    setTimeout(() => { button.textContent = label }, 2_000)
  }
  return html`<button class="copy" @click=${copy}>${label}</button>`
}

/**
 * A labelled input of a form.
 * @param {object} spec
 * @param {string} spec.name
 * @param {string} spec.label
 * @param {'text'|'number'|'password'|'date'|'checkbox'|'select'|'textarea'|'url'} [spec.type]
 * @param {any} [spec.value]
 * @param {[string, string][]} [spec.options] of a select: value and label
 * @param {boolean} [spec.required]
 * @param {string} [spec.hint]
 * @param {string} [spec.placeholder]
 * @param {boolean} [spec.disabled]
 * @param {string} [spec.pattern] that the value must have
 * @param {string} [spec.error] what is wrong with it
 * @param {(event: Event) => void} [spec.onInput]
 */
export function field(spec) {
  const { name, label, type = 'text', value = '', options = [], required = false, hint = '', placeholder = '',
    disabled = false, pattern, error = '', onInput } = spec
  const hinted = hint || error ? html`<small id="hint-${name}">${error ? html`<b class="bad">${error}</b> ` : nothing}${hint}</small>`
    : nothing
  const described = hint || error ? `hint-${name}` : nothing
  const invalid = error ? 'true' : nothing
  if (type === 'checkbox') {
    return html`<label class="field check"><input type="checkbox" name=${name} .checked=${Boolean(value)}
      ?disabled=${disabled} aria-describedby=${described} @change=${onInput}> <span>${label}</span>${hinted}</label>`
  }
  const input = type === 'select'
    ? html`<select name=${name} ?required=${required} ?disabled=${disabled} aria-describedby=${described}
        aria-invalid=${invalid} @change=${onInput}>${options.map(([option, text]) =>
      html`<option value=${option} ?selected=${String(option) === String(value ?? '')}>${text}</option>`)}</select>`
    : type === 'textarea'
      ? html`<textarea name=${name} rows="3" ?required=${required} ?disabled=${disabled} aria-describedby=${described}
          aria-invalid=${invalid} placeholder=${placeholder} .value=${String(value ?? '')} @input=${onInput}></textarea>`
      : html`<input name=${name} type=${type} ?required=${required} ?disabled=${disabled} placeholder=${placeholder}
          pattern=${pattern ?? nothing} step=${type === 'number' ? 'any' : nothing} aria-describedby=${described} aria-invalid=${invalid}
          autocomplete="off" spellcheck="false" .value=${String(value ?? '')} @input=${onInput}>`
  return html`<label class="field"><span>${label}${required ? html`<i aria-hidden="true"> *</i>` : nothing}</span>
    ${input}${hinted}</label>`
}

/** Names and values beside each other; entries with null are left out. */
export function properties(entries) {
  return html`<dl class="properties">${entries.filter((entry) => entry && entry[1] !== null && entry[1] !== undefined)
    .map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
}

/** Saves rows as CSV: as RFC 4180 has it, with an apostrophe before what a spreadsheet would run. */
export function saveCsv(name, columns, rows) {
  const cell = (value) => {
    const text = value === null || value === undefined ? '' : `${value}`
    const safe = /^[=+\-@\t\r\n]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
  }
  const lines = [columns, ...rows].map((row) => row.map(cell).join(','))
  save(new Blob([lines.join('\r\n') + '\r\n'], { type: 'text/csv;charset=utf-8' }), name)
}
