/** Puts an alert off. */
import { send } from './api.js'
import { dialogForm } from './ui.js'
import { time } from './format.js'
import { state } from './state.js'

const TIMES = [['60', '1 hour'], ['480', '8 hours'], ['1440', '1 day'], ['10080', '7 days']]

/**
 * The button that puts an alert off, or ends that.
 * @param {ReturnType<typeof import('./acts.js').makeActs>} act
 * @param {object} alert
 * @param {() => Promise<any>} onChange
 */
export function snooze(act, alert, onChange) {
  const until = alert.snoozed_until
  const put = async (minutes) => {
    const answer = await send('POST', `/alerts/${encodeURIComponent(alert.alert_id)}/snooze`, { minutes })
    await onChange()
    return answer
  }
  if (until && Date.parse(until) > Date.now()) {
    return act({ kind: 'snooze', id: alert.alert_id, label: 'Wake', name: `Wake: ${alert.title}`, work: async () => {
      await put(0)
      return 'It is open again.'
    } })
  }
  return act({ kind: 'snooze', id: alert.alert_id, label: 'Snooze', name: `Snooze: ${alert.title}`, work: async () => {
    const picked = await dialogForm({ title: 'Snooze this alert', submit: 'Snooze',
      text: 'It is not open until then, and comes back by itself. Channels have been told of it already.',
      fields: [{ name: 'minutes', label: 'For', type: 'select', options: TIMES, value: '480' }] })
    if (!picked) {
      return undefined
    }
    const answer = await put(Number(picked.minutes))
    return `Snoozed until ${time(answer.snoozed_until, state().zone)}.`
  } })
}
