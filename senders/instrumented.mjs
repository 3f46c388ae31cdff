import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { AnthropicInstrumentation } from '@arizeai/openinference-instrumentation-anthropic'
import { OpenAIInstrumentation } from '@arizeai/openinference-instrumentation-openai'
import { observeOpenAI } from '@langfuse/openai'
import { setLangfuseTracerProvider } from '@langfuse/tracing'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { exportedTwice, recorder } from './opentelemetry.mjs'
import { CHAT, MESSAGE, RESPONSE } from './provider.mjs'
import { CLAUDE, GPT, QUESTION, anthropic, collected, openai, sum } from './providers.mjs'

const CHAT_STREAM = { model: GPT, messages: QUESTION, stream: true, stream_options: { include_usage: true } }
const MESSAGES = { model: CLAUDE, max_tokens: 9, messages: QUESTION }

/** Langfuse's wrapper of a client, whose spans name no provider. */
async function langfuse(all) {
  const recorded = recorder()
  setLangfuseTracerProvider(recorded.provider)
  const client = observeOpenAI(openai(all.provider))
  await client.chat.completions.create({ model: GPT, messages: QUESTION })
  await collected(await client.chat.completions.create(CHAT_STREAM))
  await client.responses.create({ model: GPT, input: 'six by nine' })
  await collected(await client.responses.create({ model: GPT, input: 'six by nine', stream: true }))
  setLangfuseTracerProvider(null)
  await exportedTwice(all, recorded, OTLPTraceExporter)
  return { ...sum([CHAT, CHAT, RESPONSE, RESPONSE]), models: `openai/${GPT}`, components: 'shop-bot' }
}

/** OpenInference patches the SDKs' classes for good. It tells no tokens of a streamed chat or of embeddings. */
async function openInference(all) {
  const recorded = recorder()
  const patches = [[new OpenAIInstrumentation(), OpenAI], [new AnthropicInstrumentation(), Anthropic]]
  for (const [instrumentation, client] of patches) {
    instrumentation.setTracerProvider(recorded.provider)
    instrumentation.manuallyInstrument(client)
  }
  await openai(all.provider).chat.completions.create({ model: GPT, messages: QUESTION })
  await openai(all.provider).responses.create({ model: GPT, input: 'six by nine' })
  await collected(await openai(all.provider).responses.create({ model: GPT, input: 'six by nine', stream: true }))
  await anthropic(all.provider).messages.create(MESSAGES)
  await collected(await anthropic(all.provider).messages.create({ ...MESSAGES, stream: true }))
  await exportedTwice(all, recorded, OTLPTraceExporter)
  return {
    ...sum([CHAT, RESPONSE, RESPONSE, MESSAGE, MESSAGE]), writtenForAnHour: 0,
    models: `anthropic/${CLAUDE} openai/${GPT}`, components: 'shop-bot',
  }
}

export const instrumentedSenders = [
  { name: 'langfuse', library: '@langfuse/openai', send: langfuse },
  { name: 'openinference', library: '@arizeai/openinference-instrumentation-openai', send: openInference },
]
