/** Records: what was counted, the newest arrival first, and behind each row its whole story. */
import { get } from './api.js'
import { curl } from './first.js'
import { count, timeExact, timeShort, zoneName } from './format.js'
import { makeParts } from './parts.js'
import { recordDetail } from './record-detail.js'
import { DIMENSIONS, go, rangeOf, state } from './state.js'
import { amount, badge, card, emptyState, html, nothing, render, table, toast, tokenCount } from './ui.js'

export const title = 'Records'

const PAGE = 50
/**
 * Rows that are kept; a person who needs older ones narrows the filters. From so many on, those that come push out the
 * oldest, so nothing is added behind them: there would be a gap.
 */
const MOST_ROWS = 2_000
/** How many pages in a row may be empty before the person is asked: each reads 20,000 records of the log. */
const MOST_EMPTY = 5
/** How many times as long as an answer took the view rests before it asks again by itself. */
const REST = 3
/** How long a row that has just come is marked. */
const NEW_MS = 20_000

const firstRecord = () => curl('/usage/record', `{
  "context_id": "my-first-run", "component": "my-app", "provider": "openai", "model": "gpt-4o",
  "input_tokens": 1200, "output_tokens": 350}`)

const keyOf = (record) => JSON.stringify([record.context_id, record.record_id])

/** The parameters of the records that the page's filters and range ask for. */
function query() {
  const { filters, params } = state()
  const out = { allocation_id: params.allocation }
  for (const { name, parameter } of DIMENSIONS) {
    out[parameter] = filters[name]
  }
  const range = rangeOf()
  out.start_date = range.start.toISOString()
  // Both ends are included, and the end of a range is not.
  out.end_date = range.to ? new Date(range.end.getTime() - 1).toISOString() : undefined
  return out
}

