import assert from 'node:assert/strict'
import net from 'node:net'

export const name = 'a lost connection is shown, and resumed'

/** A wire to Budget that can be cut. */
async function wire(base) {
  const target = new URL(base)
  const ends = new Set()
  let cut = false
  const server = net.createServer((near) => {
    if (cut) {
      near.destroy()
      return
    }
    const far = net.connect(Number(target.port || 80), target.hostname)
    for (const end of [near, far]) {
      ends.add(end)
      end.on('error', () => {})
      end.on('close', () => {
        ends.delete(end)
        near.destroy()
        far.destroy()
      })
    }
    near.pipe(far)
    far.pipe(near)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    cut() {
      cut = true
      ends.forEach((end) => end.destroy())
    },
    mend() { cut = false },
    close() {
      this.cut()
      server.close()
    },
  }
}

export async function run({ base, api, another, shot }) {
  const line = await wire(base)
  try {
    const page = await another({ origin: line.origin })
    const tag = `offline-${Date.now().toString(36)}`
    await page.goto(`${line.origin}/?view=explore&by=model&f.component=${tag}`)
    await page.getByText('No usage in this range').waitFor()
    await page.locator('button.live.live').waitFor()
    line.cut()
    await page.locator('button.live.offline').waitFor()
    await shot('offline', page)
    const answer = await api('POST', '/usage/record', { context_id: tag, component: tag, provider: 'openai',
      model: 'gpt-4o', input_tokens: 10, output_tokens: 10 })
    assert.equal(answer.status, 201)
    line.mend()
    // What was reported meanwhile is there without an act of the person.
    await page.locator('button.live.live').waitFor()
    await page.locator('b-table tbody tr', { hasText: 'gpt-4o' }).waitFor()

    await page.keyboard.press('p')
    await page.locator('button.live.paused').waitFor()
    await page.keyboard.press('p')
    await page.locator('button.live.live').waitFor()
  } finally {
    line.close()
  }
}
