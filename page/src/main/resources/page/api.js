/** The HTTP API of the instance that served this page, and its events. A key travels in a header and nowhere else. */
import { parseJson, toJson } from './json.js'

const STORED_KEY = 'budget-key'
/** What a header cannot hold, or a key does not have: all but the visible characters of ASCII. */
const NO_KEY = /[^\x21-\x7e]/
/** How long an answer may take. Reports of a long range over many budgets take seconds. */
const PATIENCE_MS = 60_000
/** How often, and after how long, a report is asked for again that met a 429. */
const BUSY_TRIES = 6
const BUSY_WAIT_MS = 400
/** Budget makes two reports at a time, so the page asks for one at a time. */
let reports = Promise.resolve()
let key = sessionStorage.getItem(STORED_KEY)
let asker = null
let asked = null
let declined = false

/** An error that the API answered, or that kept it from answering. */
export class ApiError extends Error {
  /**
   * @param {number} status 0 when no answer came
   * @param {object} problem the RFC 9457 problem: `title`, `detail`, `code`, `errors` and perhaps more
   */
  constructor(status, problem) {
    super(problem.detail || problem.title || `Status ${status}`)
    this.name = 'ApiError'
    this.status = status
    this.code = problem.code ?? ''
    this.problem = problem
  }
}

/** Whether a key is kept. */
export const hasKey = () => key !== null

/** Forgets the key. What it was used for may still be in the page's memory: the caller loads the page anew. */
export function forgetKey() {
  key = null
  sessionStorage.removeItem(STORED_KEY)
}

/**
 * Takes a key.
 * @param {string} value
 * @param {boolean} keep whether it is kept until this tab closes; else until the page is left
 * @throws {ApiError} if no header can hold it; the fault names the field `key`
 */
export function useKey(value, keep) {
  if (NO_KEY.test(value)) {
    throw new ApiError(0, { title: 'No key', errors: [{ loc: ['key'],
      msg: 'A key has neither spaces nor letters beyond ASCII. Perhaps more than the key was copied.' }] })
  }
  key = value
  declined = false
  if (keep) {
    sessionStorage.setItem(STORED_KEY, value)
  } else {
    sessionStorage.removeItem(STORED_KEY)
  }
}

/**
 * Names who asks the person for a key: called with the problem, answers once {@link useKey} was called (true) or the
 * person will give none (false). Requests that meet a 401 meanwhile wait for the same answer.
 * @param {(problem: object) => Promise<boolean>} f
 */
export function onKeyNeeded(f) {
  asker = f
}

/**
 * Asks for a key as a 401 does. A person who gave none is not asked again: the page has a button for that.
 * @returns {Promise<boolean>} whether there is another key now
 */
export function askForKey(problem = {}) {
  if (declined) {
    return Promise.resolve(false)
  }
  asked ??= asker(problem).then((given) => {
    declined = !given
    return given
  }).finally(() => { asked = null })
  return asked
}

/** The address of a path under `/api`, with its parameters; absent ones are left out. */
export function address(path, params = {}) {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(params)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null && one !== undefined && one !== '') {
        query.append(name, one)
      }
    }
  }
  const text = query.toString()
  return `/api${path}${text ? '?' + text : ''}`
}

/**
 * Reads.
 * @param {string} path under `/api`, such as `/budgets`; ids in it are encoded with `encodeURIComponent`
 * @param {object} [params] of the query
 * @param {{signal?: AbortSignal, position?: string|null, text?: boolean}} [options] `position`: a `Budget-Position`
 *   that the answer shall have seen. When the state is not there in time, what there is is answered. `text`: the body
 *   as it is.
 * @returns {Promise<any>} the body, with exact numbers as {@link parseJson} reads them
 * @throws {ApiError}
 */
export function get(path, params = {}, options = {}) {
  if (!path.startsWith('/reports/usage')) {
    return read(path, params, options)
  }
  const turn = reports.then(() => unhurried(() => read(path, params, options), options.signal))
  reports = turn.catch(() => {})
  return turn
}

/** Asks again when Budget makes as many reports as it makes at a time: for others, too. */
async function unhurried(ask, signal) {
  for (let tries = 1; ; tries++) {
    signal?.throwIfAborted()
    try {
      return await ask()
    } catch (failure) {
      if (failure.status !== 429 || tries === BUSY_TRIES) {
        throw failure
      }
      await new Promise((resolve) => setTimeout(resolve, BUSY_WAIT_MS * (0.5 + Math.random())))
    }
  }
}