/** @type {import('./main.js').View} */
export function view(host, ctx) {
  const parts = makeParts(paint)
  const marked = new Map()
  let rows = []
  let next = null
  /** Which list this is: one that begins anew has nothing to do with what the one before still waits for. */
  let turn = 0
  /** The question for older ones while it runs. */
  let reading = null
  let asked = ''
  let detail = null
  /** When a live refresh may ask again: a filter that hardly matches makes Budget read much of its log. */
  let free = 0
  let later = null
  let fading = null

  function anew(answer) {
    turn += 1
    reading?.abort()
    reading = null
    rows = answer.items
    next = answer.next
  }

  /** Marks rows as new, and takes the marks away that are over. */
  function mark(fresh) {
    const now = Date.now()
    for (const [key, at] of marked) {
      if (now - at >= NEW_MS) {
        marked.delete(key)
      }
    }
    fresh.forEach((record) => marked.set(keyOf(record), now))
    if (fresh.length) {
      clearTimeout(fading)
      fading = setTimeout(() => {
        mark([])
        paint()
      }, NEW_MS + 100)
    }
  }

  /** The first page, in front of what is there: a row that is not there yet is new. */
  function take(answer, key) {
    if (key !== asked) {
      anew(answer)
      asked = key
      marked.clear()
      return
    }
    if (rows.length === 0) {
      // What is looked for among older ones goes on as long as there is nothing newer.
      if (answer.items.length) {
        anew(answer)
      }
      return
    }
    const there = new Set(rows.map(keyOf))
    const fresh = answer.items.filter((record) => !there.has(keyOf(record)))
    if (fresh.length === answer.items.length && fresh.length > 0) {
      // More came than fits on a page: what lies between is not known, so the list begins anew.
      anew(answer)
    } else {
      rows = [...fresh, ...rows].slice(0, MOST_ROWS)
    }
    mark(fresh)
  }

  function load() {
    const params = query()
    // The beginning of a range that ends now moves with the clock and makes no other list.
    const key = JSON.stringify([{ ...params, start_date: '' }, state().range, state().from])
    parts.load('records', async (signal) => {
      const began = Date.now()
      const first = key !== asked
      const answer = await get('/usage/records', { ...params, limit: PAGE, cursor: 'newest' }, { signal, position: ctx.position })
      take(answer, key)
      free = Date.now() + REST * (Date.now() - began)
      ctx.updated()
      if (first && answer.items.length === 0) {
        older()
      }
      return answer
    }, { key })
  }

  async function older() {
    const mine = turn
    const control = new AbortController()
    reading = control
    paint()
    try {
      for (let i = 0; i < MOST_EMPTY && next && rows.length < MOST_ROWS; i += 1) {
        const answer = await get('/usage/records', { ...query(), limit: PAGE, cursor: next }, { signal: control.signal })
        if (mine !== turn) {
          return
        }
        next = answer.next
        rows = [...rows, ...answer.items].slice(0, MOST_ROWS)
        if (answer.items.length) {
          break
        }
      }
    } catch (error) {
      if (!control.signal.aborted) {
        toast(`Older records cannot be read: ${error.message}`, 'bad')
      }
    } finally {
      if (reading === control) {
        reading = null
        paint()
      }
    }
  }

  const isNew = (record) => Date.now() - (marked.get(keyOf(record)) ?? 0) < NEW_MS

  const zone = () => state().zone
  const columns = () => [
    { name: 'timestamp', label: `Time, ${zoneName(zone())}`, cell: (one) => html`<span class="when"
      title=${timeExact(one.timestamp, zone())}>${timeShort(one.timestamp, zone())}</span>${isNew(one)
      ? html` ${badge('new', 'good')}` : nothing}` },
    { name: 'component', label: 'Component', wide: true },
    { name: 'model', label: 'Model', cell: (one) => html`<span class="note">${one.provider}/</span>${one.model}` },
    { name: 'budget_id', label: 'Budget', wide: true },
    { name: 'context_id', label: 'Context', wide: true, cell: (one) => html`<span class="ellipsis" title=${one.context_id}
      >${one.context_id}</span>` },
    { name: 'input_tokens', label: 'In, tokens', number: true, wide: true, cell: (one) => tokenCount(one.input_tokens) },
    { name: 'output_tokens', label: 'Out, tokens', number: true, wide: true, cell: (one) => tokenCount(one.output_tokens) },
    { name: 'total_tokens', label: 'Tokens', number: true, cell: (one) => tokenCount(one.total_tokens) },
    { name: 'total_cost', label: 'Cost', number: true, cell: (one) => (one.unpriced ? badge('no price', 'warn')
      : html`${amount(one.total_cost)}${one.estimated ? html` ${badge('estimated', 'warn')}` : nothing}`) },
  ].map((column) => ({ ...column, sort: false }))

  function list() {
    if (!rows.length && !next) {
      const filtered = Object.keys(state().filters).length || state().params.allocation
      return html`${filtered ? emptyState('No record matches', 'Take away a filter or choose a longer time range. Single records are kept for a day or two.')
        : emptyState('No record in this time', 'Choose a longer time range, or send one. It stands here within a second:', firstRecord())}`
    }
    const end = rows.length >= MOST_ROWS
      ? html`<p class="note">The newest ${count(MOST_ROWS)} are shown, and no older ones. Choose an earlier time or a filter for
        those.</p>`
      : next || reading
      ? html`<button class="more" ?disabled=${Boolean(reading)} @click=${older}>${reading ? 'Reading…' : 'Older records'}</button>`
      : html`<p class="note">That is all that is kept: single records are known for a day or two, their sums for longer.</p>`
    return html`<p class="note">In the order of arrival; the time is the record's own.</p>
      ${rows.length ? table({ columns: columns(), rows, caption: 'Records', stack: true, key: keyOf, limit: MOST_ROWS,
        rowClass: (one) => (isNew(one) ? 'new' : ''),
        onOpen: (one) => go({ params: { id: one.record_id, context: one.context_id } }) })
        : html`<p class="note">${reading ? 'Looking through older ones…' : 'None among the newest; older ones may match.'}</p>`}${end}`
  }

  function paint() {
    const { allocation } = state().params
    render(card({ title: 'Newest first', kind: 'wide',
      actions: html`${allocation ? html`<button @click=${() =>
        go({ params: { allocation: null } })}>Allocation ${allocation} ×</button>` : nothing}`,
      body: parts.show('records', list) }), host)
  }

  function follow() {
    const { id, context } = state().params
    if (detail && (detail.id !== id || detail.context !== context)) {
      const closing = detail
      detail = null
      closing.close()
    }
    if (id && !detail) {
      const shown = recordDetail(id, context, () => {
        if (detail === shown) {
          detail = null
          go({ params: { id: null, context: null } })
        }
      })
      detail = shown
    }
  }

  function refresh(why) {
    if (why === 'live') {
      later ??= setTimeout(() => {
        later = null
        load()
      }, Math.max(0, free - Date.now()))
      return
    }
    paint()
    load()
    follow()
  }

  refresh('state')
  return {
    refresh,
    dispose() {
      const closing = detail
      detail = null
      closing?.close()
      clearTimeout(later)
      clearTimeout(fading)
      reading?.abort()
      reading = null
      parts.dispose()
    },
  }
}
