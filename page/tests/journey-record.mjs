import assert from 'node:assert/strict'

export const name = 'a record appears at the top, and tells its story'

export async function run({ page, base, api, shot, until }) {
  const tag = `story-${Date.now().toString(36)}`
  await page.goto(`${base}/?view=records`)
  await page.locator('.view tbody tr, .view .empty').first().waitFor()
  await page.locator('button.live.live').waitFor()
  const record = { record_id: tag, context_id: tag, component: tag, provider: 'openai', model: 'gpt-4o',
    input_tokens: 1200, cached_input_tokens: 200, output_tokens: 350 }
  const { body } = await api('POST', '/usage/record', record)
  const row = page.locator('tbody tr', { hasText: tag }).first()
  await row.waitFor()
  // The focus stays on its record when one comes in above it.
  await row.focus()
  await api('POST', '/usage/record', { ...record, record_id: `${tag}-2` })
  await page.locator('tr.new', { hasText: tag }).first().waitFor()
  await until('both are there', async () => (await page.locator('tbody tr', { hasText: tag }).count()) === 2)
  assert.equal(await page.evaluate(() => document.activeElement.dataset.key), JSON.stringify([tag, tag]))
  await shot('records-live')
  await page.goto(`${base}/?view=records&id=${tag}&context=${tag}`)
  const drawer = page.locator('dialog.drawer')
  await drawer.getByText('Price version').waitFor()
  const cost = await drawer.locator(`[title="$${exact(body.total_cost)} USD"]`).count()
  assert.ok(cost > 0, `the cost of the API, ${body.total_cost}, stands in the drawer`)
  await shot('record-drawer')
}

/** An amount without an exponent. */
const exact = (value) => Number(value).toFixed(12).replace(/\.?0+$/, '')
