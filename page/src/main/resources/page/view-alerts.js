/** Alerts: what is open, what is put off and what somebody has seen; and who is told. */
import { get, send } from './api.js'
import { actsColumn, makeActs } from './acts.js'
import { alertDetail } from './alert-detail.js'
import { ALERT_TYPES, SEVERITIES } from './alert-words.js'
import { channels } from './channels.js'
import { ago, timeExact } from './format.js'
import { makeParts } from './parts.js'
import { snooze } from './snooze.js'
import { go, href, state } from './state.js'
import { ticks } from './ticks.js'
import { card, emptyState, html, nothing, render, severity, table, tabs } from './ui.js'

export const title = 'Alerts'

const PAGE = 50
/** Ages and snoozes move without an event. */
const TICK_MS = 30_000
/** The question of each list, and the words for an empty one. */
const LISTS = {
  open: { label: 'Open', ask: { acknowledged: false }, none: ['No open alert',
    'Nothing needs a look. Budget speaks up when a limit that you have set comes near, an allocation is refused or a price changes.'] },
  snoozed: { label: 'Snoozed', ask: { snoozed: true }, none: ['No alert is snoozed',
    'An alert that is snoozed is not open until its time is over.'] },
  past: { label: 'Seen', ask: { acknowledged: true }, none: ['No alert was acknowledged',
    'Those that somebody has seen stand here for 35 days.'] },
}

