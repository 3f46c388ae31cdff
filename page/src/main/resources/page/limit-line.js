/** One limit as a line: its bar, its figures and how long it lasts. */
import { duration, metricExact, metricValue, percent, timeExact } from './format.js'
import { PERIOD_NAMES, TYPE_NAMES, hoursLeft, marksOf, measures, scope } from './limits.js'
import { state } from './state.js'
import { badge, html, meterBar } from './ui.js'

/** A limit in words: `hard limit of $60.00 per month on all usage`. */
export function limitWords(entry, { measure, limit }) {
  const on = scope(entry)
  const of = measure === 'cost' ? metricValue(measure, limit) : `${metricValue(measure, limit)} tokens`
  return `${TYPE_NAMES[entry.type] ?? entry.type} of ${of} ${PERIOD_NAMES[entry.period]}${on === 'all usage' ? '' : ` on ${on}`}`
}

/** One limit as a bar with its figures. */
export function limitLine(entry) {
  return measures(entry).map(
    (of) => html`<div class="limit-line">
      ${meterBar({ used: of.used, reserved: of.reserved, limit: of.limit, label: limitWords(entry, of), marks: marksOf(entry) })}
      <span class="note"><b title="${metricExact(of.measure, of.used)} of ${metricExact(of.measure, of.limit)}"
        >${of.limit > 0 ? percent(of.share) : metricValue(of.measure, of.used)}</b>
        ${of.limit > 0 ? 'of' : 'under'} ${limitWords(entry, of)}</span>
    </div>`
  )
}

/** How long a limit lasts, in words. */
export function lasts(entry, now = Date.now()) {
  const hours = hoursLeft(entry, now)
  if (hours === 0) {
    return badge('reached', 'bad')
  }
  if (measures(entry).some(({ left }) => Number(left) === 0)) {
    return html`<span title="Open allocations hold what is not used">${badge('all reserved', 'warn')}</span>`
  }
  if (hours === Infinity) {
    return html`<span class="note">to its end</span>`
  }
  return html`<span title=${timeExact(entry.exhausted_at, state().zone)}>${badge(duration(hours * 3600), hours < 24 ? 'bad' : 'warn')}</span>`
}
