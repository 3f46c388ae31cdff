/** Channels, which tell people of alerts: made, tried, changed, taken away. */
import { actsColumn } from './acts.js'
import { get, send } from './api.js'
import { ALERT_TYPES, SEVERITIES } from './alert-words.js'
import { edit } from './form.js'
import { ago, timeExact } from './format.js'
import { state } from './state.js'
import { badge, card, copyButton, drawer, emptyState, html, nothing, table, toast } from './ui.js'

const KINDS = [['webhook', 'webhook: a signed POST to your program'], ['slack', 'slack: an incoming webhook of Slack'],
  ['log', 'log: a line in the log of Budget']]

const text = (values) => (values ?? []).join(', ')

function fields(channel, values) {
  const kind = values.kind ?? channel?.kind ?? 'webhook'
  const address = kind === 'log' ? [] : [{ name: 'url', label: 'Address', required: true,
    value: channel?.kind === 'slack' ? '' : channel?.url, disabled: false,
    hint: kind === 'slack' ? 'The address that Slack gave you. It is a secret and is not shown again.'
      : 'An http or https address on the public internet; private ones only where BUDGET_ALERT_ALLOW_PRIVATE_TARGETS says so.' }]
  return [
    { name: 'name', label: 'Name', required: true, value: channel?.name },
    { name: 'kind', label: 'Kind', type: 'select', options: KINDS, value: kind, disabled: Boolean(channel) },
    ...(channel?.kind === 'slack' ? address.map((one) => ({ ...one, required: false, hint: 'Empty: it stays as it is.' })) : address),
    { name: 'severities', label: 'Only severities', as: 'list', value: text(channel?.severities), placeholder: 'all',
      hint: `Separated by commas: ${Object.keys(SEVERITIES).join(', ')}. Empty: all.` },
    { name: 'types', label: 'Only types', as: 'list', value: text(channel?.types), placeholder: 'all',
      hint: `Such as ${Object.keys(ALERT_TYPES).slice(2, 5).join(', ')}. Empty: all.` },
    { name: 'budgets', label: 'Only budgets', as: 'list', value: text(channel?.budgets), placeholder: 'all',
      hint: 'Ids of budgets. Empty: all, and what belongs to none.' },
    { name: 'owners', label: 'Only owners', as: 'list', value: text(channel?.owners), placeholder: 'all' },
  ]
}

/** Shows what is shown once. */
function showSecret({ name, secret }) {
  drawer('The secret of this webhook', html`<p class="error">It is shown now and never again. Anybody who has it can sign
      messages as Budget does.</p>
    <p>Give it to the receiver of ${name}, which checks <code>webhook-signature</code> with it (Standard Webhooks).</p>
    <div class="code"><pre tabindex="0">${secret}</pre>${copyButton(secret, 'Copy the secret')}</div>`)
}

/** Which alerts a channel takes, in words. */
function route(channel) {
  const parts = [['severities', ''], ['types', ''], ['budgets', 'of budget '], ['owners', 'owned by ']]
    .filter(([name]) => channel[name]?.length)
    .map(([name, word]) => `${word}${channel[name].map((value) => ALERT_TYPES[value] ?? value).join(' or ')}`)
  return parts.length ? parts.join('; ') : 'every alert'
}

/**
 * The part of the view about channels.
 * @param {ReturnType<typeof import('./parts.js').makeParts>} parts
 * @param {ReturnType<typeof import('./acts.js').makeActs>} act
 */
