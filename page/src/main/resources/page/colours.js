/** Colours of names. A name has the same one everywhere and always. */

/** How many colours there are, `--c0` to `--c7` in page.css: told apart by people who do not see all of them. */
const COLOURS = 8
/** What is told apart by a pattern when a chart has two names of one colour: plain, stripes, dots. */
const PATTERNS = 3
/** The series of what has no place of its own. */
export const OTHER = 'Other'

/** With this one the common makers, models and tiers have colours of their own. */
const SEED = 15173

function hash(name) {
  let h = SEED
  for (let i = 0; i < name.length; i++) {
    h = Math.imul(h ^ name.charCodeAt(i), 0x01000193)
  }
  return (h ^ (h >>> 15)) >>> 0
}

/** The number of a name's colour, 0 to 7. */
export const colourOf = (name) => hash(name) % COLOURS

/**
 * The look of each name of one chart.
 * @param {string[]} names the largest first: that one is plain
 * @returns {Map<string, {colour: number, pattern: number}>} `colour` is −1 for {@link OTHER}
 */
export function looks(names) {
  const used = new Map()
  const out = new Map()
  for (const name of names) {
    if (name === OTHER) {
      out.set(name, { colour: -1, pattern: 0 })
    } else {
      const colour = colourOf(name)
      const pattern = used.get(colour) ?? 0
      used.set(colour, pattern + 1)
      out.set(name, { colour, pattern: pattern % PATTERNS })
    }
  }
  return out
}

/** The classes of a swatch, for `<span class="swatch …">`. */
export const swatchClass = ({ colour, pattern }) => `swatch ${colour < 0 ? 'other' : `c${colour}`} p${pattern}`

/** The value of a CSS variable now. */
export const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

/** What a canvas fills an area with. */
export function fill({ colour, pattern }) {
  const base = css(colour < 0 ? '--other' : `--c${colour}`)
  if (pattern === 0) {
    return base
  }
  const tile = document.createElement('canvas')
  tile.width = tile.height = 8
  const pen = tile.getContext('2d')
  pen.fillStyle = base
  pen.fillRect(0, 0, 8, 8)
  pen.fillStyle = pen.strokeStyle = css('--surface')
  pen.lineWidth = 1.4
  if (pattern === 1) {
    pen.beginPath()
    for (const x of [-8, 0, 8]) {
      pen.moveTo(x, 8)
      pen.lineTo(x + 8, 0)
    }
    pen.stroke()
  } else {
    for (const [x, y] of [[2, 2], [6, 6]]) {
      pen.beginPath()
      pen.arc(x, y, 1.1, 0, 7)
      pen.fill()
    }
  }
  return pen.createPattern(tile, 'repeat')
}
