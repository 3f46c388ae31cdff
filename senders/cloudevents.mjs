import { CloudEvent, HTTP, emitterFor, httpTransport } from 'cloudevents'
import { OpenMeter } from '@openmeter/sdk'

const GPT = 'gpt-4o'

/** An event of OpenMeter's LLM meter, one for each direction of a call. */
const prompt = (context, id, direction, tokens, more = {}) => new CloudEvent({
  id, source: 'senders', type: 'prompt', subject: context,
  data: { tokens: String(tokens), model: GPT, provider: 'openai', type: direction }, ...more,
})

/** Budget's own record in an event. */
const record = (context, id) => new CloudEvent({
  id, source: 'senders', type: 'com.tekton.budget.usage.v1', subject: context,
  data: { provider: 'openai', model: GPT, input_tokens: 30, cached_input_tokens: 10, output_tokens: 4 },
})

async function post({ budget }, message) {
  await budget.post('/api/v1/events', message.body, message.headers)
}

async function structured(all) {
  const { context } = all
  for (const event of [prompt(context, 'a', 'input', 345), prompt(context, 'b', 'output', 17), record(context, 'c')]) {
    await post(all, HTTP.structured(event))
    await post(all, HTTP.structured(event))
  }
  return { records: 3, input: 375, cached: 10, output: 21, models: `openai/${GPT}`, components: 'senders' }
}

/** By the SDK's own emitter, whose default is binary; with attributes that headers must encode. */
async function binary({ budget, context }) {
  const emit = emitterFor(httpTransport(`${budget.url}/api/v1/events`))
  const event = prompt(context, 'Grüße "%" 42', 'input', 345, { datacontenttype: 'application/json; charset=utf-8' })
  for (const sent of [event, event, record(context, 'c'), record(context, 'c')]) {
    const answer = await emit(sent, { headers: budget.headers() })
    if (answer.body) {
      throw new Error(`the emitter was answered: ${answer.body}`)
    }
  }
  return { records: 2, input: 375, cached: 10, output: 4, models: `openai/${GPT}`, components: 'senders' }
}

/** The SDK reads batches and has no word for writing one: an array of its events in JSON is one. */
async function batch(all) {
  const { budget, context } = all
  const events = [prompt(context, 'a', 'input', 345), prompt(context, 'b', 'output', 17), record(context, 'c')]
  const body = JSON.stringify([...events, events[0]])
  for (let i = 0; i < 2; i++) {
    await budget.post('/api/v1/events', body, { 'Content-Type': 'application/cloudevents-batch+json' })
  }
  return { records: 3, input: 375, cached: 10, output: 21, models: `openai/${GPT}`, components: 'senders' }
}

/** OpenMeter's client as its README shows it, with another address. */
async function openMeter({ budget, context }) {
  const client = new OpenMeter({ baseUrl: budget.url, apiKey: budget.key ?? 'none' })
  const event = (id, type, direction, tokens) => ({
    id, type, subject: context, source: 'llm-api-gateway', time: new Date(),
    data: { model: GPT, type: direction, tokens },
  })
  for (let i = 0; i < 2; i++) {
    await client.events.ingest(event('1', 'ai-tokens', 'input', 1250))
    await client.events.ingest([event('2', 'ai-tokens', 'output', 850), event('3', 'prompt', 'system', 20)])
  }
  // Ids and source are the client's own then, so this one goes once.
  await client.events.ingest({ type: 'ai-tokens', subject: context, data: { model: GPT, type: 'input', tokens: 5 } })
  return {
    records: 4, input: 1275, output: 850, models: `openai/${GPT}`, components: '@openmeter/sdk llm-api-gateway',
  }
}

export const cloudEventSenders = [
  { name: 'cloudevents-structured', library: 'cloudevents', send: structured },
  { name: 'cloudevents-binary', library: 'cloudevents', send: binary },
  { name: 'cloudevents-batch', library: 'cloudevents', send: batch },
  { name: 'openmeter', library: '@openmeter/sdk', send: openMeter },
]
