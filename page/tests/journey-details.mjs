import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

export const name = 'drawers, forms and tabs: pictures, and nothing serious that axe finds'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const PLACES = {
  'budget': ['view=budgets&id=default'],
  'budget-form': ['view=budgets', 'New budget'],
  'limit-form': ['view=budgets&id=default', 'New limit'],
  'channels': ['view=alerts&tab=channels'],
  'channel-form': ['view=alerts&tab=channels', 'New channel'],
  'seen-alerts': ['view=alerts&tab=past'],
  'price': ['view=prices&id=openai%2Fgpt-4o'],
  'price-form': ['view=prices', 'Set a price'],
  'quarantine': ['view=prices&tab=quarantine'],
  'disagreements': ['view=prices&tab=disagreements'],
  'sources': ['view=prices&tab=sources'],
}

export async function run({ base, another, shot, until }) {
  const wrong = []
  for (const [width, height, theme] of [[1440, 900, 'light'], [390, 844, 'dark']]) {
    const page = await another({ width, height, theme })
    for (const [place, [query, button]] of Object.entries(PLACES)) {
      await page.goto(`${base}/?${query}`)
      await page.locator('.view .card').first().waitFor()
      await until(`${place} has loaded`, async () => (await page.locator('.loading').count()) === 0)
      if (button) {
        await page.getByRole('button', { name: button }).first().click()
        await page.locator('dialog[open]').waitFor()
      }
      await shot(`${place}-${width}-${theme}`, page)
      const broad = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      if (broad > 0) {
        wrong.push(`${place} at ${width} is ${broad} px too broad`)
      }
      await page.evaluate(axe)
      const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }))
      wrong.push(...violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, help, nodes }) => `${place} at ${width}: axe ${id}: ${help}: ${nodes[0].html.slice(0, 160)}`))
    }
    await page.context().close()
  }
  if (wrong.length) {
    throw new Error(wrong.join('\n'))
  }
}
