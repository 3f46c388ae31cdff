import assert from 'node:assert/strict'

export const name = 'a key is asked for, and kept where it should be'
export const keyed = false

export async function run({ page, base, shot, locked, key }) {
  if (!(await locked())) {
    return 'this Budget wants no key'
  }
  await page.goto(base)
  const dialog = page.locator('dialog.form')
  await dialog.waitFor()
  await shot('key-entry')
  await dialog.getByLabel('Key').fill('schlüssel')
  await dialog.getByRole('button', { name: 'Use the key' }).click()
  await dialog.getByText('neither spaces nor letters beyond ASCII').waitFor()
  await dialog.getByLabel('Key').fill('not-a-key')
  await dialog.getByRole('button', { name: 'Use the key' }).click()
  await dialog.getByText('does not take this key').waitFor()
  await dialog.getByLabel('Key').fill(key)
  await dialog.getByRole('button', { name: 'Use the key' }).click()
  await page.locator('.card').first().waitFor()
  await page.locator('button.live.live').waitFor()
  const stored = () => page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }, document.cookie]))
  assert.ok(!(await stored()).includes(key), 'without the mark the key is in memory only')
  await page.reload()
  await dialog.waitFor()
  await dialog.getByLabel('Key').fill(key)
  await dialog.getByLabel('Keep until this tab closes').check()
  await dialog.getByRole('button', { name: 'Use the key' }).click()
  await page.locator('.card').first().waitFor()
  await page.reload()
  await page.locator('.card').first().waitFor()
  assert.ok(!page.url().includes(key))
  assert.ok(!(await page.evaluate(() => JSON.stringify({ ...localStorage }))).includes(key))
  await page.getByRole('button', { name: 'API key' }).click()
  await dialog.getByRole('button', { name: 'Forget the key' }).click()
  await dialog.getByText('Budget asks for a key').waitFor()
  assert.ok(!(await stored()).includes(key), 'a forgotten key is nowhere')
  return undefined
}
