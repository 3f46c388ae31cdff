/** The shell: navigation, the one view that is shown, the keyboard, live refreshing, the key. */
import { html, render } from './lit-html.js'
import * as api from './api.js'
import { ICONS } from './icons.js'
import { follow, go, href, onState, state, VIEWS } from './state.js'
import { moveInTable } from './table.js'
import { focusFilter, focusRange, topBar } from './topbar.js'
import { dialogForm, drawer, errorBox, toast } from './ui.js'

/** The visible view asks for its data at most this often. */
const REFRESH_MS = 1_000
/** After this time what was appended before a connection is counted. */
const SETTLE_MS = 2_500
/** After this time a page that nobody sees gives its connection back. */
const SLEEP_MS = 30_000
/** How long the second key of `g o` may take. */
const CHORD_MS = 1_500
const LABELS = { overview: 'Overview', explore: 'Explore', budgets: 'Budgets', records: 'Records', alerts: 'Alerts',
  prices: 'Prices', system: 'System' }
const KEYS = [['/', 'add a filter'], ['t', 'choose the time range'], ['g then o, e, b, r, a, p, s',
  'go to Overview, Explore, Budgets, Records, Alerts, Prices, System'], ['j, k', 'next and previous row'],
['Enter', 'open the row'], ['Esc', 'close what is open'], ['p', 'pause, or go on'], ['?', 'this help']]

const app = document.getElementById('app')
const positions = new Map()
let live = { state: 'connecting', since: Date.now(), message: '' }
let updatedAt = null
let usageAt = null
let shown = null
let lastRefresh = 0
let timer = null
let dirty = false
let turn = 0
let sleepTimer = null
let asleep = false

/** What a view gets: always the present values. */
const ctx = {
  api,
  get state() { return state() },
  /** The latest `Budget-Position` that usage events told, or null. */
  get position() {
    return positions.size ? [...positions].map(([topic, offset]) => `${topic}:${offset}`).join(',') : null
  },
  get live() { return live },
  /** The view tells that it shows what is true now. */
  updated() {
    updatedAt = Date.now()
    paint()
  },
}

function paint() {
  const { view } = state()
  render(html`
    <nav class="rail" aria-label="Views"><a class="brand" href=${href({ view: 'overview' })} tabindex="-1"
        aria-hidden="true"><img src="/page/icon.svg" alt="" width="24" height="24"><span>Budget</span></a>
      ${VIEWS.map((name) => html`<a href=${href({ view: name })} aria-current=${name === view ? 'page' : 'false'}>
        ${ICONS[name]}<span>${LABELS[name]}</span></a>`)}
      <a class="foot" href="/docs" target="_blank" rel="noopener"><span>API</span></a></nav>
    <div class="page">${topBar({ live, updatedAt, usageAt, onPause: pause, onHelp: help, onKey: enterKey })}
      <main id="main" tabindex="-1"></main></div>
    <div class="unseen" role="status">${said()}</div>`, app)
}

function said() {
  return { live: '', connecting: '', paused: 'Paused.', offline: 'The connection is lost. The page tries again.' }[
    live.state]
}

/** Shows the view of the state, or tells the one that is shown that the rest of the state has changed. */
async function show(next, before) {
  paint()
  if (shown && before && next.view === before.view) {
    shown.refresh('state')
    return
  }
  const mine = ++turn
  shown?.dispose()
  shown = null
  const main = document.getElementById('main')
  const host = document.createElement('div')
  host.className = `view view-${next.view}`
  const heading = document.createElement('h1')
  heading.textContent = LABELS[next.view]
  main.replaceChildren(heading, host)
  document.title = `${LABELS[next.view]} – Budget`
  if (before) {
    scrollTo(0, 0)
    main.focus({ preventScroll: true })
  }
  try {
    const module = await import(`./view-${next.view}.js`)
    if (mine === turn) {
      shown = module.view(host, ctx)
      lastRefresh = Date.now()
    }
  } catch (failure) {
    console.error(failure)
    if (mine === turn) {
      const error = new Error('The file of this view cannot be loaded. Is Budget running, and of one version?')
      render(errorBox(error, () => location.reload()), host)
    }
  }
}

/** Refreshes at once, but at most once a second, and only a page that is seen and not paused. */
function schedule() {
  dirty = true
  if (timer !== null || document.hidden || live.state === 'paused') {
    return
  }
  timer = setTimeout(() => {
    timer = null
    if (!document.hidden && live.state !== 'paused') {
      dirty = false
      lastRefresh = Date.now()
      shown?.refresh('live')
    }
  }, Math.max(0, lastRefresh + REFRESH_MS - Date.now()))
}

