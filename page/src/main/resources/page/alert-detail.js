/** One alert in a drawer: what it says, its details in words, and to whom it was delivered. */
import { get, send } from './api.js'
import { actsColumn, makeActs } from './acts.js'
import { ALERT_TYPES, facts } from './alert-words.js'
import { ago, percent, time, timeExact } from './format.js'
import { makeParts } from './parts.js'
import { snooze } from './snooze.js'
import { href, state } from './state.js'
import { amount, badge, card, drawer, emptyState, html, nothing, properties, severity, table, tokenCount } from './ui.js'
import { rate } from './rate.js'

const STATES = { pending: 'info', delivered: 'good', failed: 'bad' }

function shown({ kind, value }) {
  switch (kind) {
    case 'time': return html`<span title=${ago(value)}>${timeExact(value, state().zone)}</span>`
    case 'tokens': return html`${tokenCount(value)} tokens`
    case 'usd': return amount(value)
    case 'rate': return rate(value)
    case 'share': return percent(value)
    default: return `${value}`
  }
}

/** Where the cause of an alert is. */
function cause({ budget_id, details = {} }) {
  const links = []
  if (budget_id) {
    links.push([`Budget ${budget_id}`, href({ view: 'budgets', params: { id: budget_id } })])
  }
  if (details.quarantine_id) {
    links.push(['The price in quarantine', href({ view: 'prices', params: { tab: 'quarantine' } })])
  } else if (details.provider && details.model) {
    links.push([`Prices of ${details.model}`, href({ view: 'prices', params: { id: `${details.provider}/${details.model}` } })])
  }
  if (details.topic) {
    links.push(['Dead letters', href({ view: 'system' })])
  }
  if (details.allocation_id) {
    links.push(['Records of the allocation', href({ view: 'records', params: { allocation: details.allocation_id } })])
  }
  return links.length ? html`<p>${links.map(([text, to]) => html`<a href=${to}>${text}</a> `)}</p>` : nothing
}

/**
 * Opens the drawer of an alert.
 * @param {string} id
 * @param {{canSnooze: () => boolean, onChange: () => Promise<any>, onClose: () => void}} spec
 */
export function alertDetail(id, { canSnooze, onChange, onClose }) {
  const path = `/alerts/${encodeURIComponent(id)}`
  const parts = makeParts(paint)
  const act = makeActs(paint)
  const box = drawer('Alert', nothing, { onClose: () => {
    parts.dispose()
    onClose()
  } })

  async function changed() {
    parts.reload('alert')
    await onChange()
  }

  function acts(alert) {
    if (alert.acknowledged) {
      return html`<p>Seen by ${alert.acknowledged_by}, ${timeExact(alert.acknowledged_at, state().zone)}.</p>`
    }
    const until = alert.snoozed_until && Date.parse(alert.snoozed_until) > Date.now()
      ? html`<span class="note">snoozed until ${time(alert.snoozed_until, state().zone)}</span>` : nothing
    return html`<p class="row-acts">${act({ kind: 'acknowledge', label: 'Acknowledge', look: 'primary', work: async () => {
      await send('POST', `${path}/acknowledge`)
      await changed()
      return 'Acknowledged. It stands under Seen.'
    } })}${canSnooze() || 'snoozed_until' in alert ? snooze(act, alert, changed) : nothing}${until}</p>`
  }

  function deliveries({ items }, names) {
    const again = (channel) => act({ kind: 'resend', id: channel ?? '', label: channel ? 'Send again' : 'Send to every channel',
      work: async () => {
        await send('POST', `${path}/resend`, undefined, { params: { channel_id: channel } })
        parts.reload('deliveries')
        return 'It is on its way.'
      } })
    if (!items.length) {
      return html`${emptyState('Delivered to nobody', 'No channel took an alert like this when it came up.')}${again()}`
    }
    const columns = [
      { name: 'channel_id', label: 'Channel', value: (one) => names.get(one.channel_id) ?? one.channel_id },
      { name: 'state', label: 'State', cell: (one) => badge(one.state, STATES[one.state]) },
      { name: 'tries', label: 'Tries', number: true },
      { name: 'attempts', label: 'Last answer', sort: false, cell: (one) => {
        const last = one.attempts.at(-1)
        return last ? html`${last.status ? `${last.status} ` : ''}${last.message}<br><span class="note"
          >${timeExact(last.at, state().zone)}</span>` : html`<span class="note">none yet</span>`
      } },
      { name: 'next_at', label: 'Next try', wide: true, cell: (one) => (one.state === 'pending' ? ago(one.next_at) : null) },
      actsColumn((one) => again(one.channel_id)),
    ]
    return table({ columns, rows: items, caption: 'Deliveries', stack: true, key: (one) => one.delivery_id })
  }

  function paint() {
    const alert = parts.value('alert')
    const names = new Map((parts.value('channels')?.items ?? []).map((one) => [one.channel_id, one.name]))
    box.update(parts.show('alert', (found) => html`<p>${severity(found.severity)}
        ${badge(ALERT_TYPES[found.type] ?? found.type)} <span title=${ago(found.timestamp)}
        >${timeExact(found.timestamp, state().zone)}</span></p>
      <p>${found.message}</p>${acts(found)}${cause(found)}
      ${properties(facts(found).map((fact) => [fact.label, shown(fact)]))}
      ${card({ title: 'Deliveries', body: parts.show('deliveries', (answer) => deliveries(answer, names)) })}
      ${properties([['Owner', found.owner], ['Limit id', found.policy_id], ['Alert id', html`<code>${found.alert_id}</code>`]])}`),
    alert?.title ?? 'Alert')
  }

  function refresh() {
    parts.load('alert', (signal) => get(path, {}, { signal }))
    parts.load('deliveries', (signal) => get(`${path}/deliveries`, {}, { signal }))
    parts.load('channels', (signal) => get('/alerts/channels', {}, { signal }))
  }

  paint()
  return { id, refresh, close: box.close }
}
