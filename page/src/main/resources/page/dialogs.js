/** What lies over the page: a drawer, a form, a short message. Esc closes; the focus goes back to where it was. */
import { html, nothing, render } from './lit-html.js'
import { wayBack } from './table.js'
import { errorBox, field } from './ui.js'

const TOAST_MS = 5_000

/**
 * Shows something at the side until it is closed.
 * @param {unknown} title
 * @param {unknown} content a template
 * @param {{onClose?: () => void, kind?: string}} [options] `kind`: a class, such as `broad`
 * @returns {{update(content: unknown, title?: unknown): void, close(): void, element: HTMLDialogElement}}
 */
export function drawer(title, content, { onClose, kind = '' } = {}) {
  const dialog = document.createElement('dialog')
  dialog.className = `drawer ${kind}`
  const close = () => dialog.close()
  // Rows are drawn by their place: the browser would go back to the place, whoever stands there by then.
  const back = wayBack()
  const paint = (body) => render(html`<header><h2 id="drawer-title">${title}</h2>
    <button class="bare close" aria-label="Close" @click=${close}>×</button></header>
    <div class="content">${body}</div>`, dialog)
  dialog.setAttribute('aria-labelledby', 'drawer-title')
  dialog.addEventListener('click', (event) => event.target === dialog && close())
  dialog.addEventListener('close', () => {
    dialog.remove()
    onClose?.()
    back()
  })
  paint(content)
  document.body.append(dialog)
  dialog.showModal()
  return {
    update(body, newTitle = title) {
      title = newTitle
      paint(body)
    },
    close,
    element: dialog,
  }
}

/**
 * Asks for values and does something with them. While it is done the form waits; an error stands in the form, and the
 * person can try again.
 * @param {object} spec
 * @param {unknown} spec.title
 * @param {unknown} [spec.text]
 * @param {object[]|((values: Record<string, any>) => object[])} [spec.fields] specs of {@link import('./ui.js').field}; a
 *   function is asked again with what was typed so far
 * @param {string} [spec.submit] the word on the button
 * @param {boolean} [spec.danger] whether it takes something away
 * @param {{label: string, work: () => void}} [spec.other] another thing to do: its button closes the dialog first
 * @param {(values: Record<string, any>) => Promise<any>} [spec.onSubmit] a checkbox's value is a boolean, that of an
 *   empty field the empty text
 * @returns {Promise<any>} what `onSubmit` answered, or the values; undefined when the person left
 */
export function dialogForm({ title, text, fields = [], submit = 'Save', danger = false, other, onSubmit }) {
  const dialog = document.createElement('dialog')
  dialog.className = 'form'
  dialog.setAttribute('aria-labelledby', 'form-title')
  let answer
  let busy = false
  let failed = null
  let typed = {}

  const values = (form) => {
    const out = {}
    for (const element of form.elements) {
      if (element.name) {
        out[element.name] = element.type === 'checkbox' ? element.checked : element.value.trim()
      }
    }
    return out
  }
  const done = async (event) => {
    event.preventDefault()
    if (busy) {
      return
    }
    const given = values(event.currentTarget)
    typed = given
    busy = true
    failed = null
    paint()
    try {
      answer = onSubmit ? (await onSubmit(given)) ?? given : given
      dialog.close()
    } catch (error) {
      failed = error
    }
    busy = false
    paint()
    dialog.querySelector('[aria-invalid="true"]')?.focus()
  }
  const instead = () => {
    dialog.close()
    other.work()
  }
  const again = (event) => {
    if (typeof fields === 'function') {
      typed = values(event.currentTarget)
      paint()
    }
  }
  const paint = () => {
    const shown = typeof fields === 'function' ? fields(typed) : fields
    const wrong = faults(failed, shown)
    render(html`<form @submit=${done} @change=${again}><header><h2 id="form-title">${title}</h2></header>
    ${text ? html`<p>${text}</p>` : nothing}
    ${shown.map((spec) => field({ ...spec, value: typed[spec.name] ?? spec.value, error: wrong.get(spec.name) }))}
    ${failed && wrong.size === 0 ? errorBox(failed) : nothing}
    <footer>${other ? html`<button type="button" class="bare" @click=${instead}>${other.label}</button>` : nothing}
    <button type="button" @click=${() => dialog.close()}>Cancel</button>
    <button class="primary ${danger ? 'danger' : ''}" ?disabled=${busy}>${busy ? 'Working…' : submit}</button></footer>
    </form>`, dialog)
  }
  paint()
  document.body.append(dialog)
  const back = wayBack()
  dialog.showModal()
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove()
      back()
      resolve(answer)
    })
  })
}

/** Faults that the API finds, by the field that they are about; empty when something is about none of them. */
function faults(failed, fields) {
  const out = new Map()
  const names = new Set(fields.map(({ name }) => name))
  for (const { loc = [], msg } of failed?.problem?.errors ?? []) {
    const name = loc.findLast((part) => names.has(part))
    if (!name) {
      return new Map()
    }
    out.set(name, msg.replace(`${name}: `, ''))
  }
  return out
}

/**
 * Says something for five seconds.
 * @param {string} text
 * @param {'good'|'bad'|'info'} [kind]
 */
export function toast(text, kind = 'info') {
  let host = document.getElementById('toasts')
  if (!host) {
    host = document.createElement('div')
    host.id = 'toasts'
    host.setAttribute('role', 'status')
    document.body.append(host)
  }
  const element = document.createElement('p')
  element.className = `toast ${kind}`
  element.textContent = text
  host.append(element)
  setTimeout(() => element.remove(), TOAST_MS)
}
