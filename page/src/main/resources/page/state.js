/** The state of the page. All of it stands in the address, so it can be shared and Back works. */
import { wall, zoneName } from './format.js'

export const VIEWS = ['overview', 'explore', 'budgets', 'records', 'alerts', 'prices', 'system']
export const RANGES = [['1h', '1 h'], ['24h', '24 h'], ['7d', '7 days'], ['30d', '30 days'], ['month', 'This month'],
  ['custom', 'From–to']]
export const METRICS = ['cost', 'tokens', 'records']
/** What can be filtered and grouped by: the name in the address, the parameter of reports, the word for people. */
export const DIMENSIONS = [
  { name: 'budget', parameter: 'budget_id', label: 'budget' },
  { name: 'component', parameter: 'component', label: 'component' },
  { name: 'provider', parameter: 'provider', label: 'provider' },
  { name: 'model', parameter: 'model', label: 'model' },
  { name: 'tier', parameter: 'tier', label: 'tier' },
  { name: 'task_type', parameter: 'task_type', label: 'task type' },
  { name: 'context', parameter: 'context_id', label: 'context' },
  { name: 'user', parameter: 'user_id', label: 'user' },
]
const DEFAULTS = { view: 'overview', range: '7d', from: '', to: '', zone: 'utc', by: 'model', by2: '', metric: 'cost' }
const NAMES = new Set(DIMENSIONS.map((dimension) => dimension.name))
const HOUR = 3_600_000
const listeners = new Set()
let current = read(location.search)

/**
 * @typedef {object} State
 * @property {string} view one of {@link VIEWS}
 * @property {string} range one of the first words of {@link RANGES}
 * @property {string} from of a custom range: a date, or a date and an hour, in the zone
 * @property {string} to likewise; a date is included whole
 * @property {'utc'|'browser'} zone
 * @property {string} by what Explore groups by
 * @property {string} by2 the second grouping, or empty
 * @property {'cost'|'tokens'|'records'} metric
 * @property {Record<string, string>} filters exact values by the names of {@link DIMENSIONS}
 * @property {Record<string, string>} params whatever else the view keeps in the address, such as `tab` or `id`
 */

/** @returns {State} the present state; never changed in place */
export function state() {
  return current
}

/** Reads a query string; what is unknown or wrong becomes the default. */
export function read(search) {
  const query = new URLSearchParams(search)
  const out = { ...DEFAULTS, filters: {}, params: {} }
  for (const [name, value] of query) {
    if (name.startsWith('f.') && NAMES.has(name.slice(2))) {
      if (value !== '') {
        out.filters[name.slice(2)] = value
      }
    } else if (name in DEFAULTS) {
      out[name] = value
    } else {
      out.params[name] = value
    }
  }
  const known = (name, values) => {
    if (!values.includes(out[name])) {
      out[name] = DEFAULTS[name]
    }
  }
  known('view', VIEWS)
  known('range', RANGES.map(([range]) => range))
  known('zone', ['utc', 'browser'])
  known('metric', METRICS)
  known('by', [...NAMES])
  known('by2', ['', ...NAMES])
  if (out.range === 'custom' && !/^\d{4}-\d\d-\d\d(T\d\d:00)?$/.test(out.from)) {
    out.range = DEFAULTS.range
  }
  return out
}

/** The query string of a state; defaults are left out. */
export function write(next) {
  const query = new URLSearchParams()
  for (const [name, initial] of Object.entries(DEFAULTS)) {
    const only = (name === 'from' || name === 'to') && next.range !== 'custom'
    if (next[name] !== initial && next[name] && !only) {
      query.set(name, next[name])
    }
  }
  for (const [name, value] of Object.entries(next.filters)) {
    query.set(`f.${name}`, value)
  }
  for (const [name, value] of Object.entries(next.params)) {
    query.set(name, value)
  }
  return `?${query}`
}

/**
 * The state with changes. `filters` and `params` are merged; an empty or null value takes one away. With another
 * view the params of the old one go.
 */
function changed(changes) {
  const next = { ...current, ...changes }
  const old = changes.view && changes.view !== current.view ? {} : current.params
  next.filters = merged(current.filters, changes.filters)
  next.params = merged(old, changes.params)
  return next
}

function merged(old, changes = {}) {
  const entries = Object.entries({ ...old, ...changes })
  return Object.fromEntries(entries.filter(([, value]) => value !== null && value !== undefined && value !== ''))
}

/** The address of the present state with changes: for the `href` of links. */
export function href(changes) {
  return write(changed(changes))
}

/**
 * Goes to the state with changes and tells the listeners.
 * @param {Partial<State>} changes
 * @param {{replace?: boolean}} options `replace` makes no entry in the history
 */
export function go(changes, { replace = false } = {}) {
  follow(href(changes), { replace })
}

/** Goes to an address of this page. */
export function follow(search, { replace = false } = {}) {
  if (search !== write(current)) {
    history[replace ? 'replaceState' : 'pushState'](null, '', search)
    tell(read(search))
  }
}

function tell(next) {
  const before = current
  current = next
  for (const listener of [...listeners]) {
    listener(current, before)
  }
}

/**
 * Calls with the new and the old state after each change.
 * @returns {() => void} ends it
 */
export function onState(listener) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

addEventListener('popstate', () => tell(read(location.search)))

