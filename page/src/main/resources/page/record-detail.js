/** One record in a drawer: when it came, where it lies, how its cost came about, and what else is known of it. */
import { address, ApiError, get, hasKey } from './api.js'
import { ago, count, timeExact, toJson } from './format.js'
import { makeParts } from './parts.js'
import { rateCell } from './rate.js'
import { href, state } from './state.js'
import { amount, badge, card, copyButton, drawer, html, nothing, properties, table, tokenCount } from './ui.js'

const CLASSES = { input: 'input', cached_input: 'input from a cache', cache_write: 'written to a cache',
  cache_write_1h: 'written to a cache for an hour', audio_input: 'audio in', image_input: 'images in', output: 'output',
  reasoning: 'reasoning', audio_output: 'audio out', image_output: 'images out', request: 'the request itself' }

/** The story of a record; of a Budget that cannot tell it, the record alone. */
async function story(id, context, signal) {
  const path = `/usage/records/${encodeURIComponent(id)}`
  try {
    return await get(`${path}/story`, { context_id: context }, { signal })
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) {
      throw error
    }
    return { record: await get(path, { context_id: context }, { signal }) }
  }
}

const when = (value) => (value ? html`<span title=${ago(value)}>${timeExact(value, state().zone)}</span>` : null)

/** How the cost came about: tokens of a class times the rate of the class. */
function cost({ record, price, breakdown, request_cost, exact }) {
  if (record.unpriced) {
    return html`<p>No price of ${record.provider}/${record.model} was known, so its tokens count and its cost does not.
      <a href=${href({ view: 'prices', filters: {}, params: { id: `${record.provider}/${record.model}` } })}>Set one</a>
      for what comes later.</p>`
  }
  const columns = [
    { name: 'class', label: 'Tokens of', value: (one) => CLASSES[one.class] ?? one.class },
    { name: 'tokens', label: 'Tokens', number: true, cell: (one) => html`<span class="n">× ${count(one.tokens)}</span>` },
    { name: 'rate', label: 'USD per M tokens', number: true, cell: (one) => rateCell(one.rate) },
    { name: 'cost', label: 'Cost', number: true, cell: (one) => amount(one.cost) },
  ].map((column) => ({ ...column, sort: false }))
  const fee = Number(request_cost ?? record.request_cost ?? 0)
  const foot = html`${fee ? html`<tr><td colspan="3">Fee of the request</td><td class="n">${amount(request_cost ?? record.request_cost)}</td></tr>`
    : nothing}<tr><td colspan="3">Cost</td><td class="n">${amount(record.total_cost)}</td></tr>`
  const source = price ? html`${price.source}, from ${timeExact(price.effective_from, state().zone)}` : null
  return html`${breakdown?.length ? table({ columns, rows: breakdown, caption: 'How the cost came about', foot })
    : properties([['Input', amount(record.input_cost)], ['Output', amount(record.output_cost)], ['Cost', amount(record.total_cost)]])}
    ${exact === false ? html`<p class="note">The price that is known now does not add up to what was counted: the record was
      rated by another version.</p>` : nothing}
    ${properties([['Price version', html`<code>${record.pricing_version}</code>`], ['By', source],
      ['Rated as', html`${record.rated_as}${record.estimated ? html` ${badge('estimated', 'warn')} ${record.assumed ?? ''}` : nothing}`],
      ['All prices', html`<a href=${href({ view: 'prices', filters: {}, params: { id: `${price?.provider ?? record.provider}/${price?.model ?? record.model}` } })}
        >${price?.model ?? record.model}</a>`]])}`
}

function allocation({ record, allocation: of }) {
  if (!record.allocation_id) {
    return html`<p class="note">None: it was reported without one.</p>`
  }
  return properties([['Allocation', html`<code>${record.allocation_id}</code>`], ['State', of && badge(of.state)],
    ['Allocated', of && html`${tokenCount(of.tokens_allocated)} tokens`], ['Used', of && html`${tokenCount(of.tokens_used)} tokens`],
    ['Its records', html`<a href=${href({ view: 'records', filters: {}, params: { allocation: record.allocation_id, id: null, context: null } })}>All that drew on it</a>`]])
}

