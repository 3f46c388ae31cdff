/** The table of {@link import('./ui.js').table}: an element of its own, because it remembers its order and its row. */
import { html, nothing, render } from './lit-html.js'

const SHOWN = 100

class Table extends HTMLElement {
  #spec = null
  #sort = undefined
  #extra = 0
  #at = -1

  set spec(spec) {
    this.#spec = spec
    this.#sort ??= spec.sort ?? null
    this.#paint()
  }

  /** Moves the focus by some rows. */
  move(by) {
    const rows = [...this.querySelectorAll('tbody tr')]
    if (rows.length === 0) {
      return
    }
    const present = rows.indexOf(document.activeElement?.closest?.('tr'))
    this.#at = Math.max(0, Math.min(rows.length - 1, (present >= 0 ? present : this.#at) + by))
    this.#paint()
    const row = this.querySelectorAll('tbody tr')[this.#at]
    row.focus()
    row.scrollIntoView({ block: 'nearest' })
  }

  #sorted() {
    const { rows, columns } = this.#spec
    const column = this.#sort && columns.find(({ name }) => name === this.#sort.by)
    if (!column) {
      return rows
    }
    const value = column.value ?? ((row) => row[column.name])
    const sign = this.#sort.down ? -1 : 1
    return [...rows].sort((a, b) => sign * compare(value(a), value(b)))
  }

  #pick(column) {
    const down = this.#sort?.by === column.name ? !this.#sort.down : Boolean(column.number)
    this.#sort = { by: column.name, down }
    this.#paint()
  }

  #key(event, row) {
    if (event.key === 'Enter' && event.target === event.currentTarget) {
      event.preventDefault()
      this.#spec.onOpen(row)
    }
  }

  #click(event, row) {
    // A link or button in the row does its own; and who selects a text does not want to leave.
    if (!event.target.closest('a, button, input, select') && !String(getSelection())) {
      this.#spec.onOpen(row)
    }
  }

  #paint() {
    const { columns, caption, onOpen, limit = SHOWN, foot, rowClass, key, stack } = this.#spec
    const all = this.#sorted()
    const rows = all.slice(0, limit + this.#extra)
    const ids = rows.map((row, index) => (key ? key(row) : index))
    this.toggleAttribute('data-opens', Boolean(onOpen))
    const head = (column) => {
      const sorted = this.#sort?.by === column.name ? (this.#sort.down ? 'descending' : 'ascending') : nothing
      const kind = `${column.number ? 'n' : ''} ${column.wide ? 'wide-only' : ''}`
      return html`<th scope="col" class=${kind} aria-sort=${sorted} title=${column.title ?? nothing}>
        ${!column.label ? html`<span class="unseen">${column.title ?? column.name}</span>`
          : column.sort === false ? column.label : html`<button class="bare" @click=${() => this.#pick(column)}>${column.label}<span aria-hidden="true"
            >${sorted === 'descending' ? ' ↓' : sorted === 'ascending' ? ' ↑' : ''}</span></button>`}</th>`
    }
    const cell = (column, row) => {
      const value = column.cell ? column.cell(row) : column.value ? column.value(row) : row[column.name]
      const label = typeof column.label === 'string' ? column.label : ''
      return html`<td class="${column.number ? 'n' : ''} ${column.wide ? 'wide-only' : ''}" data-label=${label}
        >${value ?? '–'}</td>`
    }
    // The first row can be reached by Tab, the others by j and k.
    const first = Math.max(0, Math.min(this.#at, rows.length - 1))
    render(html`<div class="scroll" tabindex=${onOpen ? nothing : 0} role=${onOpen ? nothing : 'group'}
        aria-label=${onOpen ? nothing : caption}><table class=${stack ? 'stacks' : nothing}>
      <caption class="unseen">${caption}</caption>
      <thead><tr>${columns.map(head)}</tr></thead>
      <tbody>${rows.map((row, index) => html`<tr class=${rowClass?.(row) ?? ''} data-key=${ids[index]}
        tabindex=${onOpen ? (index === first ? 0 : -1) : nothing}
        @click=${onOpen ? (event) => this.#click(event, row) : null}
        @keydown=${onOpen ? (event) => this.#key(event, row) : null}>${columns.map((c) => cell(c, row))}</tr>`)}</tbody>
      ${foot ? html`<tfoot>${foot}</tfoot>` : nothing}</table></div>
      ${all.length > rows.length ? html`<button class="more" @click=${() => {
        this.#extra += 500
        this.#paint()
      }}>Show more: ${all.length - rows.length} of ${all.length} left</button>` : nothing}`, this)
  }
}

function compare(a, b) {
  const absentA = a === null || a === undefined
  const absentB = b === null || b === undefined
  if (absentA || absentB) {
    return absentA && absentB ? 0 : absentA ? -1 : 1
  }
  if (typeof a === 'string' && typeof b === 'string') {
    return a.localeCompare(b, 'en', { numeric: true })
  }
  return Number(a) - Number(b)
}

/**
 * Moves in the table that the person is in, else in the first that opens something.
 * @returns {boolean} whether there is one
 */
export function moveInTable(by) {
  const inside = document.activeElement?.closest?.('b-table[data-opens]')
  const target = inside ?? document.querySelector('dialog[open] b-table[data-opens], main b-table[data-opens]')
  target?.move(by)
  return Boolean(target)
}

customElements.define('b-table', Table)
