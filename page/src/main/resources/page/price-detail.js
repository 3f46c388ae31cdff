/** One model's price in a drawer: what it costs now, how that came about, and the operator's own. */
import { get } from './api.js'
import { makeActs } from './acts.js'
import { lines } from './chart.js'
import { ago, timeExact } from './format.js'
import { makeParts } from './parts.js'
import { endPrice, historyPath, outcome, setPrice } from './price-forms.js'
import { CLASS_NAMES, perMillion, rate, rateCell } from './rate.js'
import { state } from './state.js'
import { badge, card, drawer, emptyState, html, nothing, properties, table } from './ui.js'

const DAY = 86_400_000
const HOLDS_AFTER_MS = 2_500
/** Prices that hold from the epoch would make a chart of fifty years. */
const LONGEST = 400 * DAY

const holds = (price, now) => Date.parse(price.effective_from) <= now
  && (!price.effective_to || Date.parse(price.effective_to) > now)

/** The rates of a price, one a line; a fee is for a request. */
export function rates(of) {
  return properties(Object.entries(of ?? {}).map(([name, value]) => [CLASS_NAMES[name] ?? name,
    name === 'request' ? html`${rateCell(value)} for a million requests` : rate(value)]))
}

/** The history as steps: each stretch has a point where it begins and one just before the next. */
function steps(history, now) {
  const known = [...history].reverse().filter((price) => Date.parse(price.effective_from) <= now)
  const changes = known.map((price) => Date.parse(price.effective_from)).filter((at) => at > now - LONGEST)
  const first = Math.max(now - LONGEST, Math.min(...changes, now - 7 * DAY) - DAY)
  const times = []
  const input = []
  const output = []
  for (const price of known) {
    const from = Math.max(first, Date.parse(price.effective_from))
    const to = Math.min(now, price.effective_to ? Date.parse(price.effective_to) : now)
    if (to <= first) {
      continue
    }
    for (const at of [from, to - 1]) {
      times.push(at)
      input.push(perMillion(price.input_cost_per_token))
      output.push(perMillion(price.output_cost_per_token))
    }
  }
  return { times, input, output }
}

/**
 * Opens the drawer of a model's prices.
 * @param {string} id provider and model with a slash between
 * @param {{onChange: () => void, onClose: () => void}} spec
 */
export function priceDetail(id, { onChange, onClose }) {
  const slash = id.indexOf('/')
  const name = { provider: id.slice(0, slash), model: id.slice(slash + 1) }
  const parts = makeParts(paint)
  const act = makeActs(paint)
  const box = drawer(id, nothing, { kind: 'broad', onClose: () => {
    parts.dispose()
    onClose()
  } })

  async function changed() {
    const read = () => Promise.all([parts.reload('history'), parts.reload('now')])
    await read()
    onChange()
    // A change without a time of its own holds two seconds after it was decided.
    setTimeout(read, HOLDS_AFTER_MS)
  }

  const set = (price) => act({ kind: 'set price', label: 'Set your own price', look: 'primary', work: async () => {
    const done = await setPrice(price, name)
    await changed()
    return done && outcome(done)
  } })

  const end = () => act({ kind: 'end price', label: 'End your own price', look: 'danger',
    question: { title: `End your own price of ${id}?`, submit: 'End it',
      text: 'The price of the lists holds again, and prices of yours that were to follow go away. Amounts that were counted stay.' },
    work: async () => {
      const done = await endPrice(name)
      await changed()
      return outcome(done)
    } })

  function now(price) {
    const own = price.source === 'operator'
    const parts_ = Object.entries(price.service_tiers ?? {}).map(([tier, of]) => html`<h3>Service tier ${tier}</h3>${rates(of.rates)}`)
    const long = (price.long_context ?? []).map((of) => html`<h3>Above ${of.above_input_tokens} input tokens</h3>${rates(of.rates)}`)
    return html`<p class="row-acts">${set(price)}${own ? end() : nothing}</p>
      ${rates(price.rates)}${long}${parts_}
      ${properties([['By', html`${own ? 'the operator' : price.source} ${price.verified ? badge('verified', 'good') : nothing}`],
        ['Holds since', timeExact(price.effective_from, state().zone)], ['Version', html`<code>${price.pricing_id}</code>`],
        ['Read from', price.source_url && html`<code>${price.source_url}</code>`],
        ['Matched', price.matched && price.matched.by !== 'exact' ? `${price.matched.by}: ${price.matched.provider}/${price.matched.model}` : null]])}`
  }

  function history(all) {
    if (!all.length) {
      return emptyState('No history under exactly this name', 'The price that holds is listed under another form of the name.')
    }
    const at = Date.now()
    const { times, input, output } = steps(all, at)
    const columns = [
      { name: 'effective_from', label: 'From', cell: (one) => (one.effective_from.startsWith('1970') ? 'always'
        : html`<span title=${ago(one.effective_from)}>${timeExact(one.effective_from, state().zone)}</span>`) },
      { name: 'effective_to', label: 'Until', wide: true, cell: (one) => (one.effective_to ? timeExact(one.effective_to, state().zone)
        : 'further notice') },
      { name: 'input', label: 'Input, USD / M', number: true, cell: (one) => rateCell(one.input_cost_per_token) },
      { name: 'output', label: 'Output, USD / M', number: true, cell: (one) => rateCell(one.output_cost_per_token) },
      { name: 'source', label: 'By', cell: (one) => html`${one.source} ${holds(one, at) ? badge('holds', 'good')
        : Date.parse(one.effective_from) > at ? badge('to come', 'info') : nothing}` },
    ].map((column) => ({ ...column, sort: false }))
    return html`${times.length > 1 ? lines({ title: `Price of ${id}, USD for a million tokens`, times, metric: 'cost', height: 180,
      zone: state().zone, series: [{ name: 'input, USD / M tokens', values: input, colour: 0 },
        { name: 'output, USD / M tokens', values: output, colour: 1 }] }) : nothing}
      ${table({ columns, rows: all, caption: `History of ${id}`, key: (one) => `${one.pricing_id} ${one.effective_from}` })}`
  }

  function none() {
    return html`${emptyState('No price is known', 'Usage of it counts with its tokens and without a cost until you set one.')}${set()}`
  }

  function paint() {
    const unknown = parts.error('now')?.status === 404
    box.update(html`<div class="stack">${card({ title: 'Now', body: unknown ? none() : parts.show('now', now) })}
      ${card({ title: 'History', body: parts.show('history', history) })}</div>`)
  }

  paint()
  parts.load('now', async (signal) => (await get('/prices', { ...name }, { signal }))[0]
    ?? Promise.reject(Object.assign(new Error('No price is known'), { status: 404 })))
  parts.load('history', (signal) => get(historyPath(name), {}, { signal }))
  return { id, close: box.close }
}