function repeats({ repeats: items, repeats_complete: complete }) {
  if (!items) {
    return nothing
  }
  const columns = [
    { name: 'kind', label: 'Kind', cell: (one) => badge(one.kind, one.kind === 'conflict' ? 'bad' : '') },
    { name: 'appended_at', label: 'Came', cell: (one) => when(one.appended_at) },
    { name: 'place', label: 'Place', value: (one) => `${one.partition}:${one.offset}` },
  ]
  return card({ title: 'Sent again', body: html`${items.length
    ? table({ columns, rows: items, caption: 'Repeats of the record' })
    : html`<p class="note">Never: its id came once.</p>`}
    ${items.some((one) => one.kind === 'conflict') ? html`<p class="note">A conflict is the same id with other content. It was
      not counted.</p>` : nothing}${complete ? nothing : html`<p class="note">Not all of the log was looked through; there may
      be more.</p>`}` })
}

function told(found) {
  const { record, log } = found
  const one = (name, label) => [label, record[name] ? tokenCount(record[name]) : null]
  const path = `/usage/records/${encodeURIComponent(record.record_id)}`
  const curl = `curl -s${hasKey() ? ' -H "X-API-Key: $BUDGET_API_KEY"' : ''} '${location.origin}${address(path,
    { context_id: record.context_id })}'`
  const chosen = (name, filter, view = 'records') => html`<a href=${href({ view, filters: { [filter]: record[name] },
    params: { id: null, context: null } })}>${record[name]}</a>`
  return html`<p>${copyButton(curl, 'Copy as curl')} ${copyButton(toJson(record, '  '), 'Copy as JSON')}</p>
    ${card({ title: 'Arrival', body: properties([['Its own time', when(record.timestamp)], ['Received', when(log?.appended_at)],
      ['In the log', log && html`<code>${log.topic}</code>, partition ${log.partition}, offset ${log.offset}`],
      ['Record', html`<code>${record.record_id}</code>`], ['Request', record.request_id], ['Operation', record.operation_id]]) })}
    ${card({ title: 'Cost', body: cost(found) })}
    ${card({ title: 'Allocation', body: allocation(found) })}
    ${repeats(found)}
    ${card({ title: 'Made for', body: properties([['Budget', html`<a href=${href({ view: 'budgets', params: { id: record.budget_id } })}
      >${record.budget_id}</a>`], ['Context', chosen('context_id', 'context')], ['Component', chosen('component', 'component')],
    ['User', record.user_id], ['Provider', chosen('provider', 'provider')], ['Model', chosen('model', 'model')], ['Task type', record.task_type],
    ['Tier', record.tier], ['Service tier', record.service_tier],
    ['Metadata', Object.keys(record.metadata ?? {}).length ? html`<pre tabindex="0">${toJson(record.metadata, '  ')}</pre>` : null]]) })}
    ${card({ title: 'Tokens', body: properties([['Input', html`${tokenCount(record.input_tokens)} tokens`],
      ['Output', html`${tokenCount(record.output_tokens)} tokens`], ['In all', html`${tokenCount(record.total_tokens)} tokens`],
      one('cached_input_tokens', 'From a cache'), one('cache_write_tokens', 'Written to a cache'), one('reasoning_tokens', 'Reasoning')]) })}`
}

/**
 * Opens the drawer of a record.
 * @param {string} id
 * @param {string|undefined} context
 * @param {() => void} onClose
 */
export function recordDetail(id, context, onClose) {
  const parts = makeParts(paint)
  const box = drawer(`Record ${id}`, nothing, { kind: 'broad', onClose: () => {
    parts.dispose()
    onClose()
  } })
  function paint() {
    box.update(parts.show('story', (found) => html`<div class="stack">${told(found)}</div>`))
  }
  parts.load('story', (signal) => story(id, context, signal))
  return { id, context, close: box.close }
}
