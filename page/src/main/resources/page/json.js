/** JSON whose numbers lose nothing: a number with a fraction, or too large for a double, is kept as its text. */

/** Integers of so many digits are exact as doubles. */
const MOST_DIGITS = 15
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const EXPONENT = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d+)$/
const PLAIN = /[^"\\]*/y
const SPACE = /[ \t\n\r]*/y
const ESCAPES = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }
/** Decimal places of the smallest amount that Budget counts, a pico-dollar. */
const PLACES = 12

/**
 * An exact decimal number. As text it is the digits that came; in arithmetic and comparisons with `<`, `>` and `-`
 * it is the nearest double. Sums that are shown use {@link Decimal.sum}.
 */
export class Decimal {
  /** @param {string} text a JSON number */
  constructor(text) {
    this.text = plain(text)
  }

  valueOf() {
    return Number(this.text)
  }

  toString() {
    return this.text
  }

  [Symbol.toPrimitive](hint) {
    return hint === 'string' ? this.text : Number(this.text)
  }

  /**
   * The exact sum, of amounts with at most 12 decimal places.
   * @param {Iterable<number|string|Decimal|null|undefined>} values absent ones count as 0
   * @returns {Decimal}
   */
  static sum(values) {
    let total = 0n
    for (const value of values) {
      total += scaled(value)
    }
    return unscaled(total)
  }

  /** The exact difference of two amounts. */
  static minus(a, b) {
    return unscaled(scaled(a) - scaled(b))
  }
}

function scaled(value) {
  if (value === null || value === undefined) {
    return 0n
  }
  const text = plain(String(value))
  const negative = text.startsWith('-')
  const [whole, fraction = ''] = text.replace('-', '').split('.')
  const digits = BigInt(whole + fraction.slice(0, PLACES).padEnd(PLACES, '0'))
  return negative ? -digits : digits
}

function unscaled(total) {
  const digits = (total < 0n ? -total : total).toString().padStart(PLACES + 1, '0')
  const fraction = digits.slice(-PLACES).replace(/0+$/, '')
  return new Decimal((total < 0n ? '-' : '') + digits.slice(0, -PLACES) + (fraction ? '.' + fraction : ''))
}

/** The same number without an exponent. */
function plain(text) {
  const parts = text.includes('e') || text.includes('E') ? EXPONENT.exec(text) : null
  if (!parts) {
    return text
  }
  const [, sign, whole, fraction = '', exponent] = parts
  const point = whole.length + Number(exponent)
  const digits = whole + fraction
  if (point <= 0) {
    return `${sign}0.${'0'.repeat(-point)}${digits}`
  }
  const all = digits.padEnd(point, '0')
  const tail = all.slice(point).replace(/0+$/, '')
  return sign + (all.slice(0, point).replace(/^0+(?=\d)/, '') || '0') + (tail ? '.' + tail : '')
}

/**
 * Reads JSON. Integers of up to 15 digits become numbers, all other numbers become a {@link Decimal}.
 * @param {string} text
 * @throws {SyntaxError} when it is not JSON
 */
export function parseJson(text) {
  const reader = new Reader(text)
  const value = reader.value(0)
  reader.space()
  if (reader.at < text.length) {
    reader.fail()
  }
  return value
}

/**
 * Writes JSON; a {@link Decimal} is written with the digits that it has.
 * @param {any} value
 * @param {string} [indent] of each level, such as two blanks; without it all stands in one line
 * @returns {string}
 */
export function toJson(value, indent = '') {
  return written(value, indent, '')
}

function written(value, indent, margin) {
  if (value instanceof Decimal) {
    return value.text
  }
  const inner = margin + indent
  if (Array.isArray(value)) {
    return `[${listed(value.map((item) => written(item ?? null, indent, inner)), indent, margin)}]`
  }
  if (value && typeof value === 'object') {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined)
    const colon = indent ? ': ' : ':'
    return `{${listed(fields.map(([name, field]) => `${JSON.stringify(name)}${colon}${written(field, indent, inner)}`), indent, margin)}}`
  }
  return JSON.stringify(value)
}

