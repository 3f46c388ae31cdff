/** Prices: what holds, what lists say otherwise, what is not believed, and what the operator sets. */
import { get, send } from './api.js'
import { makeActs } from './acts.js'
import { ago, duration, timeExact } from './format.js'
import { makeParts } from './parts.js'
import { priceDetail } from './price-detail.js'
import { outcome, setPrice } from './price-forms.js'
import { quarantine } from './quarantine.js'
import { rateCell } from './rate.js'
import { go, href, state } from './state.js'
import { badge, card, emptyState, html, nothing, render, table, tabs } from './ui.js'

export const title = 'Prices'

/** Prices change when lists are asked, so they are not read anew with each record. */
const STALE_MS = 30_000

/** @type {import('./main.js').View} */
export function view(host, ctx) {
  const parts = makeParts(paint)
  const act = makeActs(paint)
  const held = quarantine(parts, act)
  let detail = null
  let loaded = 0
  let asked = ''

  const TABS = { current: 'In force', quarantine: 'Quarantine', disagreements: 'Disagreements', sources: 'Sources' }
  const tab = () => (state().params.tab in TABS ? state().params.tab : 'current')

  function load() {
    loaded = Date.now()
    if (tab() === 'current') {
      parts.load('prices', (signal) => get('/prices', {}, { signal }))
    }
    held.load(tab() === 'quarantine')
    parts.load('disagreements', (signal) => get('/prices/disagreements', { page: 1, limit: 100 }, { signal }))
    parts.load('sources', async (signal) => {
      const answer = await get('/prices/sources', {}, { signal })
      ctx.updated()
      return answer
    })
  }

  function current(all) {
    const words = (state().params.q ?? '').toLowerCase().split(/\s+/).filter(Boolean)
    const provider = state().filters.provider
    const model = state().filters.model
    const found = all.filter((price) => (!provider || price.provider === provider) && (!model || price.model === model)
      && words.every((word) => `${price.provider}/${price.model} ${price.source}`.toLowerCase().includes(word)))
    const columns = [
      { name: 'model', label: 'Model', cell: (one) => html`<a href=${href({ params: { id: `${one.provider}/${one.model}` } })}
        ><span class="muted">${one.provider}/</span>${one.model}</a>`, value: (one) => `${one.provider}/${one.model}` },
      { name: 'input', label: 'Input, USD / M', number: true, value: (one) => one.input_cost_per_token,
        cell: (one) => rateCell(one.input_cost_per_token), title: 'USD for a million tokens' },
      { name: 'cached', label: 'Cached, USD / M', number: true, wide: true, value: (one) => one.rates?.cached_input,
        cell: (one) => rateCell(one.rates?.cached_input), title: 'USD for a million input tokens from a cache' },
      { name: 'output', label: 'Output, USD / M', number: true, value: (one) => one.output_cost_per_token,
        cell: (one) => rateCell(one.output_cost_per_token), title: 'USD for a million tokens' },
      { name: 'source', label: 'By', wide: true, cell: (one) => html`${one.source} ${one.verified ? badge('verified', 'good') : nothing}` },
      { name: 'effective_from', label: 'Since', wide: true, cell: (one) => since(one.effective_from) },
    ]
    if (!found.length) {
      return emptyState('No price matches', 'Take away a word or the filter. A model without a price is counted with its tokens alone until one is set.')
    }
    return html`<p class="note">${found.length === all.length ? '' : `${found.length} of `}${all.length} prices in force, in USD
      for a million tokens.</p>
      ${table({ columns, rows: found, caption: 'Prices in force', key: (one) => one.pricing_id, limit: 100,
        onOpen: (one) => go({ params: { id: `${one.provider}/${one.model}` } }) })}`
  }

  const since = (time) => (time?.startsWith('1970-01-01') ? html`<span class="note">always</span>`
    : html`<span class="when" title=${timeExact(time, state().zone)}>${ago(time)}</span>`)

  function disagreements({ items, total }) {
    if (!items.length) {
      return emptyState('No disagreement', 'Lists that know the same model say much the same.')
    }
    const figures = (side) => html`${rateCell(side.input_cost_per_token)} in, ${rateCell(side.output_cost_per_token)} out`
    const columns = [
      { name: 'model', label: 'Model', value: (one) => `${one.provider}/${one.model}`, cell: (one) =>
        html`<a href=${href({ params: { id: `${one.provider}/${one.model}` } })}>${one.provider}/${one.model}</a>` },
      { name: 'published', label: 'Holds, USD / M', sort: false, cell: (one) => html`${one.published.source}:
        ${figures(one.published)}` },
      { name: 'other', label: 'Other, USD / M', sort: false, cell: (one) => html`${one.other.source}: ${figures(one.other)}` },
      { name: 'found_at', label: 'Found', wide: true, cell: (one) => since(one.found_at) },
    ]
    return html`<p class="note">Nothing is averaged: the first list that is believed holds.
      ${total > items.length ? `The latest ${items.length} of ${total}.` : ''}</p>
      ${table({ columns, rows: items, caption: 'Disagreements', stack: true, key: (one) => `${one.provider}/${one.model} ${one.other.source}` })}`
  }

  function sources({ items }) {
    if (!items.length) {
      return emptyState('No list is asked', 'BUDGET_PRICE_SOURCES names the lists; built-in prices hold all the same.')
    }
    const columns = [
      { name: 'source', label: 'List', cell: (one) => html`<b>${one.source}</b><br><span class="note">${one.location}</span>` },
      { name: 'status', label: 'State', cell: (one) => html`${badge(one.status, one.status === 'ok' ? 'good' : 'bad')}
        ${one.failure ? html`<br><span class="note">${one.failure}</span>` : nothing}` },
      { name: 'models', label: 'Models', number: true },
      { name: 'quarantined', label: 'Held back', number: true, wide: true },
      { name: 'unread', label: 'Not understood', number: true, wide: true, cell: (one) => html`<span
        title=${Object.entries(one.unsupported_classes).map(([name, n]) => `${name}: ${n}`).join('\n')}>${one.unread}</span>` },
      { name: 'asked_at', label: 'Asked', cell: (one) => since(one.asked_at) },
      { name: 'fetched_at', label: 'Copy of', wide: true, cell: (one) => since(one.fetched_at) },
    ]
    return table({ columns, rows: items, caption: 'Price lists', stack: true, key: (one) => one.source })
  }

  const askNow = () => act({ kind: 'ask sources', label: 'Ask all now', work: async () => {
    const began = Date.now()
    const done = await send('POST', '/prices/update')
    load()
    return done.state === 'done'
      ? `${done.sources.length} lists were asked in ${duration((Date.now() - began) / 1000)}; ${done.prices_published} prices changed.`
      : done.message
  } })

  const newPrice = () => act({ kind: 'set price', label: 'Set a price', look: 'primary', work: async () => {
    const done = await setPrice()
    load()
    return done && outcome(done)
  } })

  const search = () => html`<input type="search" class="search" aria-label="Search prices" placeholder="Provider, model or list"
    .value=${state().params.q ?? ''} @input=${(event) => go({ params: { q: event.target.value } }, { replace: true })}>`

  function provider() {
    const names = [...new Set((parts.value('prices') ?? []).map((price) => price.provider))].sort()
    const picked = state().filters.provider ?? ''
    return html`<select aria-label="Provider" @change=${(event) => go({ filters: { provider: event.target.value } })}>
      <option value="">Any provider</option>${names.map((name) =>
        html`<option value=${name} ?selected=${name === picked}>${name}</option>`)}</select>`
  }

  const bodies = {
    current: () => card({ title: 'Prices in force', kind: 'wide', actions: html`${search()}${provider()}${newPrice()}`,
      body: parts.show('prices', current) }),
    quarantine: () => held.template(),
    disagreements: () => card({ title: 'Lists that say otherwise', kind: 'wide', body: parts.show('disagreements', disagreements) }),
    sources: () => card({ title: 'Price lists', kind: 'wide', actions: askNow(), body: parts.show('sources', sources) }),
  }

  function paint() {
    const n = (name) => parts.value(name)?.total ?? parts.value(name)?.items?.length
    const counted = (name, label) => (n(name) ? `${label} (${n(name)})` : label)
    render(html`<div class="stack"><div class="view-head">${tabs(Object.entries(TABS).map(([name, label]) => [name, counted(name, label)]),
      tab(), (name) => go({ params: { tab: name === 'current' ? null : name, q: null } }), 'Prices')}</div>${bodies[tab()]()}</div>`, host)
  }

  function follow() {
    const { id } = state().params
    if (detail && detail.id !== id) {
      const closing = detail
      detail = null
      closing.close()
    }
    if (id && !detail) {
      const shown = priceDetail(id, { onChange: load, onClose: () => {
        if (detail === shown) {
          detail = null
          go({ params: { id: null } })
        }
      } })
      detail = shown
    }
  }

  function refresh(why) {
    if (why === 'live' && Date.now() - loaded < STALE_MS) {
      return
    }
    paint()
    const { tab: of, state: decided } = state().params
    // Words of the search and an opened drawer ask for nothing new.
    if (why !== 'state' || asked !== `${of} ${decided}`) {
      asked = `${of} ${decided}`
      load()
    }
    follow()
  }

  refresh('first')
  return {
    refresh,
    dispose() {
      const closing = detail
      detail = null
      closing?.close()
      parts.dispose()
    },
  }
}
