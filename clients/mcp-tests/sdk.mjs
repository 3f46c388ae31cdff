// Both lines of the official TypeScript SDK: each connects, lists the tools and spends some tokens.
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as Transport1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import assert from 'node:assert/strict'

const SELF = { name: 'budget-mcp-tests', version: '0.1.0' }

/** Calls tools as a model would; the SDK itself checks each answer against the tool's output schema. */
async function spend(client, tag) {
  const { tools } = await client.listTools()
  assert.equal(tools.length, 12)
  const call = async (name, args) => {
    const result = await client.callTool({ name, arguments: args })
    assert.ok(!result.isError, `${name}: ${result.content?.[0]?.text}`)
    assert.deepEqual(JSON.parse(result.content[0].text), result.structuredContent)
    return result.structuredContent
  }
  const who = { component: 'mcp-tests', context_id: `mcp-tests-${tag}` }
  const model = { provider: 'anthropic', model: 'claude-3-opus-20240229' }
  const check = await call('check_budget', { ...who, ...model, tokens: 350 })
  assert.equal(check.allowed, true)
  const grant = await call('allocate_budget', { request_id: `mcp-tests-${tag}`, ...who, ...model, tokens: 1000 })
  const again = await call('allocate_budget', { request_id: `mcp-tests-${tag}`, ...who, ...model, tokens: 1000 })
  assert.equal(again.allocation_id, grant.allocation_id)
  assert.equal(again.replayed, true)
  const record = await call('record_usage', {
    record_id: `call-${tag}`, ...who, ...model, input_tokens: 100, output_tokens: 250, allocation_id: grant.allocation_id,
  })
  assert.equal(record.total_cost, '0.02025')
  const usage = await call('get_usage', { dimension: 'context', id: who.context_id, after_position: record.position })
  assert.equal(usage.total_tokens, 350)
  const released = await call('release_allocation', { allocation_id: grant.allocation_id, after_position: record.position })
  assert.equal(released.tokens_released, 650)
  await call('get_budget_status', { period: 'monthly' })
  const report = await call('usage_report', { group_by: ['model'], period: 'daily', after_position: record.position })
  assert.ok(report.rows.length > 0)
  await call('estimate_cost', { ...model, input_tokens: 100, output_tokens: 250 })
  await call('recommend_models', { ...model, limit: 3 })
  await call('model_price', model)
  await call('list_alerts', {})
  await call('explain_refusal', { ...who, ...model, tokens: 350 })
  const wrong = await client.callTool({ name: 'check_budget', arguments: { tokens: -1 } })
  assert.equal(wrong.isError, true)
  await assert.rejects(client.callTool({ name: 'no_such_tool', arguments: {} }), /-32602|no tool/)
}

const init = (headers) => ({ requestInit: { headers } })

export const sdks = [
  {
    name: 'TypeScript SDK 1',
    library: '@modelcontextprotocol/sdk',
    run: async (url, headers, tag) => {
      const client = new Client1(SELF)
      await client.connect(new Transport1(new URL(url), init(headers)))
      await client.ping()
      await spend(client, `${tag}-1`)
      await client.close()
      return client.getServerVersion().name
    },
  },
  ...['legacy', 'auto', { pin: '2026-07-28' }].map((mode, i) => ({
    name: `TypeScript SDK 2, ${mode.pin ? 'pinned' : mode}`,
    library: '@modelcontextprotocol/client',
    run: async (url, headers, tag) => {
      const client = new Client(SELF, { versionNegotiation: { mode } })
      await client.connect(new StreamableHTTPClientTransport(new URL(url), init(headers)))
      const revision = client.getNegotiatedProtocolVersion()
      assert.equal(revision, mode === 'legacy' ? '2025-11-25' : '2026-07-28')
      await spend(client, `${tag}-2-${i}`)
      await client.close()
      return revision
    },
  })),
]
