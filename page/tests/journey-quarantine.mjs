import assert from 'node:assert/strict'

export const name = 'a quarantined price is released'

/** Only price lists put prices there, so this runs where a list has one that can be released. */
export async function run({ page, base, api, shot, until }) {
  const held = await api('GET', '/prices/quarantine?page=1&limit=100')
  const one = held.body.items.find(({ releasable, state }) => releasable && state === 'held')
  if (!one) {
    return 'not run: no list of this Budget has a price that could be released'
  }
  const model = `${one.provider}/${one.model}`
  await page.goto(`${base}/?view=prices&tab=quarantine`)
  const release = page.getByRole('button', { name: `Release ${model}`, exact: true })
  await release.waitFor()
  await shot('quarantine')
  await release.click()
  await page.locator('dialog').getByRole('button', { name: 'Release' }).click()
  await page.locator('.toast', { hasText: `The price of ${model} holds` }).waitFor()
  await release.waitFor({ state: 'detached' })
  const released = await api('GET', '/prices/quarantine?state=released&page=1&limit=100')
  assert.ok(released.body.items.some(({ quarantine_id: id }) => id === one.quarantine_id), released.text)
  await page.getByRole('button', { name: 'Released', exact: true }).click()
  await page.getByRole('link', { name: model, exact: true }).first().click()
  const drawer = page.locator('dialog.drawer')
  await drawer.getByText('Holds since').waitFor()
  await until('the history of the price', async () => (await drawer.locator('tbody tr').count()) >= 1)
  await shot('price-drawer')
  return undefined
}
