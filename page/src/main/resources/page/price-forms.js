/** The dialog that sets an operator's price. */
import { send } from './api.js'
import { Decimal, present } from './format.js'
import { edit, fault } from './form.js'
import { CLASS_NAMES, perMillion } from './rate.js'

const MILLION_PLACES = 6
const FIGURES = ['input', 'output', 'cached_input']

/** USD for one token from USD for a million; absent stays absent. */
function perToken(name, value) {
  if (value === undefined) {
    return undefined
  }
  if (!(value instanceof Decimal)) {
    throw fault(name, `"${value}" is no number of dollars, such as 2.50.`)
  }
  const [whole, fraction = ''] = value.text.replace('-', '').split('.')
  const digits = whole.padStart(MILLION_PLACES + 1, '0')
  const text = `${digits.slice(0, -MILLION_PLACES)}.${digits.slice(-MILLION_PLACES)}${fraction}`.replace(/\.?0+$/, '')
  return new Decimal(`${value.text.startsWith('-') ? '-' : ''}${text}`)
}

const path = ({ provider, model }) =>
  `/prices/${encodeURIComponent(provider)}/${model.split('/').map(encodeURIComponent).join('/')}`

/**
 * Asks for an operator's price and sets it. Answers what the API answered, or undefined.
 * @param {object} [price] the one in force, whose figures stand in the form at first
 * @param {{provider: string, model: string}} [name]
 */
export function setPrice(price, name) {
  const million = (value) => (present(value) ? perMillion(value).text : '')
  const fields = () => [
    { name: 'provider', label: 'Provider', required: true, value: name?.provider, disabled: Boolean(name) },
    { name: 'model', label: 'Model', required: true, value: name?.model, disabled: Boolean(name),
      hint: name ? '' : 'As usage names it, such as gpt-4o.' },
    { name: 'input', label: 'Input, USD for a million tokens', as: 'number', required: true,
      value: million(price?.input_cost_per_token) },
    { name: 'output', label: 'Output, USD for a million tokens', as: 'number', required: true,
      value: million(price?.output_cost_per_token) },
    { name: 'cached_input', label: 'Cached input, USD for a million tokens', as: 'number', value: million(price?.rates?.cached_input),
      hint: 'Empty: cached tokens cost what input costs.' },
    { name: 'effective_from', label: 'From', placeholder: '2026-12-01T00:00:00Z',
      hint: 'A time in UTC. Empty: from now. Nothing is counted again.' },
  ]
  // The form has three figures; a model that has more of them keeps those.
  const kept = Object.fromEntries(Object.entries(price?.rates ?? {}).filter(([of]) => !FIGURES.includes(of)))
  const words = Object.keys(kept).map((of) => CLASS_NAMES[of] ?? of)
  return edit({ title: 'Set your own price', submit: 'Set price', fields,
    text: `While it holds, no list changes it. Service tiers and long contexts go by the same figures.${
      words.length ? ` It keeps what holds now of: ${words.join(', ')}.` : ''}`,
    onSubmit: async ({ provider, model, effective_from, ...typed }) => send('PUT', path(name ?? { provider, model }), {
      effective_from, rates: { ...kept, ...Object.fromEntries(FIGURES.map((of) => [of, perToken(of, typed[of])])) } }) })
}

/** The answer to a change of a price in a sentence: a done one is told in one word. */
export const outcome = ({ message }) => (/\s/.test(message) ? message : `Your own price is ${message}.`)

/** Ends the operator's price of a model. */
export const endPrice = (name) => send('DELETE', path(name))

/** The path of a model's history. */
export const historyPath = ({ provider, model }) =>
  `/prices/history/${encodeURIComponent(provider)}/${model.split('/').map(encodeURIComponent).join('/')}`
