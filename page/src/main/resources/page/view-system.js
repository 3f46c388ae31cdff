/** System: whether all is well, who holds what, how far behind, and what could not be counted. */
import { ApiError, get } from './api.js'
import { makeActs } from './acts.js'
import { deadLetters } from './dead-letters.js'
import { bytes, count, duration, percent } from './format.js'
import { makeParts } from './parts.js'
import { ticks } from './ticks.js'
import { badge, card, emptyState, html, nothing, render, stat, table } from './ui.js'

export const title = 'System'

/** Figures of the machine are read anew no more often than this. */
const STALE_MS = 2_000
/** They change without usage as well, so the view asks by itself while it is seen and not paused. */
const TICK_MS = 5_000
const GOOD = new Set(['up', 'running', 'following', 'registered', 'off', 'ok', 'healthy', 'ready', '0'])
const WAITING = new Set(['starting', 'connecting', 'registering', 'rebalancing', 'degraded', 'unreachable'])

const PART_NAMES = { http: 'HTTP', kafka: 'Kafka', decisions: 'Decisions', metering: 'Metering', ledger: 'Ledger', feeds: 'Live events',
  metering_restarts: 'Restarts of the metering', ledger_restarts: 'Restarts of the ledger', hermes: 'Hermes', broker: 'Broker',
  alerting: 'Alerting', pricing: 'Price poller' }

const kind = (status) => {
  const word = String(status).toLowerCase()
  return GOOD.has(word) ? 'good' : WAITING.has(word) ? 'warn' : /^\d+$/.test(word) ? 'warn' : 'bad'
}

/** The health of this instance; it is told with 503 as well. */
async function health(signal) {
  try {
    return await get('/health', {}, { signal })
  } catch (error) {
    if (error instanceof ApiError && error.problem.parts) {
      return error.problem
    }
    throw error
  }
}

/** The state of all instances, or null where this Budget cannot tell. */
async function system(signal) {
  try {
    return await get('/system', {}, { signal })
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) {
      return null
    }
    throw error
  }
}

/** @type {import('./main.js').View} */
export function view(host, ctx) {
  const parts = makeParts(paint)
  const act = makeActs(paint)
  const letters = deadLetters(parts, act)
  let loaded = 0

  function load() {
    loaded = Date.now()
    parts.load('health', health)
    parts.load('system', async (signal) => {
      const answer = await system(signal)
      ctx.updated()
      return answer
    })
    letters.load()
  }

  function figures(of) {
    const about = parts.value('system')
    const free = about?.disk
    return html`<div class="stats">
      ${stat({ label: 'Health', value: of.status, kind: { good: 'good', warn: 'warn', bad: 'bad' }[kind(of.status)],
        note: of.missing?.length ? `waits for ${of.missing.join(', ')}` : `version ${of.version}` })}
      ${stat({ label: 'Running for', value: duration(of.uptime), note: `port ${of.port}` })}
      ${about ? html`${stat({ label: 'Records to count', value: count(about.lag_total), kind: about.lag_total > 10_000 ? 'warn' : '',
        note: 'appended and not yet in the totals' })}
      ${stat({ label: 'Totals are behind', value: about.behind_ms > 0 ? duration(Math.max(1, about.behind_ms / 1000)) : 'not at all',
        kind: about.behind_ms > 60_000 ? 'bad' : about.behind_ms > 5_000 ? 'warn' : '' })}` : nothing}
      ${free?.total_bytes ? stat({ label: 'Disk free', value: bytes(free.free_bytes), kind: free.free_bytes < free.total_bytes * 0.05
        ? 'bad' : '', note: `${percent(free.free_bytes / free.total_bytes)} of ${bytes(free.total_bytes)}` }) : nothing}</div>`
  }

  function healthParts({ parts: of }) {
    const rows = Object.entries(of ?? {}).map(([name, { status, ...more }]) => ({ name, status, more }))
    const columns = [
      { name: 'name', label: 'Part', value: (one) => PART_NAMES[one.name] ?? one.name.replaceAll('_', ' ') },
      { name: 'status', label: 'State', cell: (one) => badge(String(one.status).toLowerCase(), kind(one.status)) },
      { name: 'more', label: 'More', sort: false, cell: ({ more }) => Object.entries(more)
        .map(([name, value]) => `${name.replaceAll('_', ' ')}: ${value}`).join(', ') || null },
    ]
    return table({ columns, rows, caption: 'Parts of this instance', key: (one) => one.name })
  }

  function instances(about) {
    const columns = [
      { name: 'instance', label: 'Instance', cell: (one) => html`<b>${one.instance}</b> ${one.self ? badge('this one', 'info') : nothing}` },
      { name: 'address', label: 'Address', wide: true, cell: (one) => html`<code>${one.address}</code>` },
      { name: 'version', label: 'Version', wide: true },
      { name: 'partitions', label: 'Holds', sort: false, cell: (one) => stores(one.partitions) },
    ]
    return card({ title: 'Instances', kind: 'wide', body: about.instances.length
      ? table({ columns, rows: about.instances, caption: 'Instances', key: (one) => one.instance })
      : emptyState('No instance is known', 'The owners of the parts are being found.') })
  }

  function stores(all) {
    const by = new Map()
    for (const { store, partition } of all ?? []) {
      by.set(store, [...(by.get(store) ?? []), partition])
    }
    return [...by].map(([store, numbers]) => html`<div>${store}: ${numbers.sort((a, b) => a - b).join(', ')}</div>`)
  }

  function partitions(about) {
    const columns = [
      { name: 'partition', label: 'Partition', value: (one) => `${one.topic}-${one.partition}` },
      { name: 'owner', label: 'Counted by', wide: true },
      { name: 'position', label: 'Counted to', number: true, wide: true, cell: (one) => count(one.position) },
      { name: 'end', label: 'End of the log', number: true, wide: true, cell: (one) => count(one.end) },
      { name: 'lag', label: 'To count, records', number: true, cell: (one) => count(one.lag) },
      { name: 'behind_ms', label: 'Behind', number: true, cell: (one) => (one.behind_ms > 0 ? duration(Math.max(1, one.behind_ms / 1000)) : 'not') },
    ]
    return card({ title: 'How far the counting is', kind: 'wide', body: table({ columns, rows: about.partitions,
      caption: 'Partitions and how far they are counted', key: (one) => `${one.topic}-${one.partition}` }),
    note: 'A record that has come is in the totals as soon as its partition is counted to it.' })
  }

  function more(about) {
    if (about === null) {
      return card({ kind: 'wide', title: 'Instances', body: emptyState('This version does not tell',
        'Instances, partitions and lag are in the figures for Prometheus, at /metrics.') })
    }
    return html`${instances(about)}${partitions(about)}`
  }

  function paint() {
    render(html`<div class="stack">
      ${card({ title: 'Now', kind: 'wide', actions: html`<a href="/docs" target="_blank" rel="noopener">API documents</a>
        <a href="/metrics" target="_blank" rel="noopener">Figures for Prometheus</a>`, body: parts.show('health', figures) })}
      ${card({ title: 'Parts of this instance', kind: 'wide', body: parts.show('health', healthParts) })}
      ${parts.show('system', more)}
      ${letters.template()}</div>`, host)
  }

  function refresh(why) {
    if (why === 'live' && Date.now() - loaded < STALE_MS) {
      return
    }
    paint()
    load()
  }

  refresh('first')
  const still = ticks(ctx, TICK_MS, () => refresh('live'))
  return { refresh, dispose: () => {
    still()
    letters.dispose()
    parts.dispose()
  } }
}
