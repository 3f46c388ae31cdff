/** The pictures of the navigation: lines of the text's colour. */
import { html } from './lit-html.js'

const icon = (shape) => html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" fill="none"
  stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">${shape}</svg>`

/** By the names of views and a few acts. */
export const ICONS = {
  overview: icon(html`<svg><path d="M4 4h7v9H4zM13 4h7v5h-7zM13 11h7v9h-7zM4 15h7v5H4z"></path></svg>`),
  explore: icon(html`<svg><path d="M5 20V11M10 20V5M15 20v-7M20 20V8"></path></svg>`),
  budgets: icon(html`<svg><path d="M12 3a9 9 0 1 0 9 9h-9zM16 3.5A9 9 0 0 1 20.500 8H16z"></path></svg>`),
  records: icon(html`<svg><path d="M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01"></path></svg>`),
  alerts: icon(html`<svg><path d="M6 16V11a6 6 0 0 1 12 0v5l1.500 2h-15zM10 21h4"></path></svg>`),
  prices: icon(html`<svg><path d="M4 4h8l8.500 8.500-8 8L4 12zM8 8h.01"></path></svg>`),
  system: icon(html`<svg><path d="M4 5h16v6H4zM4 13h16v6H4zM8 8h.01M8 16h.01"></path></svg>`),
}
