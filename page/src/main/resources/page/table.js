/** The table of {@link import('./ui.js').table}: an element of its own, because it remembers its order and its row. */
import { html, nothing, render } from './lit-html.js'

const SHOWN = 100
const CONTROLS = 'a, button, input, select'
/** A table rests while a row is pressed, at most so long: then the press was no click. */
const LONGEST_PRESS_MS = 3_000
/** A click comes this long after the press at the latest. */
const CLICK_MS = 100

class Table extends HTMLElement {
  #spec = null
  #sort = undefined
  #extra = 0
  #at = -1
  /** The key of the row that `#at` was last the place of. */
  #atKey = null
  #pressed = null
  #waits = false

  set spec(spec) {
    this.#spec = spec
    this.#sort ??= spec.sort ?? null
    if (this.#pressed === null) {
      this.#paint()
    } else {
      // The row under the pointer must be the one that the person aims at.
      this.#waits = true
    }
  }

  #press() {
    const release = () => {
      clearTimeout(this.#pressed)
      this.#pressed = setTimeout(over, CLICK_MS)
    }
    const over = () => {
      clearTimeout(this.#pressed)
      this.#pressed = null
      removeEventListener('pointerup', release, true)
      removeEventListener('pointercancel', release, true)
      if (this.#waits) {
        this.#waits = false
        this.#paint()
      }
    }
    if (this.#pressed === null) {
      this.#pressed = setTimeout(over, LONGEST_PRESS_MS)
      addEventListener('pointerup', release, true)
      addEventListener('pointercancel', release, true)
    }
  }

  /** What of the rows has the focus: the key of the row, and which control in it; null when nothing has. */
  #focused() {
    const active = document.activeElement
    const row = active?.closest?.('tbody tr')
    return row && this.contains(row)
      ? { key: row.dataset.key, control: [...row.querySelectorAll(CONTROLS)].indexOf(active) } : null
  }

  /** Rows are drawn by their place; the focus follows its record, and never comes upon the control of another one. */
  #follow({ key, control }) {
    const row = [...this.querySelectorAll('tbody tr')].find((one) => one.dataset.key === key)
    const target = row && control >= 0 ? row.querySelectorAll(CONTROLS)[control] : row
    const found = target ?? this.querySelector('tbody tr[tabindex="0"]') ?? this.querySelector('.scroll')
    if (found !== document.activeElement) {
      found.focus({ preventScroll: true })
    }
  }

  /** What brings the focus back to the row that has it now, wherever its record is drawn by then; null without one. */
  wayBack() {
    const place = this.#focused()
    return place && (() => this.#follow(place))
  }

  /** Moves the focus by some rows. */
  move(by) {
    const rows = [...this.querySelectorAll('tbody tr')]
    if (rows.length === 0) {
      return
    }
    const present = rows.indexOf(document.activeElement?.closest?.('tr'))
    this.#at = Math.max(0, Math.min(rows.length - 1, (present >= 0 ? present : this.#at) + by))
    // The focus first: the drawing follows it.
    const row = rows[this.#at]
    row.focus()
    this.#atKey = row.dataset.key
    this.#paint()
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
    if (!event.target.closest(CONTROLS) && !String(getSelection())) {
      this.#spec.onOpen(row)
    }
  }

  #paint() {
    const { columns, caption, onOpen, limit = SHOWN, foot, rowClass, key, stack } = this.#spec
    const all = this.#sorted()
    const rows = all.slice(0, limit + this.#extra)
    const ids = rows.map((row, index) => String(key ? key(row) : index))
    const focused = this.#focused()
    this.#atKey = focused?.key ?? this.#atKey
    const at = ids.indexOf(this.#atKey)
    this.#at = at >= 0 ? at : this.#at
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
    render(html`<div class="scroll" tabindex=${!onOpen ? 0 : rows.length ? nothing : -1} role=${onOpen ? nothing : 'group'}
        aria-label=${onOpen ? nothing : caption}><table class=${stack ? 'stacks' : nothing}>
      <caption class="unseen">${caption}</caption>
      <thead><tr>${columns.map(head)}</tr></thead>
      <tbody @pointerdown=${() => this.#press()}>${rows.map((row, index) => html`<tr class=${rowClass?.(row) ?? ''} data-key=${ids[index]}
        tabindex=${onOpen ? (index === first ? 0 : -1) : nothing}
        @click=${onOpen ? (event) => this.#click(event, row) : null}
        @keydown=${onOpen ? (event) => this.#key(event, row) : null}>${columns.map((c) => cell(c, row))}</tr>`)}</tbody>
      ${foot ? html`<tfoot>${foot}</tfoot>` : nothing}</table></div>
      ${all.length > rows.length ? html`<button class="more" @click=${() => {
        this.#extra += 500
        this.#paint()
      }}>Show more: ${all.length - rows.length} of ${all.length} left</button>` : nothing}`, this)
    if (focused) {
      this.#follow(focused)
    }
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

/**
 * What brings the focus back to the row of a table that has it now, after something was over the page: to the same
 * record if it is still shown, else to the table.
 * @returns {() => void} does nothing where no row has the focus
 */
export function wayBack() {
  return document.activeElement?.closest?.('b-table')?.wayBack() ?? (() => {})
}

customElements.define('b-table', Table)
