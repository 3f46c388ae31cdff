import assert from 'node:assert/strict'

export const name = '200 budgets'

const BUDGETS = 200
/** Requests that opening Overview may make for data, however many budgets there are. */
const MOST_REQUESTS = 25

export async function run({ page, base, api, shot, flags, until }) {
  if (flags.has('--budgets')) {
    for (let i = 0; i < BUDGETS; i++) {
      const budget = `page-${String(i).padStart(3, '0')}`
      const made = await api('POST', '/budgets', { budget_id: budget, name: `Page ${i}` })
      assert.ok(made.status === 201 || made.body.code === 'resource_exists', made.text)
      await api('POST', '/policies', { budget_id: budget, type: 'hard_limit', period: 'daily', cost_limit: 1 + i })
      await api('POST', '/usage/record', { context_id: budget, component: 'page', provider: 'openai', model: 'gpt-4o',
        input_tokens: 1000 + i, output_tokens: 10, budget_id: budget, record_id: `${budget}-1` })
    }
  } else if ((await api('GET', '/budgets?is_active=true&page=1&limit=1')).body.total < BUDGETS) {
    return 'only with --budgets, which makes them'
  }
  const asked = []
  page.on('request', (request) => /\/api\//.test(request.url()) && asked.push(request.url()))
  await page.goto(base)
  await page.locator('.spend .figure').first().waitFor()
  await page.locator('.card', { hasText: 'Limits, the most urgent first' }).locator('tbody tr').first().waitFor()
  assert.ok(asked.length <= MOST_REQUESTS, `${asked.length} requests: ${asked.join(' ')}`)
  await shot('many-budgets-overview')
  await page.goto(`${base}/?view=explore&range=24h&by=budget`)
  await until('rows', async () => (await page.locator('b-table tbody tr').count()) >= 50)
  await page.getByRole('button', { name: /Show more/ }).click()
  await shot('many-budgets-explore')
  return undefined
}
