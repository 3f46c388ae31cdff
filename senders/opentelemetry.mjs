import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api'
import { OTLPLogExporter as LogsJson } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPLogExporter as LogsProtobuf } from '@opentelemetry/exporter-logs-otlp-proto'
import { OTLPTraceExporter as TracesJson } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter as TracesProtobuf } from '@opentelemetry/exporter-trace-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node'

const GPT = 'gpt-4o'
const resource = resourceFromAttributes({ 'service.name': 'shop-bot' })

/** Sends one request and fails unless the exporter is content. */
export async function exported(exporter, items) {
  const result = await new Promise((done) => exporter.export(items, done))
  if (result.code !== 0) {
    throw new Error(`the exporter failed: ${result.error}`)
  }
}

/** A tracer whose spans are kept, to be exported as often as one likes. */
export function recorder() {
  const memory = new InMemorySpanExporter()
  const provider = new NodeTracerProvider({ resource, spanProcessors: [new SimpleSpanProcessor(memory)] })
  return { provider, tracer: provider.getTracer('senders'), spans: () => memory.getFinishedSpans() }
}

/** Exports the recorded spans twice, to a context. */
export async function exportedTwice({ budget, context }, recorded, Exporter, options) {
  const headers = budget.headers({ 'X-Budget-Context': context })
  const exporter = new Exporter({ url: `${budget.url}/v1/traces`, headers, ...options })
  await exported(exporter, recorded.spans())
  await exported(exporter, recorded.spans())
  await exporter.shutdown()
}

const usage = (input, cached, output, reasoning) => ({
  'gen_ai.usage.input_tokens': input, 'gen_ai.usage.cache_read.input_tokens': cached,
  'gen_ai.usage.output_tokens': output, 'gen_ai.usage.reasoning.output_tokens': reasoning,
})

const call = (operation, context, id, counts) => ({
  'gen_ai.operation.name': operation, 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': GPT,
  'gen_ai.response.model': GPT, 'gen_ai.response.id': id, 'gen_ai.conversation.id': context,
  'gen_ai.response.finish_reasons': ['stop'], 'gen_ai.request.temperature': 0.5, ...counts,
})

/** An agent that calls a model twice, the first time through a framework that has a span of its own. */
function agent(tracer, context) {
  const inside = (parent) => trace.setSpan(ROOT_CONTEXT, parent)
  const span = (name, kind, attributes, parent) =>
    tracer.startSpan(name, { kind, attributes }, parent ? inside(parent) : ROOT_CONTEXT)
  const sum = call('invoke_agent', context, undefined, usage(1500, 900, 120, 40))
  const outmost = span('invoke_agent planner', SpanKind.INTERNAL, sum)
  const framework =
    span(`chat ${GPT}`, SpanKind.INTERNAL, call('chat', context, undefined, usage(1200, 0, 90, 0)), outmost)
  const first = call('chat', context, `chatcmpl-${context}-1`, usage(1200, 800, 90, 40))
  span(`chat ${GPT}`, SpanKind.CLIENT, first, framework).end()
  framework.end()
  span('execute_tool lookup', SpanKind.INTERNAL, { 'gen_ai.operation.name': 'execute_tool' }, outmost).end()
  const second = call('chat', context, undefined, usage(300, 100, 30, 0))
  span(`chat ${GPT}`, SpanKind.CLIENT, second, outmost).end()
  outmost.end()
  span('GET /', SpanKind.SERVER, { 'http.request.method': 'GET' }).end()
}

const AGENT = {
  records: 2, input: 1500, cached: 900, output: 120, reasoning: 40, models: `openai/${GPT}`, components: 'shop-bot',
}

/** All spans in one request, and again. */
const traces = (Exporter, options) => async ({ budget, context }) => {
  const exporter = new Exporter({ url: `${budget.url}/v1/traces`, headers: budget.headers(), ...options })
  const recorded = recorder()
  agent(recorded.tracer, context)
  await exported(exporter, recorded.spans())
  await exported(exporter, recorded.spans())
  await exporter.shutdown()
  return AGENT
}

/** Each span in a request of its own as it ends: inner ones before those around them. */
async function oneByOne({ budget, context }) {
  const exporter = new TracesJson({ url: `${budget.url}/v1/traces`, headers: budget.headers() })
  const recorded = recorder()
  agent(recorded.tracer, context)
  for (const span of [...recorded.spans(), ...recorded.spans()]) {
    await exported(exporter, [span])
  }
  await exporter.shutdown()
  return AGENT
}

/** Events of calls, one of which a span tells of as well. */
const logs = (LogExporter, SpanExporter, options) => async ({ budget, context }) => {
  const memory = new InMemoryLogRecordExporter()
  const processors = [new SimpleLogRecordProcessor({ exporter: memory })]
  const logger = new LoggerProvider({ resource, processors }).getLogger('senders')
  const recorded = recorder()
  const span = recorded.tracer.startSpan(`chat ${GPT}`, {
    kind: SpanKind.CLIENT, attributes: call('chat', context, undefined, usage(40, 10, 4, 0)),
  })
  const eventName = 'gen_ai.client.inference.operation.details'
  const repeated = call('chat', context, undefined, usage(40, 10, 4, 0))
  logger.emit({ eventName, attributes: repeated, context: trace.setSpan(ROOT_CONTEXT, span) })
  span.end()
  const alone = call('chat', context, `chatcmpl-${context}-log`, usage(60, 0, 6, 0))
  logger.emit({ eventName, body: 'done', attributes: alone })
  logger.emit({ body: 'nothing of models', attributes: { a: [1, 2], deep: { b: null } } })
  const events = new LogExporter({ url: `${budget.url}/api/v1/logs`, headers: budget.headers(), ...options })
  const spans = new SpanExporter({ url: `${budget.url}/api/v1/traces`, headers: budget.headers(), ...options })
  for (let i = 0; i < 2; i++) {
    await exported(events, memory.getFinishedLogRecords())
    await exported(spans, recorded.spans())
  }
  await Promise.all([events.shutdown(), spans.shutdown()])
  return { records: 2, input: 100, cached: 10, output: 10, models: `openai/${GPT}`, components: 'shop-bot' }
}

const ZIPPED = { compression: 'gzip' }
const HTTP = '@opentelemetry/exporter-trace-otlp-http'
const PROTO = '@opentelemetry/exporter-trace-otlp-proto'

export const openTelemetrySenders = [
  { name: 'otlp-protobuf-gzip', library: PROTO, send: traces(TracesProtobuf, ZIPPED) },
  { name: 'otlp-json', library: HTTP, send: traces(TracesJson) },
  { name: 'otlp-json-one-by-one', library: HTTP, send: oneByOne },
  {
    name: 'otlp-logs-protobuf', library: '@opentelemetry/exporter-logs-otlp-proto',
    send: logs(LogsProtobuf, TracesProtobuf, ZIPPED),
  },
  { name: 'otlp-logs-json', library: '@opentelemetry/exporter-logs-otlp-http', send: logs(LogsJson, TracesJson) },
]
