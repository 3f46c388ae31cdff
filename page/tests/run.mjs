// Journeys through the page of a running Budget, in Debian's Chromium (or the one that CHROMIUM names).
// Usage: npm ci && npm start -- http://localhost:8013 [directory for pictures] [--budgets] [--views overview,explore]
//   [--only first-record,key]. BUDGET_API_KEY is a key with all scopes, where Budget wants one.
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

const JOURNEY_MS = 600_000
const STEP_MS = 30_000
const flags = new Map()
const words = []
for (let i = 2; i < process.argv.length; i++) {
  const word = process.argv[i]
  if (word === '--budgets') {
    flags.set(word, true)
  } else if (word.startsWith('--')) {
    flags.set(word, (process.argv[++i] ?? '').split(','))
  } else {
    words.push(word)
  }
}
const [url, pictures] = words
if (!url) {
  console.error('usage: npm start -- URL [directory for pictures], such as http://localhost:8013 pictures')
  process.exit(2)
}
const base = url.replace(/\/$/, '')
const key = process.env.BUDGET_API_KEY
if (pictures) {
  mkdirSync(pictures, { recursive: true })
}

/** Asks the API as a program does. Answers `{status, headers, body}`; the body is parsed if it is JSON. */
async function api(method, path, body, headers = {}) {
  const answer = await fetch(`${base}/api${path}`, { method, signal: AbortSignal.timeout(STEP_MS),
    headers: { ...(key ? { 'X-API-Key': key } : {}), ...(body ? { 'Content-Type': 'application/json' } : {}),
      ...headers }, body: body ? JSON.stringify(body) : undefined })
  const text = await answer.text()
  const json = /json/.test(answer.headers.get('content-type') ?? '')
  return { status: answer.status, headers: answer.headers, text, body: json && text ? JSON.parse(text) : text }
}

/** Whether this Budget wants a key. */
const locked = async () => (await fetch(`${base}/api/budgets?limit=1`)).status === 401

/** A page that says what it must not do: break its own policy for content, leave the host, or fail. */
async function open(browser, { width = 1440, height = 900, theme = 'light', origin = base, keyed = true } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, acceptDownloads: true })
  context.setDefaultTimeout(STEP_MS)
  const page = await context.newPage()
  const faults = []
  await page.exposeFunction('tellViolation', (text) => faults.push(`violates the policy for content: ${text}`))
  await page.addInitScript(() => addEventListener('securitypolicyviolation', (event) =>
    window.tellViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`)))
  if (key && keyed) {
    await page.addInitScript((value) => sessionStorage.setItem('budget-key', value), key)
  }
  page.on('pageerror', (error) => faults.push(`fails: ${error.stack}`))
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== origin) {
      faults.push(`asks another host: ${request.url()}`)
    }
    if (key && request.url().includes(key)) {
      faults.push('has the key in an address')
    }
  })
  return { page, context, faults }
}

/** Waits for a condition that a program can see; fails with its name. */
async function until(what, condition) {
  const end = Date.now() + STEP_MS
  for (;;) {
    const value = await condition()
    if (value) {
      return value
    }
    if (Date.now() > end) {
      throw new Error(`${what}: not within ${STEP_MS / 1000} s`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const files = readdirSync(new URL('.', import.meta.url)).filter((file) => /^journey-.*\.mjs$/.test(file)).sort()
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'] })
let failed = 0
for (const file of files) {
  const journey = await import(`./${file}`)
  if (flags.has('--only') && !flags.get('--only').includes(file.slice('journey-'.length, -'.mjs'.length))) {
    continue
  }
  const opened = []
  const another = async (options) => {
    const one = await open(browser, options)
    opened.push(one)
    return one.page
  }
  const began = Date.now()
  let verdict = 'right'
  let page
  try {
    page = await another({ keyed: journey.keyed ?? true })
    const shot = async (name, from = page) => pictures
      && from.screenshot({ path: join(pictures, `${name}.png`), fullPage: true })
    const run = journey.run({ page, base, api, shot, another, until, locked, key, flags })
    run.catch(() => {})
    let timer
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not ended within ${JOURNEY_MS / 1000} s`)), JOURNEY_MS)
    })
    const note = await Promise.race([run, late]).finally(() => clearTimeout(timer))
    const faults = opened.flatMap((one) => one.faults)
    if (faults.length) {
      throw new Error(`the page ${[...new Set(faults)].join('; the page ')}`)
    }
    verdict = note ? `right (${note})` : 'right'
  } catch (failure) {
    failed++
    verdict = `WRONG: ${failure.stack ?? failure}`
    if (pictures && page) {
      await page.screenshot({ path: join(pictures, `failed-${file}.png`) }).catch(() => {})
    }
  }
  for (const { context } of opened) {
    await context.close().catch(() => {})
  }
  console.log(`${journey.name.padEnd(58)} ${String(Date.now() - began).padStart(6)} ms  ${verdict}`)
}
await browser.close()
console.log(failed ? `${failed} WRONG` : 'all right')
process.exit(failed ? 1 : 0)
