/** Budgets: which limit needs a look first, and behind each row one budget with all that belongs to it. */
import { get } from './api.js'
import { makeActs } from './acts.js'
import { budgetDetail } from './budget-detail.js'
import { createBudget } from './budget-forms.js'
import { curl } from './first.js'
import { count, duration, timeExact } from './format.js'
import { lasts, limitLine } from './limit-line.js'
import { allSummaries, measures, rows } from './limits.js'
import { makeParts } from './parts.js'
import { go, href, state } from './state.js'
import { ticks } from './ticks.js'
import { badge, card, emptyState, html, metricCell, nothing, render, table } from './ui.js'

export const title = 'Budgets'

const PAGE = 100
/** How many pages of budgets are read; beyond, the search of the API is the way. */
const MOST_PAGES = 20
const SHOWN_LIMITS = 3
/** How long the view rests while usage comes in: it asks for much at a time. */
const REST_MS = 4_000
/** How often it asks without an event: ages, and windows that begin anew. */
const TICK_MS = 30_000

const firstBudget = () => curl('/budgets', '{"budget_id": "team-a", "name": "Team A"}')

/** All budgets, page by page, with how they stand. */
async function everything(signal) {
  const summary = allSummaries((params) => get('/budgets/summary', params, { signal }), { period: 'hourly' })
  const budgets = []
  let total = 0
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const answer = await get('/budgets', { page, limit: PAGE }, { signal })
    budgets.push(...answer.items)
    total = answer.total
    if (budgets.length >= answer.total || answer.items.length === 0) {
      break
    }
  }
  return { budgets, total: Math.max(total, budgets.length), summary: await summary }
}

function budgetCell({ budget }) {
  return html`<a class="name" href=${href({ params: { id: budget.budget_id } })}>${budget.name}</a>
    ${budget.is_active ? nothing : badge('inactive')}
    ${budget.name === budget.budget_id ? nothing : html`<br /><span class="note">${budget.budget_id}</span>`}`
}

function useCell({ lines }) {
  if (!lines.length) {
    return html`<span class="note">no limit</span>`
  }
  const more = lines.length - SHOWN_LIMITS
  return html`${lines.slice(0, SHOWN_LIMITS).map(limitLine)}
    ${more > 0 ? html`<span class="note">and ${more} more</span>` : nothing}`
}

const shareLeft = ({ left, limit }) => (limit > 0 ? left / limit : 0)

/** The one of a limit's two measures that has the smaller part of it left. */
const nearest = (entry) => measures(entry).reduce((a, b) => (shareLeft(b) < shareLeft(a) ? b : a))

const COLUMNS = [
  { name: 'budget', label: 'Budget', value: (row) => row.budget.name, cell: budgetCell },
  { name: 'use', label: 'Used of its limits', number: false, cell: useCell,
    value: ({ worst }) => (worst ? Math.max(...measures(worst).map(({ share }) => share)) : -1) },
  // Dollars and tokens have an order only as shares of their limits.
  { name: 'left', label: 'Left', number: true, wide: true, value: ({ worst }) => (worst ? shareLeft(nearest(worst)) : null),
    cell: ({ worst }) => {
      const of = worst && nearest(worst)
      return of && html`${metricCell(of.measure, of.left)} ${of.measure === 'tokens' ? html`<span class="note">tokens</span>` : nothing}`
    } },
  { name: 'lasts', label: 'Lasts', value: (row) => row.hoursLeft, cell: ({ worst }) => (worst ? lasts(worst) : null) },
  { name: 'resets', label: 'Begins anew', wide: true, value: ({ worst }) => worst && Date.parse(worst.end_time),
    cell: ({ worst }) => worst && html`<span title=${timeExact(worst.end_time, state().zone)}>in
      ${duration((Date.parse(worst.end_time) - Date.now()) / 1000)}</span>` },
  { name: 'owner', label: 'Owner', wide: true, value: (row) => row.budget.owner },
]

function matches({ budget }, words) {
  const text = `${budget.budget_id} ${budget.name} ${budget.owner ?? ''} ${budget.description ?? ''}`.toLowerCase()
  return words.every((word) => text.includes(word))
}

/** @type {import('./main.js').View} */
export function view(host, ctx) {
  const parts = makeParts(paint)
  const act = makeActs(paint)
  let detail = null
  let loaded = 0
  let later = null

  function list({ budgets, total, summary }) {
    const words = (state().params.q ?? '').toLowerCase().split(/\s+/).filter(Boolean)
    const only = state().filters.budget
    const all = rows(budgets, summary, Date.now())
    const found = all.filter((row) => matches(row, words) && (!only || row.budget.budget_id === only))
    const reached = all.filter((row) => row.budget.is_active && row.hoursLeft === 0).length
    const soon = all.filter((row) => row.hoursLeft > 0 && row.hoursLeft !== Infinity).length
    return html`<p class="note">${reached ? `${reached} with a limit that is reached. ` : ''}${soon
        ? `${soon} will reach one before its window ends. ` : ''}A bar shows what is used, then what open allocations
        reserve; its marks are where Budget warns.${total > budgets.length ? ` The other ${count(total - budgets.length)} budgets are
        not here: inactive and newer ones come last. The API and the command line have them.` : ''}</p>
      ${found.length
        ? table({ columns: COLUMNS, rows: found, caption: 'Budgets', limit: 50, key: (row) => row.budget.budget_id,
          onOpen: (row) => go({ params: { id: row.budget.budget_id } }) })
        : emptyState('No budget matches', 'Take away the filter or a word of the search.')}
      ${all.length === 1 && !words.length
        ? emptyState('There is only the budget that is always there', 'Make one for each team or product:', firstBudget())
        : nothing}`
  }

  const heading = () => {
    const found = parts.value('list')
    if (!found) {
      return 'All budgets'
    }
    const n = found.budgets.length
    return found.total > n ? `The first ${count(n)} of ${count(found.total)} budgets`
      : n === 1 ? 'One budget' : `${count(n)} budgets, those that need a look first`
  }

  function paint() {
    if (detail) {
      return detail.paint()
    }
    render(
      card({
        title: heading(),
        kind: 'wide',
        actions: html`<input type="search" class="search" aria-label="Search budgets" placeholder="Name, id or owner"
            .value=${state().params.q ?? ''}
            @input=${(event) => go({ params: { q: event.target.value } }, { replace: true })} />
          ${act({ kind: 'new budget', label: 'New budget', look: 'primary', work: async () => {
            const made = await createBudget()
            if (made) {
              go({ params: { id: made.budget_id } })
            }
            return made ? `Budget ${made.budget_id} is there.` : ''
          } })}`,
        body: parts.show('list', list),
      }),
      host
    )
    return undefined
  }

  function refresh(why) {
    if (why === 'live') {
      later ??= setTimeout(() => {
        later = null
        refresh('later')
      }, Math.max(0, loaded + REST_MS - Date.now()))
      return
    }
    loaded = Date.now()
    const { id } = state().params
    if (detail?.id !== id) {
      detail?.dispose()
      detail = id ? budgetDetail(host, id) : null
    }
    if (detail) {
      detail.refresh()
    } else {
      paint()
      parts.load('list', async (signal) => {
        const found = await everything(signal)
        ctx.updated()
        return found
      })
    }
  }

  refresh('first')
  const still = ticks(ctx, TICK_MS, () => refresh('live'))
  return {
    refresh,
    dispose() {
      still()
      clearTimeout(later)
      detail?.dispose()
      parts.dispose()
    },
  }
}
