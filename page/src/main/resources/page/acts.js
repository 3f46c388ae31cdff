/**
 * Buttons that change something: one press at a time, a toast with what happened, and where the key may not do it,
 * the API's own sentence in place of the button.
 */
import { dialogForm, html, toast } from './ui.js'

/**
 * The acts of one view.
 * @param {() => void} paint renders the view anew
 * @returns {(act: {kind: string, id?: string, label: string, name?: string, look?: string,
 *   question?: {title: string, text: unknown, submit: string}, work: () => Promise<string|undefined>}) => unknown} the template
 *   of a button. `work` does it and says what happened, or nothing when the person left; a refusal stands where the
 *   button of that `kind` and `id` was until the view is built anew, as with another key; `name` is for screen readers
 *   where the label alone does not say about what; `look` is a class; `question` is asked first
 */
export function makeActs(paint) {
  const running = new Set()
  const refused = new Map()

  const keyOf = ({ kind, id = '' }) => `${kind} ${id}`

  async function run(act) {
    const { work, question } = act
    const key = keyOf(act)
    if (running.has(key) || (question && !(await dialogForm({ ...question, danger: true })))) {
      return
    }
    running.add(key)
    paint()
    try {
      const said = await work()
      if (said) {
        toast(said, 'good')
      }
    } catch (error) {
      if (error.status === 403) {
        refused.set(key, error.message)
      } else {
        toast(error.message, 'bad')
      }
    }
    running.delete(key)
    paint()
  }

  return (act) => {
    const key = keyOf(act)
    if (refused.has(key)) {
      return html`<span class="refused" role="note">${refused.get(key)}</span>`
    }
    const busy = running.has(key)
    return html`<button class=${act.look ?? ''} aria-label=${act.name ?? act.label} ?disabled=${busy}
      @click=${() => run(act)}>${busy ? 'Working…' : act.label}</button>`
  }
}

/** The column of a table that holds the acts of a row. */
export const actsColumn = (cell) => ({ name: 'acts', label: html`<span class="unseen">Acts</span>`, sort: false, cell })
