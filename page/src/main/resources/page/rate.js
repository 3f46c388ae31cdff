/** Prices of tokens, as people compare them: for a million. */
import { Decimal, moneyExact, present } from './format.js'
import { html } from './ui.js'

/** Classes of tokens that have a rate of their own, in words. */
export const CLASS_NAMES = { input: 'Input', output: 'Output', cached_input: 'Cached input', cache_write: 'Cache write',
  cache_write_1h: 'Cache write, 1 h', reasoning: 'Reasoning', audio_input: 'Audio in', audio_output: 'Audio out',
  image_input: 'Image in', image_output: 'Image out', request: 'Request' }

const MILLION = 1_000_000n
const PLACES = 12

/** USD for a million tokens, exactly, from USD for one; null stays null. */
export function perMillion(value) {
  if (!present(value)) {
    return null
  }
  const [whole, fraction = ''] = new Decimal(String(value)).text.replace('-', '').split('.')
  const digits = (BigInt(whole + fraction.padEnd(PLACES, '0').slice(0, PLACES)) * MILLION).toString().padStart(PLACES + 1, '0')
  const tail = digits.slice(-PLACES).replace(/0+$/, '')
  return new Decimal(`${String(value).startsWith('-') ? '-' : ''}${digits.slice(0, -PLACES)}${tail ? `.${tail}` : ''}`)
}

/** USD for a million tokens with every digit, at least two places: `$2.50`, `$1.375`. */
const perMillionExact = (value) => moneyExact(perMillion(value)).replace(/^([^.]*)$/, '$1.00').replace(/\.(\d)$/, '.$10')

/** A rate for a table: `$2.50` a million tokens, with the one for a token in its title. */
export function rate(value) {
  return present(value)
    ? html`<span class="n" title="${moneyExact(value)} USD a token">${perMillionExact(value)} / M tokens</span>`
    : html`<span class="note">none</span>`
}

/** The same without its unit, where the column's head says it. */
export const rateCell = (value) => (present(value)
  ? html`<span class="n" title="${moneyExact(value)} USD a token">${perMillionExact(value)}</span>` : null)