/** What stands between two brackets. */
function listed(items, indent, margin) {
  return indent && items.length ? `\n${items.map((item) => margin + indent + item).join(',\n')}\n${margin}` : items.join(',')
}

class Reader {
  constructor(text) {
    this.text = text
    this.at = 0
  }

  fail() {
    throw new SyntaxError(`not JSON at character ${this.at}`)
  }

  space() {
    // Mostly there is none.
    if (this.text.charCodeAt(this.at) <= 32) {
      SPACE.lastIndex = this.at
      SPACE.test(this.text)
      this.at = SPACE.lastIndex
    }
  }

  value(depth) {
    if (depth > 200) {
      this.fail()
    }
    this.space()
    switch (this.text[this.at]) {
      case '{': return this.object(depth)
      case '[': return this.array(depth)
      case '"': return this.string()
      case 't': return this.word('true', true)
      case 'f': return this.word('false', false)
      case 'n': return this.word('null', null)
      default: return this.number()
    }
  }

  word(text, value) {
    if (!this.text.startsWith(text, this.at)) {
      this.fail()
    }
    this.at += text.length
    return value
  }

  number() {
    const begin = this.at
    const negative = this.text.charCodeAt(begin) === 45
    let value = 0
    let at = begin + (negative ? 1 : 0)
    let digit = this.text.charCodeAt(at) - 48
    for (; digit >= 0 && digit <= 9; digit = this.text.charCodeAt(++at) - 48) {
      value = value * 10 + digit
    }
    const digits = at - begin - (negative ? 1 : 0)
    const next = this.text[at]
    if (digits > 0 && digits <= MOST_DIGITS && next !== '.' && next !== 'e' && next !== 'E') {
      this.at = at
      return negative ? -value : value
    }
    NUMBER.lastIndex = begin
    const text = NUMBER.exec(this.text)?.[0] ?? this.fail()
    this.at += text.length
    return new Decimal(text)
  }

  string() {
    const begin = ++this.at
    const end = this.text.indexOf('"', begin)
    const simple = this.text.slice(begin, end)
    if (end >= 0 && !simple.includes('\\')) {
      this.at = end + 1
      return simple
    }
    let out = ''
    for (;;) {
      PLAIN.lastIndex = this.at
      out += PLAIN.exec(this.text)[0]
      this.at = PLAIN.lastIndex
      const c = this.text[this.at++]
      if (c === '"') {
        return out
      }
      const escape = c === '\\' ? this.text[this.at++] : this.fail()
      if (escape === 'u') {
        out += String.fromCharCode(parseInt(this.text.slice(this.at, this.at + 4), 16))
        this.at += 4
      } else {
        out += ESCAPES[escape] ?? this.fail()
      }
    }
  }

  array(depth) {
    this.at++
    const out = []
    this.space()
    if (this.text[this.at] === ']') {
      this.at++
      return out
    }
    for (;;) {
      out.push(this.value(depth + 1))
      if (this.separator(']')) {
        return out
      }
    }
  }

  object(depth) {
    this.at++
    const out = {}
    this.space()
    if (this.text[this.at] === '}') {
      this.at++
      return out
    }
    for (;;) {
      this.space()
      const name = this.text[this.at] === '"' ? this.string() : this.fail()
      this.space()
      if (this.text[this.at++] !== ':') {
        this.fail()
      }
      const value = this.value(depth + 1)
      // A field of this name would set the prototype.
      if (name !== '__proto__') {
        out[name] = value
      }
      if (this.separator('}')) {
        return out
      }
    }
  }

  /** Takes a comma or the end; whether it was the end. */
  separator(end) {
    this.space()
    const c = this.text[this.at++]
    return c === end || (c === ',' ? false : this.fail())
  }
}
