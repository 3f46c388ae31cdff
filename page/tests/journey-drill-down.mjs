import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'

export const name = 'drill down in Explore, and back'

export async function run({ page, base, api, shot, until }) {
  const tag = `drill-${Date.now().toString(36)}`
  let position
  for (const [model, task, tokens] of [['gpt-4o', 'chat', 4000], ['gpt-4o', 'code', 1000], ['gpt-4o-mini', 'chat', 70]]) {
    const answer = await api('POST', '/usage/record', { context_id: tag, component: tag, provider: 'openai', model,
      task_type: task, input_tokens: tokens, output_tokens: 50, budget_id: 'default' })
    assert.equal(answer.status, 201)
    position = answer.headers.get('budget-position')
    await api('GET', `/reports/usage?component=${tag}`, undefined, { 'Budget-Position': position })
  }
  const rows = page.locator('b-table tbody tr')
  await page.goto(`${base}/?view=explore&range=24h&by=model&f.component=${tag}`)
  await until('two models', async () => (await rows.count()) === 2)
  assert.match(await rows.first().innerText(), /gpt-4o/)
  await shot('explore-before-drill')

  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV' }).click()])
  const csv = readFileSync(await download.path(), 'utf8')
  assert.match(csv, /^hour,model,/)
  assert.equal(csv.trim().split('\r\n').length, 3, 'a head and two rows')

  await rows.first().click()
  await page.locator('.filters .chip', { hasText: 'gpt-4o' }).waitFor()
  assert.match(page.url(), /f\.model=gpt-4o/)
  await until('one row of what is next', async () => (await rows.count()) === 1)
  assert.doesNotMatch(page.url(), /by=model/)
  await shot('explore-after-drill')

  await page.goBack()
  await until('two models again', async () => (await rows.count()) === 2)
  assert.equal(await page.locator('.filters .chip', { hasText: 'gpt-4o' }).count(), 0)

  // By the keyboard alone: the second row, and in.
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await page.locator('.filters .chip', { hasText: 'gpt-4o-mini' }).waitFor()

  // The address is all there is of the state.
  await page.reload()
  await page.locator('.filters .chip', { hasText: 'gpt-4o-mini' }).waitFor()
  await until('one row after a reload', async () => (await rows.count()) === 1)

  // Two groupings, and the table behind the chart.
  await page.goto(`${base}/?view=explore&range=24h&by=model&by2=task_type&f.component=${tag}`)
  await until('three rows', async () => (await rows.count()) === 3)
  await page.getByRole('button', { name: 'Show as table' }).click()
  await page.locator('.chart table').waitFor()
  // Another question leaves it open.
  await page.getByRole('button', { name: '7 days' }).click()
  await until('the old figures gone', async () => !/range=24h/.test(page.url()) && (await page.locator('.part.old').count()) === 0)
  assert.equal(await page.locator('.chart table').count(), 1, 'the table behind the chart stays')

  // Contexts go with everything else, as a group and as a filter.
  await page.goto(`${base}/?view=explore&range=24h&by=context&by2=model&f.context=${tag}`)
  await until('a row for each model', async () => (await rows.filter({ hasText: tag }).count()) === 2)
  await page.goto(`${base}/?view=explore&range=24h&by=model&f.context=${tag}&f.model=gpt-4o`)
  await until('the one model', async () => (await rows.filter({ hasText: 'gpt-4o' }).count()) === 1)
  assert.equal(await page.locator('.error').count(), 0)
  await page.goto(`${base}/?view=overview&f.context=${tag}&f.model=gpt-4o`)
  await until('the records of the context', async () => /\b2 records/.test(await page.locator('.spend').first().innerText()))
  assert.equal(await page.locator('.error').count(), 0)
}