async function read(path, params, { signal, position, text }) {
  const url = address(path, params)
  try {
    return await exchange(url, { headers: position ? { 'Budget-Position': position } : {}, signal, text })
  } catch (failure) {
    if (position && failure.code === 'position_not_reached') {
      return exchange(url, { signal, text })
    }
    throw failure
  }
}

/**
 * Changes something.
 * @param {'POST'|'PUT'|'DELETE'} method
 * @param {string} path under `/api`
 * @param {object} [body]
 * @param {{idempotencyKey?: string, params?: object, signal?: AbortSignal}} [options] with a key a repeat of the same
 *   request changes nothing more
 * @returns {Promise<any>} the body; null when there is none
 * @throws {ApiError}
 */
export function send(method, path, body, { idempotencyKey, params, signal } = {}) {
  const headers = {}
  if (idempotencyKey) {
    headers['Idempotency-Key'] = idempotencyKey
  }
  if (body !== undefined && body !== null) {
    headers['Content-Type'] = 'application/json'
  }
  return exchange(address(path, params), { method, headers, body: body ? toJson(body) : undefined, signal })
}

/** A new `Idempotency-Key`: one for each act of a person, the same for its repeats. */
export const newKey = () => `page-${Array.from(crypto.getRandomValues(new Uint8Array(16)),
  (byte) => byte.toString(16).padStart(2, '0')).join('')}`

async function exchange(url, { method = 'GET', headers = {}, body, signal, text }) {
  for (;;) {
    const sent = key
    const answer = await fetched(url, { method, headers, body, signal })
    let content
    try {
      content = await answer.text()
    } catch (failure) {
      throw lost(failure, signal)
    }
    if (answer.ok) {
      return text ? content : content === '' ? null : parsed(content, answer.status)
    }
    const problem = problemOf(content, answer)
    if (answer.status === 401 && asker && (sent !== key || (await askForKey(problem)))) {
      continue
    }
    tellBudget(problem)
    throw new ApiError(answer.status, problem)
  }
}

/** A key for one budget is refused elsewhere by a sentence that names it: the shell then filters by that budget. */
export function tellBudget(problem) {
  const [, budget] = /is for budget (\S+) alone/.exec(problem.status === 403 ? problem.detail : '') ?? []
  if (budget) {
    dispatchEvent(new CustomEvent('budget-key', { detail: budget }))
  }
}

async function fetched(url, { method, headers, body, signal, patient = true }) {
  const all = key ? { ...headers, 'X-API-Key': key } : headers
  const ends = patient ? [AbortSignal.timeout(PATIENCE_MS)] : []
  if (signal) {
    ends.push(signal)
  }
  try {
    return await fetch(url, { method, headers: all, body, cache: 'no-store', credentials: 'omit', redirect: 'error',
      signal: ends.length ? AbortSignal.any(ends) : undefined })
  } catch (failure) {
    throw lost(failure, signal)
  }
}

function lost(failure, signal) {
  if (signal?.aborted) {
    return failure
  }
  return new ApiError(0, failure.name === 'TimeoutError'
    ? { title: 'No answer in time', code: 'timeout', detail: `Budget has not answered within ${PATIENCE_MS / 1000} s.` }
    : { title: 'Budget cannot be reached', code: 'unreachable',
      detail: `Nothing answers at ${location.origin}. Is Budget running?` })
}

function parsed(content, status) {
  try {
    return parseJson(content)
  } catch (failure) {
    throw new ApiError(status, { title: 'The answer is not JSON', detail: failure.message, code: 'not_json' })
  }
}

function problemOf(content, answer) {
  try {
    const problem = parseJson(content)
    if (problem && typeof problem === 'object') {
      return problem
    }
  } catch {
    // What stands between the page and Budget may answer in HTML.
  }
  return { title: `Status ${answer.status}`, detail: `Status ${answer.status} ${answer.statusText}`.trim() }
}

/**
 * Saves what a path answers as a file, with the key, which a link could not send.
 * @param {string} path under `/api`
 * @param {object} params
 * @param {string} name of the file
 * @param {{headers?: Record<string, string>}} [options]
 */
export async function download(path, params, name, { headers = {} } = {}) {
  const content = await exchange(address(path, params), { headers, text: true })
  save(new Blob([content], { type: 'text/csv;charset=utf-8' }), name)
}

/** Saves bytes as a file. */
export function save(blob, name) {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  document.body.append(link)
  link.click()
  link.remove()
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

/**
 * Opens a stream of events without an end to wait for.
 * @returns {Promise<Response>}
 */
export function openStream(url, headers, signal) {
  return fetched(url, { method: 'GET', headers, signal, patient: false })
}

export { events } from './events.js'
export { problemOf }
