import assert from 'node:assert/strict'

export const name = 'the keyboard, ranges, and what is remembered'

export async function run({ page, base, api, until }) {
  const tag = `keys-${Date.now().toString(36)}`
  await api('POST', '/usage/record', { context_id: tag, component: tag, provider: 'openai', model: 'gpt-4o',
    input_tokens: 10, output_tokens: 10 })
  await page.goto(base)
  await page.locator('.view .card').first().waitFor()
  await page.keyboard.press('?')
  await page.locator('dialog.drawer').waitFor()
  await page.keyboard.press('Escape')
  await page.locator('dialog.drawer').waitFor({ state: 'detached' })

  await page.keyboard.press('g')
  await page.keyboard.press('e')
  await page.locator('h1', { hasText: 'Explore' }).waitFor()
  assert.equal(await page.title(), 'Explore – Budget')

  await page.locator('.add-filter select').selectOption('component')
  await page.keyboard.press('/')
  assert.equal(await page.evaluate(() => document.activeElement.id), 'filter')
  await page.keyboard.type(tag)
  await page.keyboard.press('Enter')
  await page.locator('.filters .chip', { hasText: tag }).waitFor()
  assert.match(page.url(), new RegExp(`f\\.component=${tag}`))
  await page.keyboard.press('Escape')

  // The filter holds in every view.
  await page.keyboard.press('g')
  await page.keyboard.press('o')
  await page.locator('h1', { hasText: 'Overview' }).waitFor()
  await page.locator('.filters .chip', { hasText: tag }).waitFor()

  await page.keyboard.press('t')
  assert.match(await page.evaluate(() => document.activeElement.className), /range/)
  await page.getByRole('button', { name: '24 h' }).click()
  assert.match(page.url(), /range=24h/)
  await page.getByRole('button', { name: 'Earlier' }).click()
  assert.match(page.url(), /range=custom&from=\d{4}-\d\d-\d\dT\d\d%3A00&to=/)
  await page.getByRole('button', { name: 'Later' }).click()
  await page.locator('.custom').waitFor()
  await page.getByRole('button', { name: '7 days' }).click()
  await page.locator('.custom').waitFor({ state: 'detached' })

  const back = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  const light = await back()
  await page.getByRole('button', { name: 'Theme: system' }).click()
  await page.getByRole('button', { name: 'Theme: light' }).click()
  await until('a dark page', async () => (await back()) !== light)
  await page.reload()
  await page.getByRole('button', { name: 'Theme: dark' }).waitFor()
  assert.notEqual(await back(), light, 'the theme is remembered')
}
