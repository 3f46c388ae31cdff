// Speaks to a running Budget with clients of the Model Context Protocol that others wrote, and has the official suite
// judge it. Usage: npm ci && npm start -- http://localhost:8013 (with BUDGET_API_KEY where Budget has keys: one with the
// scopes ingest and read; the suite sends none, and is left out then).
import { readFileSync } from 'node:fs'
import { conforms, scenarios } from './conformance.mjs'
import { inspector } from './inspector.mjs'
import { sdks } from './sdk.mjs'

const base = process.argv[2]?.replace(/\/$/, '')
if (!base) {
  console.error('usage: npm start -- URL, such as http://localhost:8013')
  process.exit(2)
}
const key = process.env.BUDGET_API_KEY
const headers = key ? { 'X-API-Key': key } : {}
const lock = JSON.parse(readFileSync(new URL('package-lock.json', import.meta.url)))
const version = (library) => `${library} ${lock.packages[`node_modules/${library}`].version}`
const tag = Date.now().toString(36)
let wrong = 0

const AT_A_TIME = 3

// However a client behaves, this ends.
setTimeout(() => {
  console.error('CUT OFF after 300 s')
  process.exit(1)
}, 300_000).unref()

/** Waits until the service answers every question; fails after half a minute. */
async function ready() {
  for (let i = 0; ; i++) {
    const status = await fetch(`${base}/ready`).then((response) => response.status, (failure) => failure)
    if (status === 200) {
      return
    }
    if (i === 60) {
      throw new Error(`${base}/ready is not ready: ${status.cause ?? status}`)
    }
    await new Promise((done) => setTimeout(done, 500))
  }
}

const row = (cells) => console.log(cells.map((cell, i) => String(cell).padEnd([40, 52][i] ?? 0)).join(''))

async function check(name, library, run) {
  let verdict
  try {
    verdict = await run()
  } catch (failure) {
    verdict = `WRONG: ${failure.stack ?? failure}`
    wrong++
  }
  row([name, library, verdict])
}

await ready()
for (const client of [...sdks, inspector]) {
  await check(client.name, version(client.library), async () => `right: ${await client.run(`${base}/mcp`, headers, tag)}`)
}
// Each is a process that mostly starts: some at a time.
const left = key ? [] : [...scenarios]
await Promise.all(Array.from({ length: AT_A_TIME }, async () => {
  for (let scenario = left.shift(); scenario; scenario = left.shift()) {
    const judged = scenario
    await check(judged.join(' '), version('@modelcontextprotocol/conformance'), async () => {
      const { passed, untestable, wrong: failures } = await conforms(`${base}/mcp`, judged)
      if (failures.length || passed === 0) {
        throw new Error(failures.join('; ') || 'nothing was checked')
      }
      return `right: ${passed} passed${untestable ? `, ${untestable} not testable` : ''}`
    })
  }
}))
console.log(wrong ? `${wrong} WRONG` : 'all right')
process.exit(wrong ? 1 : 0)
