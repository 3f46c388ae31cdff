import assert from 'node:assert/strict'

export const name = 'an alert is snoozed, and acknowledged on the page'

export async function run({ page, base, api, shot, until }) {
  const tag = `alert-${Date.now().toString(36)}`
  await api('POST', '/usage/record', { context_id: tag, component: tag, provider: 'nobody', model: tag,
    input_tokens: 10, output_tokens: 1 })
  const alert = await until('the alert is there', async () => (await api('GET',
    '/alerts?type=model_unpriced&page=1&limit=20')).body.items.find(({ title }) => title.includes(tag)))
  await page.goto(`${base}/?view=alerts&type=model_unpriced`)
  const row = page.locator('tr', { hasText: tag })
  await row.waitFor()
  if ('snoozed_until' in alert) {
    await row.getByRole('button', { name: /^Snooze/ }).click()
    await page.locator('dialog select').selectOption('60')
    await page.locator('dialog').getByRole('button', { name: 'Snooze' }).click()
    await row.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: /^Snoozed/ }).click()
    await row.waitFor()
    await shot('alerts-snoozed')
    await row.getByRole('button', { name: /^Wake/ }).click()
    await row.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: /^Open/ }).click()
    await row.waitFor()
  }
  // The keyboard alone: to the row, into the drawer, out of it, and the focus is back.
  await row.focus()
  await page.keyboard.press('Enter')
  await page.locator('dialog.drawer', { hasText: tag }).waitFor()
  await shot('alert-drawer')
  await page.keyboard.press('Escape')
  await page.locator('dialog.drawer').waitFor({ state: 'detached' })
  assert.ok(!page.url().includes('id='), 'the address no longer names the alert')

  await row.getByRole('button', { name: /^Acknowledge/ }).click()
  await page.locator('.toast', { hasText: 'Acknowledged' }).waitFor()
  await row.waitFor({ state: 'detached' })
  assert.equal((await api('GET', `/alerts/${alert.alert_id}`)).body.acknowledged, true)
  await page.getByRole('button', { name: /^Seen/ }).click()
  await row.waitFor()
}