/** @type {import('./main.js').View} */
export function view(host, ctx) {
  const parts = makeParts(paint)
  const act = makeActs(paint)
  const told = channels(parts, act)
  let detail = null
  /** Whether this Budget can put alerts off: its alerts say until when. */
  let snoozes = false

  const tab = () => (state().params.tab in LISTS || state().params.tab === 'channels' ? state().params.tab : 'open')

  function load() {
    if (tab() === 'channels') {
      told.load()
      return
    }
    const { params, filters } = state()
    const page = Math.max(1, Number.parseInt(params.page ?? '1', 10) || 1)
    const query = { ...LISTS[tab()].ask, severity: params.severity, type: params.type, budget_id: filters.budget, page,
      limit: PAGE }
    parts.load('alerts', async (signal) => {
      const answer = await get('/alerts', query, { signal })
      snoozes ||= answer.items.some((alert) => 'snoozed_until' in alert)
      ctx.updated()
      return { ...answer, page }
    }, { key: JSON.stringify(query) })
  }

  function acknowledge(alert) {
    return act({ kind: 'acknowledge', id: alert.alert_id, label: 'Acknowledge', name: `Acknowledge: ${alert.title}`,
      work: async () => {
        await send('POST', `/alerts/${encodeURIComponent(alert.alert_id)}/acknowledge`)
        await parts.reload('alerts')
        return 'Acknowledged. It stands under Seen.'
      } })
  }

  function acknowledgeAll(items) {
    return act({ kind: 'acknowledge', id: 'all', label: `Acknowledge these ${items.length}`,
      question: { title: `Acknowledge ${items.length} alerts?`, submit: 'Acknowledge',
        text: 'Those that are shown now, and no others. They stand under Seen for 35 days.' },
      work: async () => {
        for (const alert of items) {
          await send('POST', `/alerts/${encodeURIComponent(alert.alert_id)}/acknowledge`)
        }
        await parts.reload('alerts')
        return `${items.length} alerts are acknowledged.`
      } })
  }

  function rowActs(alert) {
    if (alert.acknowledged) {
      return html`<span class="when" title=${timeExact(alert.acknowledged_at, state().zone)}>${alert.acknowledged_by},
        ${ago(alert.acknowledged_at)}</span>`
    }
    return html`<span class="row-acts">${acknowledge(alert)}${snoozes ? snooze(act, alert, () => parts.reload('alerts'))
      : nothing}</span>`
  }

  const columns = () => [
    { name: 'severity', label: 'Severity', cell: (alert) => severity(alert.severity) },
    { name: 'timestamp', label: 'When', cell: (alert) =>
      html`<span class="when" title=${timeExact(alert.timestamp, state().zone)}>${ago(alert.timestamp)}</span>` },
    { name: 'title', label: 'Alert', cell: (alert) => html`<b>${alert.title}</b><br><span class="note">${alert.message}</span>` },
    { name: 'budget_id', label: 'Budget', wide: true, cell: (alert) => (alert.budget_id
      ? html`<a href=${href({ view: 'budgets', params: { id: alert.budget_id } })}>${alert.budget_id}</a>` : null) },
    tab() === 'past' ? { name: 'acts', label: 'Seen by', sort: false, cell: rowActs } : actsColumn(rowActs),
  ]

  function pager({ total, page }) {
    const last = Math.max(1, Math.ceil(total / PAGE))
    const to = (number, label) => html`<button ?disabled=${number < 1 || number > last}
      @click=${() => go({ params: { page: number === 1 ? null : String(number) } })}>${label}</button>`
    return last === 1 && page === 1 ? nothing : html`<p class="pager">${to(page - 1, '← Newer')}
      <span>page ${page} of ${last}, ${total} alerts</span>${to(page + 1, 'Older →')}</p>`
  }

  function list(answer) {
    const filtered = state().params.severity || state().params.type || state().filters.budget
    if (!answer.items.length) {
      return html`${filtered ? emptyState('No alert matches', 'Choose another severity or type, or take away the filter.')
        : emptyState(...LISTS[tab()].none)}${pager(answer)}`
    }
    return html`${table({ columns: columns(), rows: answer.items, caption: `${LISTS[tab()].label} alerts`, stack: true,
      key: (alert) => alert.alert_id, onOpen: (alert) => go({ params: { id: alert.alert_id } }) })}${pager(answer)}`
  }

  const select = (name, label, options) => html`<select aria-label=${label}
    @change=${(event) => go({ params: { [name]: event.target.value, page: null } })}>
    <option value="">${label}</option>
    ${Object.entries(options).map(([value, text]) =>
      html`<option value=${value} ?selected=${state().params[name] === value}>${text}</option>`)}</select>`

  function paint() {
    const shown = parts.value('alerts')
    const items = Object.entries(LISTS).filter(([name]) => name !== 'snoozed' || snoozes || tab() === 'snoozed')
      .map(([name, { label }]) => [name, name === tab() && shown ? `${label} (${shown.total})` : label])
    const picks = tabs([...items, ['channels', 'Channels']], tab(),
      (name) => go({ params: { tab: name === 'open' ? null : name, page: null, id: null } }), 'Alerts')
    const open = tab() === 'open' && shown?.items.length > 1 ? acknowledgeAll(shown.items) : nothing
    render(html`<div class="view-head">${picks}</div>${tab() === 'channels' ? told.template() : card({
      title: `${LISTS[tab()].label} alerts`, kind: 'wide',
      actions: html`${select('severity', 'Any severity', SEVERITIES)}${select('type', 'Any type', ALERT_TYPES)}${open}`,
      body: parts.show('alerts', list) })}`, host)
  }

  function follow() {
    const { id } = state().params
    if (detail && detail.id !== id) {
      const closing = detail
      detail = null
      closing.close()
    }
    if (id && !detail) {
      const shown = alertDetail(id, { canSnooze: () => snoozes, onChange: () => parts.reload('alerts'), onClose: () => {
        if (detail === shown) {
          detail = null
          go({ params: { id: null } })
        }
      } })
      detail = shown
    }
  }

  function refresh() {
    paint()
    load()
    follow()
    detail?.refresh()
  }

  refresh()
  const still = ticks(ctx, TICK_MS, refresh)
  return {
    refresh,
    dispose() {
      still()
      const closing = detail
      detail = null
      closing?.close()
      parts.dispose()
    },
  }
}
