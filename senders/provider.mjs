import { createServer } from 'node:http'

/** The tokens of each call, as Budget must count them. */
export const CHAT = { input: 1200, cached: 800, output: 90, reasoning: 40 }
export const RESPONSE = { input: 500, cached: 200, output: 70, reasoning: 30 }
export const BILLED = { input: 17, cached: 5, output: 12 }
export const CONTENT = { input: 560, cached: 200, output: 125, reasoning: 45 }
export const EMBEDDING = { input: 17 }
export const MESSAGE = { input: 4607, cached: 4000, written: 600, writtenForAnHour: 250, output: 120 }

const CHAT_USAGE = {
  prompt_tokens: 1200, completion_tokens: 90, total_tokens: 1290,
  prompt_tokens_details: { cached_tokens: 800, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 40, audio_tokens: 0, accepted_prediction_tokens: 0, rejected_prediction_tokens: 0,
  },
}
const RESPONSE_USAGE = {
  input_tokens: 500, input_tokens_details: { cached_tokens: 200 },
  output_tokens: 70, output_tokens_details: { reasoning_tokens: 30 }, total_tokens: 570,
}
const MESSAGE_USAGE = {
  input_tokens: 7, cache_creation_input_tokens: 600, cache_read_input_tokens: 4000,
  cache_creation: { ephemeral_5m_input_tokens: 350, ephemeral_1h_input_tokens: 250 },
  output_tokens: 120, service_tier: 'standard',
}
const WORDS = ['Forty', '-two']

/** Answers as the providers' servers do, those of OpenAI and Anthropic also in streams; in no call two ids are the same. */
export class FakeProvider {
  #server = createServer((request, response) => this.#serve(request, response))
  #tag
  #answers = 0

  constructor(tag) {
    this.#tag = tag
  }

  /** Listens on a free port of loopback. */
  async start() {
    await new Promise((done) => this.#server.listen(0, '127.0.0.1', done))
    this.url = `http://127.0.0.1:${this.#server.address().port}`
  }

  stop() {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  async #serve(request, response) {
    let body = ''
    for await (const chunk of request) {
      body += chunk
    }
    const asked = JSON.parse(body || '{}')
    const id = `${this.#tag}${++this.#answers}`
    switch (request.url) {
      case '/v1/chat/completions': return chat(response, asked, id)
      case '/v1/responses': return responses(response, asked, id)
      case '/v1/embeddings': return embeddings(response, asked)
      case '/v1/messages': return messages(response, asked, id)
      case '/v2/chat': return cohere(response, id)
      case '/v1beta/models/gemini-2.5-flash:generateContent': return gemini(response, id)
      default: return json(response, { error: { message: `no ${request.url} here` } }, 404)
    }
  }
}

function json(response, answer, status = 200) {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer))
}

/** Server-sent events; those of named types are written with their name, as both providers do. */
function stream(response, events, end = '') {
  const lines = events.map((event) => `${event.type ? `event: ${event.type}\n` : ''}data: ${JSON.stringify(event)}\n\n`)
  response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' }).end(lines.join('') + end)
}

const now = () => Math.floor(Date.now() / 1000)

/** A call of the first tool until there is a result of one. */
function toolOf(asked, results) {
  return asked.tools?.length && !JSON.stringify(results ?? '').match(/"tool"|function_call_output|tool_result/)
    ? asked.tools[0] : undefined
}

function chat(response, asked, number) {
  const head = {
    id: `chatcmpl-${number}`, created: now(), model: asked.model, service_tier: 'default', system_fingerprint: 'fp_1',
  }
  if (!asked.stream) {
    const message = { role: 'assistant', content: WORDS.join(''), refusal: null, annotations: [] }
    const choices = [{ index: 0, message, logprobs: null, finish_reason: 'stop' }]
    return json(response, { ...head, object: 'chat.completion', choices, usage: CHAT_USAGE })
  }
  const chunk = (delta, reason, usage) => ({
    ...head, object: 'chat.completion.chunk',
    choices: delta ? [{ index: 0, delta, logprobs: null, finish_reason: reason }] : [], usage,
  })
  const events = [chunk({ role: 'assistant', content: '' }, null, null)]
  events.push(...WORDS.map((word) => chunk({ content: word }, null, null)), chunk({}, 'stop', null))
  if (asked.stream_options?.include_usage) {
    events.push(chunk(null, null, CHAT_USAGE))
  }
  stream(response, events, 'data: [DONE]\n\n')
}

