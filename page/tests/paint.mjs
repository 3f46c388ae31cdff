// How soon a running Budget's Overview is painted and filled, and what it loads for that, with an empty
// cache each time. Usage: npm ci && npm run paint -- http://localhost:8013 [runs]
import { chromium } from 'playwright-core'

const [url, count = '10'] = process.argv.slice(2)
const runs = Number(count)
if (!url || !(runs >= 1 && runs <= 100)) {
  console.error('usage: npm run paint -- URL [runs, 1 to 100]')
  process.exit(2)
}
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'] })
const figures = { 'first paint, ms': [], 'first contentful paint, ms': [], 'figures shown, ms': [] }
let loaded = 0
for (let i = 0; i < runs; i++) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  await page.goto(url.replace(/\/$/, '') + '/')
  // Spend is written once the answers are there.
  await page.locator('.spend').first().filter({ hasText: /\d records/ }).waitFor({ timeout: 60_000 })
  const seen = await page.evaluate(() => ({
    shown: performance.now(),
    paints: performance.getEntriesByType('paint').map((paint) => paint.startTime),
    bytes: [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
      .filter((one) => !/\/(api|events)\b/.test(new URL(one.name).pathname))
      .reduce((sum, one) => sum + one.encodedBodySize, 0),
  }))
  figures['first paint, ms'].push(Math.min(...seen.paints))
  figures['first contentful paint, ms'].push(Math.max(...seen.paints))
  figures['figures shown, ms'].push(seen.shown)
  loaded = Math.max(loaded, seen.bytes)
  await context.close()
}
await browser.close()
for (const [name, all] of Object.entries(figures)) {
  all.sort((a, b) => a - b)
  console.log(`${name.padEnd(28)} median ${all[Math.floor((runs - 1) / 2)].toFixed(0)}, most ${all.at(-1).toFixed(0)}`)
}
console.log(`files of the page, compressed ${(loaded / 1000).toFixed(1)} kB`)
