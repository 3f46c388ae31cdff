/** The parts of a view: each is asked for, shown, and fails by itself. */
import { html, nothing } from './lit-html.js'
import { ApiError } from './api.js'
import { errorBox, loading } from './ui.js'

/**
 * Makes the parts of one view.
 *
 *     const parts = makeParts(paint)
 *     parts.load('alerts', (signal) => api.get('/alerts', {}, { signal, position: ctx.position }))
 *     // in the template
 *     parts.show('alerts', (alerts) => html`…`)
 *
 * @param {() => void} paint renders the view anew; called when a part has changed
 */
export function makeParts(paint) {
  const parts = new Map()
  let over = false

  /**
   * Asks for a part. What it showed stays until the answer is there. A new question ends the one before it, unless
   * it is the same one and `patient`: then it waits for that one, so that a quick series of refreshes starves nobody.
   * @param {string} name
   * @param {(signal: AbortSignal) => Promise<any>} ask
   * @param {{key?: string, patient?: boolean}} [options] `key`: what is asked for; with another key the old answer is
   *   shown dimmed
   */
  async function load(name, ask, { key = '', patient = true } = {}) {
    const part = parts.get(name) ?? { name }
    parts.set(name, part)
    part.ask = ask
    if (part.control && part.key === key && patient) {
      part.again = true
      return
    }
    part.control?.abort()
    const control = new AbortController()
    Object.assign(part, { control, key, again: false, old: part.key !== undefined && part.key !== key })
    const began = performance.now()
    if (part.old || !part.has) {
      paint()
    }
    try {
      const value = await ask(control.signal)
      if (part.control !== control) {
        return
      }
      Object.assign(part, { value, has: true, error: null, at: Date.now() })
    } catch (error) {
      if (part.control !== control || over) {
        return
      }
      if (!(error instanceof ApiError)) {
        console.error(error)
      }
      part.error = error
    }
    part.control = null
    part.old = false
    if (!over) {
      paint()
      if (part.again) {
        // A slow answer is not asked for without a pause.
        setTimeout(() => !over && part.again && load(name, part.ask, { key: part.key }), performance.now() - began)
      }
    }
  }

  return {
    load,
    /** Asks for a part again. */
    reload(name) {
      const part = parts.get(name)
      return part && load(name, part.ask, { key: part.key, patient: false })
    },
    /** The last answer of a part, or undefined. */
    value: (name) => parts.get(name)?.value,
    /** The error that the last question ended with, or null. */
    error: (name) => parts.get(name)?.error ?? null,
    /**
     * The template of a part: what it holds, or that it is asked for, or why there is nothing.
     * @param {string} name
     * @param {(value: any) => unknown} template
     * @param {{hideMissing?: boolean}} [options] `hideMissing`: nothing where this Budget does not have it, or the key may not
     *   see it (400, 403, 404, 422)
     */
    show(name, template, { hideMissing = false } = {}) {
      const part = parts.get(name)
      if (!part || (!part.has && !part.error)) {
        return loading()
      }
      if (part.error && hideMissing && [400, 403, 404, 422].includes(part.error.status)) {
        return nothing
      }
      const box = part.error ? errorBox(part.error, () => load(name, part.ask, { key: part.key, patient: false })) : nothing
      if (!part.has || (part.error && part.error.status !== 0)) {
        return box
      }
      // One template, old or not: another one would throw away the focus and what was opened in the part.
      return html`<div class="part ${part.old || part.error ? 'old' : ''}" aria-busy=${part.old ? 'true' : 'false'}>${box}${
        template(part.value)}</div>`
    },
    /** Ends all questions. */
    dispose() {
      over = true
      for (const part of parts.values()) {
        part.control?.abort()
      }
    },
  }
}