export function channels(parts, act) {
  const outcomes = new Map()
  const load = () => parts.load('channels', (signal) => get('/alerts/channels', {}, { signal }))
  const reload = () => parts.reload('channels')
  const path = (channel, more = '') => `/alerts/channels/${encodeURIComponent(channel.channel_id)}${more}`

  async function create() {
    const made = await edit({ title: 'New channel', submit: 'Create', fields: (values) => fields(null, values),
      onSubmit: (body) => send('POST', '/alerts/channels', body) })
    if (!made) {
      return undefined
    }
    await reload()
    if (made.secret) {
      showSecret(made)
    }
    return `Channel ${made.name} is there. Send a test message to see that it works.`
  }

  async function change(channel) {
    const saved = await edit({ title: `Edit ${channel.name}`, fields: (values) => fields(channel, values),
      onSubmit: (body) => send('PUT', path(channel), body) })
    await reload()
    return saved ? 'The channel is saved.' : undefined
  }

  async function test(channel) {
    const { delivered, message } = await send('POST', path(channel, '/test'))
    outcomes.set(channel.channel_id, { delivered, message, at: new Date().toISOString() })
    if (!delivered) {
      toast(`The test did not arrive: ${message}`, 'bad')
      return undefined
    }
    return `The test arrived: ${message}`
  }

  function acts(channel) {
    const of = { id: channel.channel_id }
    const named = (word) => `${word} channel ${channel.name}`
    return html`<span class="row-acts">
      ${act({ ...of, kind: 'test channel', label: 'Test', name: named('Test'), work: () => test(channel) })}
      ${act({ ...of, kind: 'edit channel', label: 'Edit', name: named('Edit'), work: () => change(channel) })}
      ${channel.enabled
        ? act({ ...of, kind: 'disable channel', label: 'Disable', name: named('Disable'),
          question: { title: `Disable ${channel.name}?`, submit: 'Disable',
            text: 'It is told nothing more, and what was on its way to it fails. It can be enabled again.' },
          work: async () => {
          await send('POST', path(channel, '/disable'))
          await reload()
          return `Nothing more is delivered to ${channel.name}.`
        } })
        : act({ ...of, kind: 'edit channel', label: 'Enable', name: named('Enable'), work: async () => {
          await send('PUT', path(channel), { enabled: true })
          await reload()
          return `${channel.name} is told again.`
        } })}
      ${act({ ...of, kind: 'delete channel', label: 'Delete', name: named('Delete'),
        question: { title: `Delete ${channel.name}?`, submit: 'Delete',
          text: 'It is told nothing more, and what was on its way to it fails. Another channel can take its place.' },
        work: async () => {
          await send('DELETE', path(channel))
          await reload()
          return `${channel.name} is deleted.`
        } })}</span>`
  }

  function outcome(channel) {
    const last = outcomes.get(channel.channel_id)
    return last ? html`<br><span class="note">test ${badge(last.delivered ? 'arrived' : 'failed', last.delivered ? 'good' : 'bad')}
      ${last.message}, <span title=${timeExact(last.at, state().zone)}>${ago(last.at)}</span></span>` : nothing
  }

  function list({ items }) {
    if (!items.length) {
      return emptyState('Nobody is told', 'Alerts stand on this page and in /events. A channel brings them to a webhook, to Slack or into the log.')
    }
    const columns = [
      { name: 'name', label: 'Channel', cell: (one) => html`<b>${one.name}</b><br><span class="note">${one.kind}</span>` },
      { name: 'url', label: 'Address', wide: true, cell: (one) => (one.url ? html`<code>${one.url}</code>` : null) },
      { name: 'route', label: 'Is told of', value: route },
      { name: 'enabled', label: 'State', cell: (one) => html`${one.enabled ? badge('on', 'good')
        : html`${badge('off', 'warn')} <span class="note">${one.disabled_reason ?? ''}</span>`}${outcome(one)}` },
      actsColumn(acts),
    ]
    return table({ columns, rows: items, caption: 'Channels', stack: true, key: (one) => one.channel_id })
  }

  return {
    load,
    template: () => card({ title: 'Channels', kind: 'wide',
      actions: act({ kind: 'new channel', label: 'New channel', look: 'primary', work: create }),
      body: parts.show('channels', list),
      note: 'How deliveries of one alert went, and a way to send it again, stands in the alert itself.' }),
  }
}
