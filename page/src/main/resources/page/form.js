/** Forms that change something through the API: what was typed becomes the body of a request. */
import { Decimal } from './format.js'
import { dialogForm } from './ui.js'

/** Thousands that are kept apart, all by the same sign: `1,234,567.5`. */
const THOUSANDS = /^-?\d{1,3}([,_ ])\d{3}(?:\1\d{3})*(?:\.\d+)?$/

/**
 * A number as it was typed, digit for digit; what is none goes to the API as text, which then says so. A comma parts
 * whole thousands and nothing else: `2,5` is refused, not taken for 25.
 */
function number(text) {
  const plain = THOUSANDS.test(text) ? text.replaceAll(/[,_ ]/g, '') : text
  return /^-?\d+(\.\d+)?$/.test(plain) ? new Decimal(plain.replace(/^(-?)0+(?=\d)/, '$1')) : text
}

/** A percentage as the fraction that the API takes; what is none goes as it is. */
function fraction(text) {
  const value = number(text.replace('%', '').trim())
  return value instanceof Decimal ? Number((Number(value) / 100).toPrecision(12)) : value
}

const list = (text) => text.split(',').map((part) => part.trim()).filter(Boolean)

/**
 * An error that stands at a field, as one that the API finds.
 * @param {string} name of the field
 * @param {string} msg
 */
export function fault(name, msg) {
  return Object.assign(new Error(msg), { problem: { errors: [{ loc: [name], msg }] } })
}

/** What was there cannot be taken away where the API reads an empty text as "unchanged": saved would be untrue. */
function checkLasting(fields, values) {
  const emptied = fields.find(({ name, lasting, value }) => lasting && value && values[name] === '')
  if (emptied) {
    throw fault(emptied.name, 'It can be changed and not be taken away: write another one, such as "none".')
  }
}

/**
 * The body of a request.
 * @param {object[]} fields specs of {@link import('./ui.js').field}, with `as`: `number`, `percent` or `list` (texts
 *   separated by commas); `disabled` ones and empty ones are left out, but an empty list is sent; `lasting` ones cannot
 *   be emptied
 * @param {Record<string, string|boolean>} values
 */
export function bodyOf(fields, values) {
  const body = {}
  for (const { name, as, disabled } of fields) {
    const value = values[name]
    if (disabled || value === undefined || (value === '' && as !== 'list')) {
      continue
    }
    body[name] = as === 'number' ? number(value) : as === 'percent' ? fraction(value) : as === 'list' ? list(value) : value
  }
  return body
}

/**
 * Asks in a dialog and sends; what the API finds wrong stands at the field that it is about. Where the key may not do
 * it, the dialog closes and the error is thrown, for the button to say so.
 * @param {{title: unknown, text?: unknown, submit?: string, fields: (values: object) => object[],
 *   onSubmit: (body: object) => Promise<any>}} spec `fields` is called again with what was typed so far
 * @returns {Promise<any>} what `onSubmit` answered; undefined when the person left
 */
export async function edit({ fields, onSubmit, ...spec }) {
  let refused = null
  const submit = async (values) => {
    try {
      const asked = fields(values)
      checkLasting(asked, values)
      return await onSubmit(bodyOf(asked, values))
    } catch (error) {
      if (error.status !== 403) {
        throw error
      }
      refused = error
      return {}
    }
  }
  const answer = await dialogForm({ ...spec, fields, onSubmit: submit })
  if (refused) {
    throw refused
  }
  return answer
}
