/** Records that could not be counted: why, what they are, and a way to send them again. */
import { actsColumn } from './acts.js'
import { get, send } from './api.js'
import { ago, bytes, timeExact } from './format.js'
import { go, state } from './state.js'
import { badge, card, copyButton, drawer, emptyState, html, nothing, properties, table } from './ui.js'

const PAGE = 20
const REASONS = ['unreadable', 'invalid', 'conflict', 'timestamp']

/**
 * The part of the view about dead letters.
 * @param {ReturnType<typeof import('./parts.js').makeParts>} parts
 * @param {ReturnType<typeof import('./acts.js').makeActs>} act
 */
export function deadLetters(parts, act) {
  let box = null

  function load() {
    const { reason, cursor } = state().params
    parts.load('dead', (signal) => get('/dead-letters', { reason, cursor, limit: PAGE }, { signal }), { key: `${reason} ${cursor}` })
  }

  const again = (one) => (one.resendable
    ? act({ kind: 'resend dead letter', id: one.dead_letter_id, label: 'Send again', name: `Send again: dead letter ${one.dead_letter_id}`,
      question: { title: 'Send it again?', submit: 'Send again',
        text: html`The same bytes go to the end of budget.usage. If what kept it from being counted is mended it counts now, else it
          comes back here. One that already counted after it was sent again, or was reported anew, may count twice: its id is
          remembered for 24 to 48 hours only.` },
      work: async () => {
        const done = await send('POST', `/dead-letters/${encodeURIComponent(one.dead_letter_id)}/resend`)
        box?.close()
        await parts.reload('dead')
        return done.message ?? `It was sent again: ${done.position}.`
      } })
    : html`<span class="note" title=${one.not_resendable_because ?? 'Only a part of its bytes is kept'}>cannot be sent again</span>`)

  const when = (value) => html`<span class="when" title=${timeExact(value, state().zone)}>${ago(value)}</span>`

  /** Whether the text is only the beginning of what came. */
  const isPart = (one) => one.cut || one.value_bytes > new TextEncoder().encode(one.value ?? '').length

  function content(one) {
    return html`<p>${badge(one.reason.replaceAll('_', ' '), 'bad')} ${one.message}</p><p>${again(one)} ${one.not_resendable_because ?? nothing}</p>
      ${properties([['From', html`<code>${one.topic}</code>, partition ${one.partition}, offset ${one.offset}`],
        ['Came', timeExact(one.appended_at, state().zone)], ['Given up', timeExact(one.dead_at, state().zone)],
        ['Key', one.key && html`<code>${one.key}</code>`], ['Size', bytes(one.value_bytes)],
        ['Dead letter', html`<code>${one.dead_letter_id}</code>`]])}
      <h3>Bytes${isPart(one) ? ', their beginning' : ''}</h3>
      <div class="code"><pre tabindex="0">${one.value ?? ''}</pre>${copyButton(one.value ?? '')}</div>`
  }

  function open(one) {
    box = drawer('Dead letter', content(one), { kind: 'broad', onClose: () => { box = null } })
  }

  function list({ items, next }) {
    const { cursor, reason } = state().params
    if (!items.length && !cursor) {
      return next ? html`<p class="note">None among the newest.</p><button @click=${() => go({ params: { cursor: next } })}>Older →</button>`
        : reason ? emptyState('None for this reason', 'Choose another.') : emptyState('No dead letter', 'Every record that came was counted, or was the same as one before.')
    }
    const columns = [
      { name: 'dead_at', label: 'Given up', cell: (one) => when(one.dead_at) },
      { name: 'reason', label: 'Reason', cell: (one) => badge(one.reason.replaceAll('_', ' '), 'bad') },
      { name: 'message', label: 'Why' },
      { name: 'place', label: 'Place', wide: true, value: (one) => `${one.topic}-${one.partition}:${one.offset}` },
      { name: 'value_bytes', label: 'Size', number: true, wide: true, cell: (one) => bytes(one.value_bytes) },
      actsColumn(again),
    ].map((column) => ({ ...column, sort: false }))
    return html`${table({ columns, rows: items, caption: 'Dead letters', stack: true, key: (one) => one.dead_letter_id, onOpen: open })}
      <p class="pager">${cursor ? html`<button @click=${() => go({ params: { cursor: null } })}>← Newest</button>` : nothing}
        ${next ? html`<button @click=${() => go({ params: { cursor: next } })}>Older →</button>` : nothing}</p>`
  }

  return {
    load,
    template: () => (parts.error('dead')?.status === 404
      ? card({ title: 'Dead letters', kind: 'wide', body: emptyState('This version does not list them',
        'They are in the topic budget.dead-letters; each one is an alert as well.') })
      : card({ title: 'Dead letters', kind: 'wide', actions: html`<select aria-label="Reason" @change=${(event) => go({ params: { reason: event.target.value, cursor: null } })}>
          <option value="">Any reason</option>${REASONS.map((name) => html`<option value=${name}
            ?selected=${state().params.reason === name}>${name}</option>`)}</select>`, body: parts.show('dead', list),
        note: 'Records that could not be counted. They are not in any total.' })),
    dispose: () => box?.close(),
  }
}