function responses(response, asked, number) {
  const tool = toolOf(asked, asked.input)
  const text = { type: 'output_text', text: WORDS.join(''), annotations: [], logprobs: [] }
  const output = tool
    ? { id: `fc_${number}`, type: 'function_call', status: 'completed', call_id: `call_${number}`, name: tool.name,
        arguments: '{}' }
    : { id: `msg_${number}`, type: 'message', status: 'completed', role: 'assistant', content: [text] }
  const whole = {
    id: `resp_${number}`, object: 'response', created_at: now(), status: 'completed', background: false, error: null,
    incomplete_details: null, instructions: null, max_output_tokens: null, model: asked.model, output: [output],
    parallel_tool_calls: true, previous_response_id: null, reasoning: { effort: null, summary: null },
    service_tier: 'default', store: false, temperature: 1, text: { format: { type: 'text' } }, tool_choice: 'auto',
    tools: asked.tools ?? [], top_p: 1, truncation: 'disabled', usage: RESPONSE_USAGE, user: null, metadata: {},
  }
  if (!asked.stream) {
    return json(response, whole)
  }
  const open = { ...whole, status: 'in_progress', output: [], usage: null }
  const at = { item_id: output.id, output_index: 0, content_index: 0 }
  const events = [
    { type: 'response.created', response: open },
    { type: 'response.in_progress', response: open },
    { type: 'response.output_item.added', output_index: 0, item: { ...output, status: 'in_progress', content: [] } },
    { type: 'response.content_part.added', ...at, part: { ...text, text: '' } },
    ...WORDS.map((delta) => ({ type: 'response.output_text.delta', ...at, delta, logprobs: [] })),
    { type: 'response.output_text.done', ...at, text: text.text, logprobs: [] },
    { type: 'response.content_part.done', ...at, part: text },
    { type: 'response.output_item.done', output_index: 0, item: output },
    { type: 'response.completed', response: whole },
  ]
  stream(response, events.map((event, index) => ({ ...event, sequence_number: index })))
}

function embeddings(response, asked) {
  const inputs = Array.isArray(asked.input) ? asked.input : [asked.input]
  const floats = new Float32Array([0.25, -0.5])
  const embedding = asked.encoding_format === 'base64' ? Buffer.from(floats.buffer).toString('base64') : [...floats]
  const data = inputs.map((_, index) => ({ object: 'embedding', index, embedding }))
  json(response, { object: 'list', data, model: asked.model, usage: { prompt_tokens: 17, total_tokens: 17 } })
}

function messages(response, asked, number) {
  const tool = toolOf(asked, asked.messages)
  const head = { id: `msg_${number}`, type: 'message', role: 'assistant', model: asked.model }
  const content = tool
    ? { type: 'tool_use', id: `toolu_${number}`, name: tool.name, input: {} }
    : { type: 'text', text: WORDS.join('') }
  const end = { stop_reason: tool ? 'tool_use' : 'end_turn', stop_sequence: null }
  if (!asked.stream) {
    return json(response, { ...head, content: [content], ...end, usage: MESSAGE_USAGE })
  }
  const begun = { ...head, content: [], stop_reason: null, stop_sequence: null }
  const { cache_creation, service_tier, ...counted } = MESSAGE_USAGE
  const deltas = tool
    ? [{ type: 'input_json_delta', partial_json: '{}' }] : WORDS.map((text) => ({ type: 'text_delta', text }))
  stream(response, [
    { type: 'message_start', message: { ...begun, usage: { ...MESSAGE_USAGE, output_tokens: 1 } } },
    { type: 'content_block_start', index: 0, content_block: tool ? content : { type: 'text', text: '' } },
    { type: 'ping' },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index: 0, delta })),
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: end, usage: counted },
    { type: 'message_stop' },
  ])
}

function cohere(response, number) {
  const message = { role: 'assistant', content: [{ type: 'text', text: WORDS.join('') }] }
  const usage = {
    billed_units: { input_tokens: 17, output_tokens: 12 }, tokens: { input_tokens: 215, output_tokens: 12 },
    cached_tokens: 5,
  }
  json(response, { id: `cohere-${number}`, finish_reason: 'COMPLETE', message, usage })
}

function gemini(response, number) {
  const content = { parts: [{ text: WORDS.join('') }], role: 'model' }
  const usageMetadata = {
    promptTokenCount: 500, cachedContentTokenCount: 200, toolUsePromptTokenCount: 60, candidatesTokenCount: 80,
    thoughtsTokenCount: 45, totalTokenCount: 685, promptTokensDetails: [{ modality: 'TEXT', tokenCount: 500 }],
    cacheTokensDetails: [{ modality: 'TEXT', tokenCount: 200 }],
  }
  json(response, {
    candidates: [{ content, finishReason: 'STOP', index: 0 }], usageMetadata, modelVersion: 'gemini-2.5-flash',
    responseId: `gemini-${number}`,
  })
}
