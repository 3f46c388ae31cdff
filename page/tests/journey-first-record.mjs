import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'

export const name = 'the first record appears by itself'

/** On a Budget without usage the page's own command is run; on a used one a record of a new component is reported. */
export async function run({ page, base, api, shot, key }) {
  const { body } = await api('GET', '/totals/budgets?top=records&limit=1')
  const tag = `first-${Date.now().toString(36)}`
  if (body.items.length === 0) {
    await page.goto(base)
    const command = await page.locator('.empty pre').innerText()
    await shot('empty-overview')
    const told = execFileSync('sh', ['-c', command], { env: { ...process.env, BUDGET_KEY: key ?? '' } })
    assert.ok(JSON.parse(told).record_id, `the command of the page is taken: ${told}`)
    await page.locator('.spend .figure', { hasText: '$0.02025' }).first().waitFor()
    await shot('first-record')
  }
  await page.goto(`${base}/?view=explore&by=model&f.component=${tag}`)
  await page.getByText('No usage in this range').waitFor()
  await page.locator('button.live.live').waitFor()
  await api('POST', '/usage/record', { context_id: tag, component: tag, provider: 'anthropic',
    model: 'claude-3-opus-20240229', input_tokens: 101, output_tokens: 7 })
  await page.locator('b-table tbody tr', { hasText: 'claude-3-opus' }).waitFor()
  const report = await api('GET', `/reports/usage?component=${tag}`)
  const cost = /"total_cost":([\d.]+)/.exec(report.text)[1]
  const shown = await page.locator('.stat .figure').first().getAttribute('title')
  assert.equal(shown, `$${cost} USD`, 'the cost has every digit that the API has')
}
