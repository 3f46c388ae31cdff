/** How values are written: money, tokens, parts of a whole, times. Nothing here is rounded but what is shown short. */
import { Decimal, parseJson, toJson } from './json.js'

export { Decimal, parseJson, toJson }

const ABSENT = '–'
const UNITS = [[1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1e3, 'k']]
/** From here on a number without places is written as a thousand, and so belongs to the next unit. */
const NEARLY_NEXT = 0.9995

/** Whether there is a value to show. */
export const present = (value) => value !== null && value !== undefined && value !== ''

const grouped = (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ',')

/** An amount of USD with every digit that it has, such as `$1,234.567`. */
export function moneyExact(value) {
  if (!present(value)) {
    return ABSENT
  }
  const text = new Decimal(String(value)).text
  const [whole, fraction] = text.replace('-', '').split('.')
  return `${text.startsWith('-') ? '−' : ''}$${grouped(whole)}${fraction ? '.' + fraction : ''}`
}

/**
 * An amount of USD as a person reads it: two decimal places from one dollar on, below it four digits that count.
 * The exact one belongs into the title, as {@link import('./ui.js').amount} does.
 */
export function money(value) {
  if (!present(value)) {
    return ABSENT
  }
  const number = Number(value)
  const size = Math.abs(number)
  if (size === 0) {
    return '$0'
  }
  if (size >= 1) {
    return moneyExact(size >= 1e15 ? String(value) : number.toFixed(2))
  }
  const places = Math.min(12, Math.max(2, 3 - Math.floor(Math.log10(size))))
  const text = number.toFixed(places)
  return moneyExact(text.replace(/(\.\d\d)0+$/, '$1'))
}

/** A whole number with its thousands apart. */
export function count(value) {
  return present(value) ? grouped(String(value)).replace('-', '−') : ABSENT
}

/** A number with its word: `1 record`, `1,200 records`. */
export const plural = (value, word) => `${count(value)} ${word}${Number(value) === 1 ? '' : 's'}`

/** A number in short: `4.87 M`. Used for tokens, where the exact one stands in the title. */
export function tokens(value) {
  if (!present(value)) {
    return ABSENT
  }
  const number = Number(value)
  for (const [unit, name] of UNITS) {
    if (Math.abs(number) >= (unit > 1e3 ? unit * NEARLY_NEXT : unit)) {
      const scaled = number / unit
      return `${scaled.toFixed(Math.abs(scaled) < 9.995 ? 2 : Math.abs(scaled) < 99.95 ? 1 : 0)} ${name}`
    }
  }
  return String(value)
}

/** A value of a metric: `cost`, `tokens` or `records`. */
export function metricValue(metric, value) {
  return metric === 'cost' ? money(value) : metric === 'tokens' ? tokens(value) : count(value)
}

/** The same with every digit and the unit. */
export function metricExact(metric, value) {
  return metric === 'cost' ? `${moneyExact(value)} USD` : `${count(value)} ${metric}`
}

/** The field of totals and reports that a metric shows. */
export const METRIC_FIELDS = { cost: 'total_cost', tokens: 'total_tokens', records: 'record_count' }

/** A fraction (0 to 1) as a percentage: `12.3 %`. */
export function percent(fraction) {
  return present(fraction) ? percentOf100(Number(fraction) * 100) : ABSENT
}

/** A percentage that is given as 0 to 100. */
export function percentOf100(value) {
  if (!present(value)) {
    return ABSENT
  }
  const number = Number(value)
  if (number > 0 && number < 0.1) {
    return '< 0.1 %'
  }
  return `${number >= 99.95 || number === 0 ? Math.round(number) : number.toFixed(1)} %`
}

/** The IANA name of a zone of the page's state: `utc` or `browser`. */
export function zoneName(zone) {
  return zone === 'browser' ? Intl.DateTimeFormat().resolvedOptions().timeZone : 'UTC'
}

/** A time as date, minutes and zone: `2026-11-29 14:30 UTC`. */
export function time(value, zone = 'utc') {
  return present(value) ? `${timeShort(value, zone)} ${zoneLabel(value, zone)}` : ABSENT
}

/** A time as date and minutes, without its zone: for columns whose head names it. */
export function timeShort(value, zone = 'utc') {
  if (!present(value)) {
    return ABSENT
  }
  const parts = wall(value, zone)
  return parts ? `${parts.date} ${parts.time}` : String(value)
}

/** A time with seconds and zone, for details. */
export function timeExact(value, zone = 'utc') {
  if (!present(value)) {
    return ABSENT
  }
  const parts = wall(value, zone)
  return parts ? `${parts.date} ${parts.time}:${parts.seconds} ${zoneLabel(value, zone)}` : String(value)
}

const formats = new Map()

/** The date, time and seconds that a clock in the zone shows; null when the value is no time. */
export function wall(value, zone = 'utc') {
  const date = new Date(value)
  if (Number.isNaN(date.getTime())) {
    return null
  }
  const name = zoneName(zone)
  if (!formats.has(name)) {
    formats.set(name, new Intl.DateTimeFormat('en-CA', { timeZone: name, hourCycle: 'h23', year: 'numeric',
      month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' }))
  }
  const parts = Object.fromEntries(formats.get(name).formatToParts(date).map((part) => [part.type, part.value]))
  return { date: `${parts.year}-${parts.month}-${parts.day}`, time: `${parts.hour}:${parts.minute}`,
    seconds: parts.second }
}

function zoneLabel(value, zone) {
  if (zone !== 'browser') {
    return 'UTC'
  }
  const parts = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' }).formatToParts(new Date(value))
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? ''
}

/** A length of time in its two largest units: `3 d 4 h`. */
export function duration(seconds) {
  if (!present(seconds)) {
    return ABSENT
  }
  let rest = Math.max(0, Math.round(Number(seconds)))
  if (rest === 0) {
    return '0 s'
  }
  const out = []
  for (const [unit, name] of [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']]) {
    const n = Math.floor(rest / unit)
    if (n > 0) {
      out.push(`${n} ${name}`)
      rest -= n * unit
    } else if (out.length > 0) {
      break
    }
    if (out.length === 2) {
      break
    }
  }
  return out.join(' ')
}

/** How long ago, or in how long: `5 min ago`, `in 3 h 10 min`, `now`. */
export function ago(value, now = Date.now()) {
  if (!present(value)) {
    return ABSENT
  }
  const seconds = (now - new Date(value).getTime()) / 1000
  const size = Math.abs(seconds)
  if (size < 1.5) {
    return 'now'
  }
  // Below an hour the second unit says nothing that a person waits for.
  const text = size >= 60 && size < 3600 ? `${Math.floor(size / 60)} min` : duration(size)
  return seconds > 0 ? `${text} ago` : `in ${text}`
}

/** A number of bytes in binary units. */
export function bytes(value) {
  if (!present(value)) {
    return ABSENT
  }
  let number = Number(value)
  for (const unit of ['B', 'KiB', 'MiB', 'GiB']) {
    if (number < 1023.5) {
      return `${unit === 'B' || number >= 100 ? Math.round(number) : number.toFixed(1)} ${unit}`
    }
    number /= 1024
  }
  return `${number.toFixed(1)} TiB`
}
