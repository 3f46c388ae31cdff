// The inspector's command line, as a person types it.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('node_modules/@modelcontextprotocol/inspector-cli/build/index.js', import.meta.url))

function inspect(url, headers, ...args) {
  const named = Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`])
  return new Promise((done, fail) => {
    // It looks for its own package.json from where it is started.
    const options = { timeout: 60_000, cwd: dirname(program) }
    execFile(process.execPath, [program, url, '--transport', 'http', ...named, ...args], options,
      (failure, out, err) => failure ? fail(new Error(`${failure.message} ${err}`)) : done(JSON.parse(out)))
  })
}

export const inspector = {
  name: 'inspector, command line',
  library: '@modelcontextprotocol/inspector-cli',
  run: async (url, headers) => {
    const { tools } = await inspect(url, headers, '--method', 'tools/list')
    assert.equal(tools.length, 12)
    const args = ['provider=anthropic', 'model=claude-3-opus-20240229', 'input_tokens=100', 'output_tokens=250']
    const cost = await inspect(url, headers, '--method', 'tools/call', '--tool-name', 'estimate_cost',
      ...args.flatMap((arg) => ['--tool-arg', arg]))
    assert.equal(cost.structuredContent.total_cost, '0.02025')
    return 'two calls'
  },
}
