import { OTLPTraceExporter as TracesProtobuf } from '@opentelemetry/exporter-trace-otlp-proto'
import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAI } from '@ai-sdk/openai'
import { LegacyOpenTelemetry, OpenTelemetry } from '@ai-sdk/otel'
import * as ai7 from 'ai'
import * as ai5 from 'ai5'
import { createAnthropic as createAnthropic5 } from 'ai5-anthropic'
import { createOpenAI as createOpenAI5 } from 'ai5-openai'
import * as ai6 from 'ai6'
import { createAnthropic as createAnthropic6 } from 'ai6-anthropic'
import { createOpenAI as createOpenAI6 } from 'ai6-openai'
import { z } from 'zod'
import { exportedTwice, recorder } from './opentelemetry.mjs'
import { CHAT, EMBEDDING, MESSAGE, RESPONSE } from './provider.mjs'
import { CLAUDE, GPT, sum } from './providers.mjs'

globalThis.AI_SDK_LOG_WARNINGS = false

/**
 * Two steps with a tool, streams, two APIs of OpenAI, Anthropic with its cache, objects and embeddings; the spans of
 * all exported twice by OpenTelemetry's exporter. Where the telemetry says less than the answers, `untold` has it.
 */
const sender = (ai, openAi, anthropic, telemetry, untold) => async (all) => {
  const recorded = recorder()
  const watched = telemetry(recorded.tracer)
  const gpt = openAi({ apiKey: 'none', baseURL: `${all.provider.url}/v1` })
  const claude = anthropic({ apiKey: 'none', baseURL: `${all.provider.url}/v1` })
  const lookup = ai.tool({ inputSchema: z.object({}), execute: async () => 'six by nine' })
  const prompt = 'the question'
  const tools = { prompt, tools: { lookup }, stopWhen: ai.stepCountIs(3), ...watched }
  await ai.generateText({ model: gpt(GPT), ...tools })
  await ai.generateText({ model: claude(CLAUDE), ...tools })
  await ai.streamText({ model: gpt.chat(GPT), prompt, ...watched }).consumeStream()
  await ai.streamText({ model: gpt(GPT), prompt, ...watched }).consumeStream()
  await ai.streamText({ model: claude(CLAUDE), prompt, ...watched }).consumeStream()
  const object = { model: claude(CLAUDE), prompt, schema: z.object({}), ...watched }
  await ai.generateObject(object)
  const streamed = ai.streamObject(object)
  for await (const part of streamed.fullStream) {
    if (part.type === 'error') {
      throw part.error
    }
  }
  await ai.embed({ model: gpt.embedding('text-embedding-3-small'), value: 'a', ...watched })
  await exportedTwice(all, recorded, TracesProtobuf, { compression: 'gzip' })
  const calls = [RESPONSE, RESPONSE, MESSAGE, MESSAGE, CHAT, RESPONSE, MESSAGE, MESSAGE, MESSAGE, EMBEDDING]
  return {
    ...sum(calls), models: `anthropic/${CLAUDE} openai/${GPT} openai/text-embedding-3-small`, components: 'shop-bot',
    ...untold,
  }
}

const seven = (integration, untold) =>
  sender(ai7, createOpenAI, createAnthropic, (tracer) => ({
    telemetry: { integrations: [integration(tracer)] },
  }), untold)

const older = (ai, openAi, anthropic, untold) =>
  sender(ai, openAi, anthropic, (tracer) => ({ experimental_telemetry: { isEnabled: true, tracer } }), untold)

/** Of texts that are no streams the AI SDK 5 tells two counts; for Anthropic's the raw answer says the rest. */
const IN_FIVE = { cached: 21_000, reasoning: 70 }

export const aiSdkSenders = [
  {
    name: 'ai-sdk-7', library: 'ai',
    send: seven((tracer) => new OpenTelemetry({ tracer, providerMetadata: true }), { reasoning: 0 }),
  },
  {
    name: 'ai-sdk-7-default', library: 'ai',
    send: seven((tracer) => new OpenTelemetry({ tracer }), { reasoning: 0, written: 1800, writtenForAnHour: 0 }),
  },
  { name: 'ai-sdk-7-legacy', library: 'ai', send: seven((tracer) => new LegacyOpenTelemetry({ tracer })) },
  { name: 'ai-sdk-6', library: 'ai6', send: older(ai6, createOpenAI6, createAnthropic6) },
  { name: 'ai-sdk-5', library: 'ai5', send: older(ai5, createOpenAI5, createAnthropic5, IN_FIVE) },
]
