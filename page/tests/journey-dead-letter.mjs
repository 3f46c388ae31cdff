import assert from 'node:assert/strict'

export const name = 'a dead letter is seen, and told why it stays one'

export async function run({ page, base, api, shot, until }) {
  if ((await api('GET', '/dead-letters?limit=1')).status === 404) {
    return 'not run: this Budget does not list dead letters'
  }
  const tag = `dead-${Date.now().toString(36)}`
  const record = { record_id: tag, context_id: tag, component: 'journey', provider: 'openai', model: 'gpt-4o',
    input_tokens: 10, output_tokens: 1 }
  const first = await api('POST', '/usage/record', record)
  await api('GET', `/usage/records/${tag}?context_id=${tag}`, undefined,
    { 'Budget-Position': first.headers.get('budget-position') })
  // The same id with other content cannot be counted.
  await api('POST', '/usage/record', { ...record, input_tokens: 11 })
  const mine = async () => (await api('GET', '/dead-letters?limit=50')).body.items
    .filter(({ value, key }) => `${key} ${value}`.includes(tag))
  await until('the dead letter is there', async () => (await mine()).length === 1)
  const [letter] = await mine()
  await page.goto(`${base}/?view=system`)
  const row = page.locator('tr', { hasText: 'conflict' }).first()
  await row.waitFor()
  await row.click({ position: { x: 5, y: 5 } })
  const drawer = page.locator('dialog.drawer')
  await drawer.locator('pre', { hasText: tag }).waitFor()
  await drawer.getByText(letter.not_resendable_because).first().waitFor()
  assert.equal(await drawer.getByRole('button', { name: /^Send again/ }).count(), 0, 'it would count beside the first')
  await shot('dead-letter')
  const refused = await api('POST', `/dead-letters/${letter.dead_letter_id}/resend`)
  assert.equal(refused.status, 409, refused.text)
  const { body } = await api('GET', `/usage/records/${tag}?context_id=${tag}`)
  assert.equal(body.input_tokens, 10, 'what was counted first stays')
  return undefined
}
