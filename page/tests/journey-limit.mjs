import assert from 'node:assert/strict'

export const name = 'a limit made on the page is refused at the API'

export async function run({ page, base, api, shot, until }) {
  const id = `limit-${Date.now().toString(36)}`
  await page.goto(`${base}/?view=budgets`)
  await page.getByRole('button', { name: 'New budget' }).click()
  await page.locator('[name=name]').fill('Made by a person')
  await page.locator('[name=budget_id]').fill('no blanks here')
  await page.getByRole('button', { name: 'Create' }).click()
  // What the API finds wrong stands at its field, and the rest of the form is as it was typed.
  await page.locator('[name=budget_id][aria-invalid=true]').waitFor()
  assert.equal(await page.locator('[name=name]').inputValue(), 'Made by a person')
  await page.locator('[name=budget_id]').fill(id)
  await page.getByRole('button', { name: 'Create' }).click()
  await page.locator('h2', { hasText: 'Made by a person' }).waitFor()
  assert.match(page.url(), new RegExp(`id=${id}`))

  await page.getByRole('button', { name: 'New limit' }).click()
  await page.locator('[name=period]').selectOption('daily')
  // A comma that parts no thousands makes no other number of what was typed.
  await page.locator('[name=cost_limit]').fill('2,5')
  await page.getByRole('button', { name: 'Set limit' }).click()
  await page.locator('[name=cost_limit][aria-invalid=true]').waitFor()
  await page.locator('[name=cost_limit]').fill('')
  await page.locator('[name=token_limit]').fill('1,000')
  await page.getByRole('button', { name: 'Set limit' }).click()
  await page.locator('.toast', { hasText: 'The limit is set' }).waitFor()

  const ask = (tokens) => api('POST', '/allocations', { budget_id: id, context_id: id, component: 'journey',
    tokens_allocated: tokens, provider: 'openai', model: 'gpt-4o' })
  const refused = await ask(1001)
  assert.equal(refused.status, 402, refused.text)
  assert.equal(refused.body.limit, 1000)
  const granted = await ask(400)
  assert.equal(granted.status, 201, granted.text)

  await page.reload()
  const row = page.locator('tr', { hasText: '400' }).filter({ has: page.getByRole('button', { name: /^Release/ }) })
  await row.waitFor()
  await page.locator('.limit-pick', { hasText: 'hard limit of 1.00 k tokens per day' }).waitFor()
  if ((await api('GET', `/refusals?budget_id=${id}`)).status === 200) {
    await page.locator('td', { hasText: '1001 asked' }).waitFor()
  }
  await shot('budget-with-a-limit')

  await row.getByRole('button', { name: /^Release/ }).click()
  await page.locator('dialog').getByRole('button', { name: 'Release' }).click()
  await page.locator('.toast', { hasText: '400 tokens are released' }).waitFor()
  await until('the allocation is released', async () => (await api('GET',
    `/allocations/${granted.body.allocation_id}`)).body.state === 'released')

  await page.getByRole('button', { name: 'Deactivate' }).click()
  await page.locator('dialog').getByRole('button', { name: 'Deactivate' }).click()
  await page.locator('.badge', { hasText: 'inactive' }).waitFor()
  assert.equal((await ask(1)).body.code, 'budget_inactive')
}
