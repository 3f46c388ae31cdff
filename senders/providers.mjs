import OpenAI from 'openai'
import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI } from '@google/genai'
import { Mistral } from '@mistralai/mistralai'
import { CohereClientV2 } from 'cohere-ai'
import { BILLED, CHAT, CONTENT, EMBEDDING, MESSAGE, RESPONSE } from './provider.mjs'

export const GPT = 'gpt-4o'
export const CLAUDE = 'claude-3-opus-20240229'
export const QUESTION = [{ role: 'user', content: 'six by nine' }]
const WHOM = (context) => ({ 'X-Budget-Context': context, 'X-Budget-Component': 'senders' })
const SUMMED = ['input', 'output', 'cached', 'written', 'writtenForAnHour', 'reasoning']

/** The use of calls together. */
export function sum(calls) {
  const all = { records: calls.length }
  for (const name of SUMMED) {
    all[name] = calls.reduce((total, call) => total + (call[name] ?? 0), 0)
  }
  return all
}

/** Posts an answer twice, as a program that repeats after a lost answer. */
async function twice(budget, path, context, type, body, more = {}) {
  for (let i = 0; i < 2; i++) {
    await budget.post(path, body, { 'Content-Type': type, ...WHOM(context), ...more })
  }
}

export async function collected(events) {
  const all = []
  for await (const event of events) {
    all.push(event)
  }
  return all
}

export const openai = (provider) => new OpenAI({ apiKey: 'none', baseURL: `${provider.url}/v1`, maxRetries: 0 })
export const anthropic = (provider) => new Anthropic({ apiKey: 'none', baseURL: provider.url, maxRetries: 0 })

/** The objects that the SDK gives to its caller. */
async function openAiObjects({ budget, provider, context }) {
  const client = openai(provider)
  const post = (answer, more) =>
    twice(budget, '/api/usage/openai', context, 'application/json', JSON.stringify(answer), more)
  await post(await client.chat.completions.create({ model: GPT, messages: QUESTION }))
  await post(await client.responses.create({ model: GPT, input: 'six by nine' }))
  const embedded = await client.embeddings.create({ model: 'text-embedding-3-small', input: ['a', 'b'] })
  await post(embedded, { 'Idempotency-Key': `${context}-embeddings` })
  return { ...sum([CHAT, RESPONSE, EMBEDDING]), models: `openai/${GPT} openai/text-embedding-3-small` }
}

/** Streams: as they came over the wire, the SDK's objects a line each, and the whole that it puts together. */
async function openAiStreams({ budget, provider, context }) {
  const client = openai(provider)
  const asked = { model: GPT, messages: QUESTION, stream: true, stream_options: { include_usage: true } }
  const wire = await client.chat.completions.create(asked).asResponse()
  await twice(budget, '/api/usage/openai', context, wire.headers.get('Content-Type'), await wire.text())
  const chunks = await collected(await client.chat.completions.create(asked))
  const lines = chunks.map((chunk) => JSON.stringify(chunk)).join('\n')
  await twice(budget, '/api/usage/openai', context, 'application/x-ndjson', lines)
  const whole = await client.chat.completions.stream(asked).finalChatCompletion()
  await twice(budget, '/api/usage/openai', context, 'application/json', JSON.stringify(whole))

  const question = { model: GPT, input: 'six by nine', stream: true }
  const response = await client.responses.create(question).asResponse()
  await twice(budget, '/api/usage/openai', context, response.headers.get('Content-Type'), await response.text())
  const streamed = client.responses.stream(question)
  const events = await collected(streamed)
  const last = JSON.stringify(events.at(-1))
  await twice(budget, '/api/usage/openai', context, 'application/json', last)
  // The same call once more, in the form that the SDK puts together.
  const final = JSON.stringify(await streamed.finalResponse())
  await twice(budget, '/api/usage/response', context, 'application/json', final)
  return { ...sum([CHAT, CHAT, CHAT, RESPONSE, RESPONSE]), models: `openai/${GPT}` }
}

/** In the envelope that says whom the call belongs to. */
async function anthropicObjects({ budget, provider, context }) {
  const message = await anthropic(provider).messages.create({ model: CLAUDE, max_tokens: 9, messages: QUESTION })
  const envelope = { context_id: context, component: 'senders', response: message }
  await twice(budget, '/api/usage/anthropic', context, 'application/json', JSON.stringify(envelope))
  return { ...sum([MESSAGE]), models: `anthropic/${CLAUDE}` }
}

async function anthropicStreams({ budget, provider, context }) {
  const client = anthropic(provider)
  const asked = { model: CLAUDE, max_tokens: 9, messages: QUESTION }
  const wire = await client.messages.create({ ...asked, stream: true }).asResponse()
  await twice(budget, '/api/usage/anthropic', context, wire.headers.get('Content-Type'), await wire.text())
  const streamed = client.messages.stream(asked)
  const lines = (await collected(streamed)).map((event) => JSON.stringify(event)).join('\n')
  await twice(budget, '/api/usage/response', context, 'application/x-ndjson', lines)
  const final = JSON.stringify(await streamed.finalMessage())
  await twice(budget, '/api/usage/anthropic', context, 'application/json', final)
  return { ...sum([MESSAGE, MESSAGE]), models: `anthropic/${CLAUDE}` }
}

/** The SDK renames what it knows of the answer to camel case. */
async function mistralObjects({ budget, provider, context }) {
  const client = new Mistral({ apiKey: 'none', serverURL: provider.url })
  const answer = await client.chat.complete({ model: 'mistral-large-latest', messages: QUESTION })
  await twice(budget, '/api/usage/mistral', context, 'application/json', JSON.stringify(answer))
  return { ...sum([CHAT]), models: 'mistral/mistral-large-latest' }
}

/** In camel case too, and without the model. */
async function cohereObjects({ budget, provider, context }) {
  const client = new CohereClientV2({ token: 'none', environment: provider.url, baseUrl: provider.url })
  const answer = await client.chat({ model: 'command-a', messages: QUESTION })
  const model = { 'X-Budget-Model': 'command-a' }
  await twice(budget, '/api/usage/cohere', context, 'application/json', JSON.stringify(answer), model)
  return { ...sum([BILLED]), models: 'cohere/command-a' }
}

async function googleObjects({ budget, provider, context }) {
  const client = new GoogleGenAI({ apiKey: 'none', vertexai: false, httpOptions: { baseUrl: provider.url } })
  const answer = await client.models.generateContent({ model: 'gemini-2.5-flash', contents: 'six by nine' })
  await twice(budget, '/api/usage/google', context, 'application/json', JSON.stringify(answer))
  return { ...sum([CONTENT]), models: 'google/gemini-2.5-flash' }
}

export const providerSenders = [
  { name: 'openai-objects', library: 'openai', send: openAiObjects },
  { name: 'openai-streams', library: 'openai', send: openAiStreams },
  { name: 'anthropic-objects', library: '@anthropic-ai/sdk', send: anthropicObjects },
  { name: 'anthropic-streams', library: '@anthropic-ai/sdk', send: anthropicStreams },
  { name: 'mistral-objects', library: '@mistralai/mistralai', send: mistralObjects },
  { name: 'cohere-objects', library: 'cohere-ai', send: cohereObjects },
  { name: 'google-objects', library: '@google/genai', send: googleObjects },
]
