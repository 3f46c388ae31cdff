/** Prices that are not believed, and what becomes of them. */
import { actsColumn } from './acts.js'
import { get, send } from './api.js'
import { ago, timeExact } from './format.js'
import { rateCell } from './rate.js'
import { go, href, state } from './state.js'
import { badge, card, emptyState, html, loading, nothing, table, tabs } from './ui.js'

const STATES = [['held', 'Held'], ['released', 'Released'], ['rejected', 'Rejected']]

/** Every figure of the terms of a price: `input`, `batch.output`, `above 200000: input`. */
function figures(terms) {
  const out = new Map()
  const add = (prefix, rates) => Object.entries(rates ?? {}).forEach(([name, value]) => out.set(prefix + name, value))
  add('', terms?.rates)
  for (const { above_input_tokens: above, rates } of terms?.long_context ?? []) {
    add(`above ${above}: `, rates)
  }
  for (const [tier, of] of Object.entries(terms?.service_tiers ?? {})) {
    add(`${tier}.`, of.rates)
  }
  return out
}

/** Which figures would change, from what holds to what is proposed. */
function changes(price, proposed) {
  const before = figures(price)
  return [...figures(proposed)].filter(([name, value]) => String(before.get(name) ?? '') !== String(value))
    .map(([name, value]) => ({ name, before: before.get(name) ?? null, value }))
}

/**
 * The part of the view about quarantined prices.
 * @param {ReturnType<typeof import('./parts.js').makeParts>} parts
 * @param {ReturnType<typeof import('./acts.js').makeActs>} act
 */
export function quarantine(parts, act) {
  const picked = () => (STATES.some(([name]) => name === state().params.state) ? state().params.state : 'held')

  /**
   * The entries.
   * @param {boolean} shown whether each comes with the price that holds instead of it; to count them one needs none
   */
  function load(shown) {
    const wanted = picked()
    parts.load('quarantine', async (signal) => {
      const answer = await get('/prices/quarantine', { state: wanted, page: 1, limit: 100 }, { signal })
      const prices = await Promise.all(answer.items.map((one) => (shown && one.releasable
        ? get('/prices', { provider: one.provider, model: one.model }, { signal }) : [])))
      const items = answer.items.map((one, i) => ({ ...one, price: prices[i][0] ?? null }))
      return { ...answer, compared: shown, items: items.sort((a, b) => b.releasable - a.releasable) }
    }, { key: `${wanted} ${shown}` })
  }

  function decide(one, word, done, question) {
    return act({ kind: word, id: one.quarantine_id, label: word === 'release' ? 'Release' : 'Reject',
      name: `${word === 'release' ? 'Release' : 'Reject'} ${one.provider}/${one.model}`, question,
      look: word === 'release' ? 'primary' : '',
      work: async () => {
        const answer = await send('POST', `/prices/quarantine/${encodeURIComponent(one.quarantine_id)}/${word}`)
        await parts.reload('quarantine')
        return answer.state === (word === 'release' ? 'released' : 'rejected') ? done : answer.message ?? done
      } })
  }

  function acts(one) {
    if (one.state !== 'held') {
      return html`<span title=${timeExact(one.decided_at, state().zone)}>${ago(one.decided_at)}</span>`
    }
    const name = `${one.provider}/${one.model}`
    return html`<span class="row-acts">${one.releasable ? decide(one, 'release', `The price of ${name} holds from now on.`, {
      title: `Release the price of ${name}?`, submit: 'Release',
      text: html`${one.reasons.map((reason) => html`<span>${reason.message}. </span>`)} It is believed and published, and holds
        from now on. Amounts that were counted stay.` }) : nothing}
      ${decide(one, 'reject', `The price of ${name} is not asked about again.`, {
        title: `Reject the price of ${name}?`, submit: 'Reject',
        text: `What holds now goes on. Exactly these figures of ${one.source} are never proposed again; others are.` })}</span>`
  }

  function proposal(one) {
    if (!one.proposed) {
      return html`<span class="note">The figures make no price. <a href=${href({ params: { id: `${one.provider}/${one.model}` } })}
        >Set your own</a> instead.</span>`
    }
    const all = changes(one.price, one.proposed)
    if (!all.length) {
      return html`<span class="note">what holds now</span>`
    }
    return html`<ul class="figures">${all.map((of) => html`<li>${of.name}: ${of.before === null ? html`<span class="note">none</span>`
      : rateCell(of.before)} → <b>${rateCell(of.value)}</b></li>`)}</ul>`
  }

  function list({ items, total, compared }) {
    if (!compared) {
      return loading()
    }
    if (!items.length) {
      return picked() === 'held' ? emptyState('No price is held back', 'Budget holds a price back when a list says one that is too far from what holds, or from what others say.')
        : emptyState(`No price was ${picked()}`, 'Decisions of operators stand here.')
    }
    const columns = [
      { name: 'model', label: 'Model', value: (one) => `${one.provider}/${one.model}`, cell: (one) => html`<a
        href=${href({ params: { id: `${one.provider}/${one.model}` } })}>${one.provider}/${one.model}</a><br><span class="note"
        >by ${one.source}, <span title=${timeExact(one.found_at, state().zone)}>${ago(one.found_at)}</span></span>` },
      { name: 'reasons', label: 'Why', sort: false, cell: (one) => one.reasons.map((reason) =>
        html`<div>${badge(reason.code.replaceAll('_', ' '), 'warn')} ${reason.message}</div>`) },
      { name: 'proposed', label: 'Holds → proposed, USD / M tokens', sort: false, cell: proposal },
      picked() === 'held' ? actsColumn(acts) : { name: 'acts', label: 'Decided', sort: false, cell: acts },
    ]
    return html`${total > items.length ? html`<p class="note">The latest ${items.length} of ${total}.</p>` : nothing}
      ${table({ columns, rows: items, caption: 'Quarantined prices', stack: true, key: (one) => one.quarantine_id })}`
  }

  return {
    load,
    template: () => card({ title: 'Prices that are not believed', kind: 'wide',
      actions: tabs(STATES, picked(), (name) => go({ params: { state: name === 'held' ? null : name } }), 'State'),
      note: 'Compare with the page of the provider first. Release and Reject hold for exactly these figures of this list.',
      body: parts.show('quarantine', list) }),
  }
}
