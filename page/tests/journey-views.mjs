import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

export const name = 'each view: pictures, and nothing serious that axe finds'

const VIEWS = ['overview', 'explore', 'budgets', 'records', 'alerts', 'prices', 'system']
const SIZES = [[1440, 900], [390, 844]]
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export async function run({ base, another, shot, until, flags }) {
  const wrong = []
  for (const theme of ['light', 'dark']) {
    for (const [width, height] of SIZES) {
      const page = await another({ width, height, theme })
      for (const view of flags.get('--views') ?? VIEWS) {
        const named = `${view} at ${width}, ${theme}`
        await page.goto(`${base}/?view=${view}&range=30d`)
        await page.locator('.view .card, .view b-table').first().waitFor()
        await until(`${named} has loaded`, async () => (await page.locator('.view .loading').count()) === 0)
        await shot(`${view}-${width}-${theme}`, page)
        const broad = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        if (broad > 0) {
          wrong.push(`${named} is ${broad} px too broad`)
        }
        if (await page.locator('.view .error').count()) {
          wrong.push(`${named} shows an error: ${await page.locator('.view .error').first().innerText()}`)
        }
        if (theme === 'dark' && width < 1000) {
          // Its colours are those of the broad one, its shape that of the light one.
          continue
        }
        // By the debugger's way in, which the policy for content does not bind.
        await page.evaluate(axe)
        const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }))
        for (const { id, impact, help, nodes } of violations) {
          const line = `${named}: axe ${impact} ${id}: ${help}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)
            + ' ' + (node.any[0]?.message ?? '')).join(' | ')}`
          if (impact === 'serious' || impact === 'critical') {
            wrong.push(line)
          } else {
            console.log(line)
          }
        }
      }
      await page.context().close()
    }
  }
  if (wrong.length) {
    throw new Error(wrong.join('\n'))
  }
}