/**
 * @typedef {object} Range
 * @property {string} from a date, or a time on the hour, without an offset, in the zone
 * @property {string} [to] likewise; absent: until the present hour ends
 * @property {string} zone IANA name
 * @property {'hour'|'day'|'week'|'month'} step what a chart of it counts by
 * @property {Date} start when it begins
 * @property {Date} end when it ends, exclusive; of an open one the end of the present hour
 * @property {string} label
 */

/** @returns {Range} the time range of a state */
export function rangeOf(s = current, now = Date.now()) {
  const zone = zoneName(s.zone)
  const today = wall(now, s.zone).date
  const hour = (back) => {
    const parts = wall(now - back * HOUR, s.zone)
    return `${parts.date}T${parts.time.slice(0, 2)}:00`
  }
  const froms = { '1h': () => hour(1), '24h': () => hour(23), '7d': () => shiftDate(today, -6),
    '30d': () => shiftDate(today, -29), month: () => `${today.slice(0, 8)}01`, custom: () => s.from }
  const from = froms[s.range]()
  const to = s.range === 'custom' && s.to ? s.to : undefined
  const start = instant(from, s.zone)
  const end = to ? instant(to.length === 10 ? shiftDate(to, 1) : to, s.zone)
    : new Date((Math.floor(now / HOUR) + 1) * HOUR)
  const days = (end - start) / (24 * HOUR)
  const step = days <= 3.01 ? 'hour' : days <= 62 ? 'day' : days <= 200 ? 'week' : 'month'
  const label = s.range === 'custom' ? `${from.replace('T', ' ')} – ${(to ?? 'now').replace('T', ' ')}`
    : RANGES.find(([name]) => name === s.range)[1]
  return { from, to, zone, step, start, end, label }
}

/** The parameters `from`, `to` and `zone` of a range. */
export function rangeParams(range = rangeOf()) {
  return { from: range.from, to: range.to, zone: range.zone }
}

/** The filters of a state as parameters of `GET /reports/usage`. */
export function filterParams(s = current) {
  const out = {}
  for (const { name, parameter } of DIMENSIONS) {
    if (s.filters[name]) {
      out[parameter] = s.filters[name]
    }
  }
  return out
}

/** The range as long as this one that lies before (-1) or after it (1): changes for {@link go}. */
export function shifted(direction, s = current) {
  const range = rangeOf(s)
  if (range.from.length > 10 || range.end - range.start < 20 * HOUR) {
    const hours = Math.max(1, Math.round((range.end - range.start) / HOUR)) * direction
    const at = (date) => {
      const parts = wall(date.getTime() + hours * HOUR, s.zone)
      return `${parts.date}T${parts.time.slice(0, 2)}:00`
    }
    return { range: 'custom', from: at(range.start), to: at(range.end) }
  }
  if (s.range === 'month' || (s.range === 'custom' && wholeMonth(range))) {
    const [year, month] = range.from.split('-').map(Number)
    const first = new Date(Date.UTC(year, month - 1 + direction, 1)).toISOString().slice(0, 10)
    const last = new Date(Date.UTC(year, month + direction, 0)).toISOString().slice(0, 10)
    return { range: 'custom', from: first, to: last }
  }
  const last = range.to ?? wall(range.end.getTime() - 1, s.zone).date
  const days = (Date.parse(last.slice(0, 10)) - Date.parse(range.from)) / (24 * HOUR) + 1
  return { range: 'custom', from: shiftDate(range.from, days * direction),
    to: shiftDate(last.slice(0, 10), days * direction) }
}

function wholeMonth({ from, to }) {
  return from.endsWith('-01') && to?.slice(0, 7) === from.slice(0, 7) && shiftDate(to, 1).endsWith('-01')
}

/** A date some days later. */
export function shiftDate(date, days) {
  return new Date(Date.parse(date) + days * 24 * HOUR).toISOString().slice(0, 10)
}

/** When a clock in the zone shows a date (its midnight) or a date and time. */
export function instant(text, zone = 'utc') {
  const full = text.length === 10 ? `${text}T00:00` : text
  return new Date(zone === 'browser' ? full : `${full}Z`)
}

/** The keys that reports give the hours, days, weeks or months of a range, oldest first. */
export function buckets(range = rangeOf(), zone = current.zone) {
  const out = []
  if (range.step === 'hour') {
    for (let at = range.start.getTime(); at < range.end; at += HOUR) {
      out.push({ key: at, label: timeLabel(at, zone) })
    }
    return out
  }
  const first = range.from.slice(0, 10)
  const last = wall(range.end.getTime() - 1, zone).date
  let day = first
  if (range.step === 'week') {
    day = shiftDate(first, -((new Date(first).getUTCDay() + 6) % 7))
  }
  if (range.step === 'month') {
    for (let [year, month] = first.split('-').map(Number); ; month++) {
      const key = new Date(Date.UTC(year, month - 1, 1)).toISOString().slice(0, 7)
      if (key > last.slice(0, 7)) {
        return out
      }
      out.push({ key, label: key })
    }
  }
  for (; day <= last; day = shiftDate(day, range.step === 'week' ? 7 : 1)) {
    out.push({ key: day, label: day })
  }
  return out
}

function timeLabel(at, zone) {
  const parts = wall(at, zone)
  return `${parts.date} ${parts.time}`
}

/** The key, as in {@link buckets}, of a report's row. */
export function bucketKey(row, step) {
  return step === 'hour' ? Date.parse(row.hour) : row[step]
}