function remember(position) {
  for (const part of (position ?? '').split(',')) {
    const [, topic, offset] = /^(.+):(\d+)$/.exec(part.trim()) ?? []
    if (topic && Number(offset) >= (positions.get(topic) ?? 0)) {
      positions.set(topic, Number(offset))
    }
  }
}

const stream = api.events({
  budget: () => state().filters.budget,
  onUsage(position) {
    remember(position)
    usageAt = position ? Date.now() : usageAt
    schedule()
  },
  onAlert(alert) {
    schedule()
    dispatchEvent(new CustomEvent('budget-alert', { detail: alert }))
  },
  onState(next) {
    live = next
    paint()
    if (next.state === 'live') {
      // What was appended just before the page listened may not have been counted when it asked.
      setTimeout(schedule, SETTLE_MS)
    }
  },
})

function pause() {
  if (live.state === 'paused') {
    stream.resume()
  } else {
    stream.pause()
  }
}

/** Takes the connection from a page that nobody sees: a browser has six for all its tabs. */
document.addEventListener('visibilitychange', () => {
  clearTimeout(sleepTimer)
  if (document.hidden) {
    sleepTimer = setTimeout(() => {
      if (live.state !== 'paused') {
        asleep = true
        stream.pause()
      }
    }, SLEEP_MS)
  } else if (asleep) {
    asleep = false
    stream.resume()
  } else if (dirty) {
    schedule()
  }
})

addEventListener('budget-key', ({ detail: budget }) => {
  if (state().filters.budget !== budget) {
    toast(`This key is for budget ${budget}: the page shows that one.`)
    go({ filters: { budget } }, { replace: true })
  }
})

setInterval(() => document.hidden || paint(), 1_000)

// Links of the page do not load it anew.
document.addEventListener('click', (event) => {
  const link = event.target.closest?.('a[href]')
  if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey
    || link.target) {
    return
  }
  const address = link.getAttribute('href')
  if (address.startsWith('?')) {
    event.preventDefault()
    link.closest('dialog')?.close()
    follow(address)
  }
})

/** Nothing that the key was good for stays in the page. */
function forgetKey() {
  api.forgetKey()
  location.reload()
}

async function enterKey(problem = {}) {
  const refused = api.hasKey() && problem.status === 401
  const given = await dialogForm({
    title: 'API key',
    text: refused ? `Budget does not take this key: ${problem.detail ?? ''}`
      : 'Budget asks for a key. It is sent as a header, never in an address, and stored nowhere but in this tab.',
    fields: [{ name: 'key', label: 'Key', type: 'password', required: true },
      { name: 'keep', label: 'Keep until this tab closes', type: 'checkbox' }],
    submit: 'Use the key',
    other: api.hasKey() ? { label: 'Forget the key', work: forgetKey } : undefined,
    onSubmit: async ({ key, keep }) => api.useKey(key, keep),
  })
  if (given && problem.status !== 401) {
    stream.resume()
    // The view is built anew: what it shows, and which acts it was refused, was so with the old key.
    show(state())
  }
  return Boolean(given)
}

api.onKeyNeeded(enterKey)

function help() {
  drawer('Keys', html`<dl class="keys">${KEYS.map(([key, text]) => html`<div><dt><kbd>${key}</kbd></dt><dd>${text}</dd>
    </div>`)}</dl><p>The address of the page holds all that you have chosen: copy it to share what you see.</p>`)
}

let chordUntil = 0
const GO = { o: 'overview', e: 'explore', b: 'budgets', r: 'records', a: 'alerts', p: 'prices', s: 'system' }
const ACTS = { '/': focusFilter, t: focusRange, p: pause, '?': help, g: () => { chordUntil = Date.now() + CHORD_MS } }

document.addEventListener('keydown', (event) => {
  const typing = event.target.closest?.('input, select, textarea, [contenteditable]')
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) {
    return
  }
  if (event.key === 'Escape' && typing && !typing.closest('dialog')) {
    typing.blur()
    return
  }
  if (typing) {
    return
  }
  if (event.key === 'j' || event.key === 'k') {
    if (moveInTable(event.key === 'j' ? 1 : -1)) {
      event.preventDefault()
    }
    return
  }
  if (document.querySelector('dialog[open]')) {
    return
  }
  const chord = Date.now() < chordUntil
  chordUntil = 0
  const act = chord ? GO[event.key] && (() => go({ view: GO[event.key] })) : ACTS[event.key]
  if (act) {
    event.preventDefault()
    act()
  }
})

app.replaceChildren()
onState(show)
show(state())
