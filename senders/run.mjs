// Sends to a running Budget what programs of others send, with their own libraries, each thing twice, and compares
// the totals. Usage: npm ci && npm start -- http://localhost:8013 (with BUDGET_API_KEY where Budget has keys).
import { readFileSync } from 'node:fs'
import { Budget } from './budget.mjs'
import { FakeProvider } from './provider.mjs'
import { aiSdkSenders } from './aisdk.mjs'
import { cloudEventSenders } from './cloudevents.mjs'
import { instrumentedSenders } from './instrumented.mjs'
import { openTelemetrySenders } from './opentelemetry.mjs'
import { providerSenders } from './providers.mjs'

const url = process.argv[2]
if (!url) {
  console.error('usage: npm start -- URL, such as http://localhost:8013')
  process.exit(2)
}
const lock = JSON.parse(readFileSync(new URL('package-lock.json', import.meta.url)))
const tag = Date.now().toString(36)
const budget = new Budget(url, process.env.BUDGET_API_KEY)
const provider = new FakeProvider(tag)
const nothing = { records: 0, input: 0, output: 0, cached: 0, written: 0, writtenForAnHour: 0, reasoning: 0 }
let wrong = 0

// However a library behaves, this ends.
setTimeout(() => {
  console.error('CUT OFF after 90 s')
  process.exit(1)
}, 90_000).unref()

/** Whether Budget's figures are the expected ones; says which are not. */
function compare(expected, used) {
  const differences = []
  for (const [name, value] of Object.entries(expected)) {
    if (used[name] !== value) {
      differences.push(`${name} ${used[name]}, expected ${value}`)
    }
  }
  return differences.length ? `WRONG: ${differences.join('; ')}` : 'right'
}

/** Runs one sender in a context of its own. */
async function check(sender) {
  const context = `senders-${tag}-${sender.name}`
  try {
    const expected = { ...nothing, ...(await sender.send({ budget, provider, context })) }
    const used = await budget.used(context)
    return { records: used.records, verdict: compare(expected, used) }
  } catch (failure) {
    return { records: '-', verdict: `WRONG: ${failure.stack ?? failure}` }
  }
}

const row = (cells) => console.log(cells.map((cell, i) => String(cell).padEnd([24, 54, 9][i] ?? 0)).join(''))

await budget.ready()
await provider.start()
row(['sender', 'library', 'records', 'totals'])
const senders = [
  ...openTelemetrySenders, ...cloudEventSenders, ...providerSenders, ...aiSdkSenders, ...instrumentedSenders,
]
for (const sender of senders) {
  const { records, verdict } = await check(sender)
  const installed = lock.packages[`node_modules/${sender.library}`]
  row([sender.name, `${installed.name ?? sender.library} ${installed.version}`, records, verdict])
  wrong += verdict === 'right' ? 0 : 1
}
provider.stop()
console.log(wrong ? `${wrong} WRONG` : 'all right')
process.exit(wrong ? 1 : 0)
