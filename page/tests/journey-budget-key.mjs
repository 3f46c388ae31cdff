import assert from 'node:assert/strict'

export const name = 'a key for one budget shows that budget'
export const keyed = false

/** BUDGET_KEY_OF_ONE is a key for one budget, such as `tools/new-api-key.sh team read@team-a` makes. */
export async function run({ page, base, shot, locked, until }) {
  const key = process.env.BUDGET_KEY_OF_ONE
  if (!key || !(await locked())) {
    return 'only with BUDGET_KEY_OF_ONE, where Budget wants keys'
  }
  await page.addInitScript((value) => sessionStorage.setItem('budget-key', value), key)
  await page.goto(base)
  await page.locator('.filters .chip', { hasText: 'budget' }).waitFor()
  await page.locator('.spend .figure').first().waitFor()
  await page.locator('button.live.live').waitFor()
  await until('all has loaded', async () => (await page.locator('.view .loading').count()) === 0)
  assert.equal(await page.locator('.view .error').count(), 0, 'nothing is asked for that the key may not see')
  await shot('key-of-one-budget')
  return undefined
}
