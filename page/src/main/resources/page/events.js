/**
 * Budget's server-sent events, read by `fetch`: the browser's own EventSource cannot send a key. A lost connection
 * comes back by itself and goes on behind the last event that it had.
 */
import { address, ApiError, askForKey, openStream, problemOf, tellBudget } from './api.js'

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 15_000
/** Budget says something at least every 30 s by default; a stream that is silent for longer is dead. */
const SILENCE_MS = 75_000
const POLL_MS = 2_000
/** A line of an event; what is longer is not ours. */
const LONGEST_LINE = 1_000_000

/**
 * @typedef {object} Live
 * @property {'connecting'|'live'|'offline'|'paused'} state
 * @property {number} since when that began, ms
 * @property {string} message why it is offline, else empty
 */

/**
 * Listens until closed.
 * @param {object} handlers
 * @param {(position: string|null) => void} [handlers.onUsage] usage was appended up to that `Budget-Position`; null
 *   when only time has passed, because this Budget does not tell
 * @param {(alert: object) => void} [handlers.onAlert]
 * @param {(live: Live) => void} [handlers.onState]
 * @param {() => string|undefined} [handlers.budget] the only budget that is shown: for a key that may hear of no other
 * @returns {{close(): void, pause(): void, resume(): void, live(): Live}}
 */
export function events(handlers) {
  const stream = new Stream(handlers)
  stream.run()
  const wake = () => stream.wake()
  addEventListener('online', wake)
  return {
    close() {
      removeEventListener('online', wake)
      stream.stop('offline')
    },
    pause: () => stream.stop('paused'),
    resume: () => stream.run(),
    live: () => stream.live,
  }
}

class Stream {
  constructor(handlers) {
    this.handlers = handlers
    this.lastId = ''
    this.tellsUsage = true
    this.scoped = false
    this.live = { state: 'connecting', since: Date.now(), message: '' }
    this.turn = 0
  }

  say(state, message = '') {
    if (this.live.state !== state || this.live.message !== message) {
      const since = this.live.state === state ? this.live.since : Date.now()
      this.live = { state, since, message }
      this.handlers.onState?.(this.live)
    }
  }

  stop(state) {
    this.turn++
    this.control?.abort()
    clearInterval(this.poll)
    this.say(state)
  }

  /** Ends a wait for the next try. */
  wake() {
    this.awake?.()
  }

  async run() {
    this.stop('connecting')
    const turn = this.turn
    let wait = FIRST_WAIT_MS
    while (turn === this.turn) {
      this.control = new AbortController()
      let message = 'The connection ended.'
      const began = Date.now()
      try {
        await this.listen(turn)
      } catch (failure) {
        message = failure instanceof ApiError ? failure.message : message
        wait = failure.again ? 0 : wait
      }
      clearInterval(this.poll)
      if (turn !== this.turn) {
        return
      }
      if (Date.now() - began > LONGEST_WAIT_MS) {
        wait = FIRST_WAIT_MS
      }
      if (wait > 0) {
        this.say('offline', message)
        await this.pause(wait * (0.75 + Math.random() / 2))
      }
      wait = Math.min(LONGEST_WAIT_MS, Math.max(FIRST_WAIT_MS, wait * 2))
    }
  }

  pause(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.awake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  async listen(turn) {
    const headers = { Accept: 'text/event-stream' }
    if (this.lastId) {
      headers['Last-Event-ID'] = this.lastId
    }
    const url = address('/events', { usage: this.tellsUsage || undefined,
      budget_id: this.scoped ? this.handlers.budget?.() : undefined })
    const answer = await openStream(url, headers, this.control.signal)
    if (!answer.ok) {
      throw await this.refused(answer)
    }
    this.say('live')
    if (!this.tellsUsage) {
      this.poll = setInterval(() => this.handlers.onUsage?.(null), POLL_MS)
    }
    // What happened while nothing was heard.
    this.handlers.onUsage?.(null)
    await this.read(answer.body.getReader(), turn)
  }

  async refused(answer) {
    const problem = problemOf(await answer.text(), answer)
    const failure = new ApiError(answer.status, problem)
    if (answer.status === 422 && this.lastId) {
      this.lastId = ''
      failure.again = true
    } else if ((answer.status === 422 || answer.status === 400) && this.tellsUsage) {
      this.tellsUsage = false
      failure.again = true
    } else if (answer.status === 401) {
      failure.again = await askForKey(problem)
    } else if (answer.status === 403) {
      tellBudget(problem)
      failure.again = !this.scoped && Boolean(this.handlers.budget?.())
      this.scoped = failure.again
    }
    return failure
  }

  async read(reader, turn) {
    const decoder = new TextDecoder()
    let rest = ''
    let event = { type: '', data: [] }
    for (;;) {
      const silence = setTimeout(() => this.control.abort(), SILENCE_MS)
      const { done, value } = await reader.read().finally(() => clearTimeout(silence))
      if (done || turn !== this.turn) {
        return
      }
      const lines = (rest + decoder.decode(value, { stream: true })).split(/\r\n|\n|\r/)
      rest = lines.pop()
      if (rest.length > LONGEST_LINE) {
        this.control.abort()
        return
      }
      for (const line of lines) {
        if (line === '') {
          this.tell(event)
          event = { type: '', data: [] }
        } else if (!line.startsWith(':')) {
          const [, name, text] = /^([^:]*):? ?(.*)$/.exec(line)
          if (name === 'data') {
            event.data.push(text)
          } else if (name === 'event') {
            event.type = text
          } else if (name === 'id') {
            this.lastId = text
          }
        }
      }
    }
  }

  tell({ type, data }) {
    if (data.length === 0) {
      return
    }
    let body
    try {
      body = JSON.parse(data.join('\n'))
    } catch {
      return
    }
    if (type === 'usage') {
      this.handlers.onUsage?.(body.position ?? null)
    } else if (type === 'alert') {
      this.handlers.onAlert?.(body)
    } else if (type === 'gap') {
      this.handlers.onUsage?.(null)
    }
  }
}
