/** Budget's own API, as far as the senders are checked with it. */
export class Budget {
  #key

  constructor(url, key) {
    this.url = url.replace(/\/$/, '')
    this.#key = key
  }

  /** Headers for whoever speaks to Budget: the key, if there is one, and those given. */
  headers(more = {}) {
    return this.#key ? { Authorization: `Bearer ${this.#key}`, ...more } : more
  }

  get key() {
    return this.#key
  }

  /** Waits until the service answers every question; fails after half a minute. */
  async ready() {
    for (let i = 0; ; i++) {
      const status = await fetch(`${this.url}/ready`).then((response) => response.status, (failure) => failure)
      if (status === 200) {
        return
      }
      if (i === 60) {
        throw new Error(`${this.url}/ready is not ready: ${status.cause ?? status}`)
      }
      await new Promise((done) => setTimeout(done, 500))
    }
  }

  /** Posts a body as it is, and fails unless Budget takes it. */
  async post(path, body, headers) {
    const response = await fetch(this.url + path, { method: 'POST', headers: this.headers(headers), body })
    const answer = await response.text()
    if (!response.ok || response.status === 207) {
      throw new Error(`POST ${path} answered ${response.status}: ${answer}`)
    }
    return response.headers.get('Budget-Position')
  }

  async #get(path, headers) {
    const response = await fetch(this.url + path, { headers: this.headers(headers) })
    if (!response.ok) {
      throw new Error(`GET ${path} answered ${response.status}: ${await response.text()}`)
    }
    return response.json()
  }

  /**
   * The use of a context by all that was answered so far. Exporters do not tell where their records are. But one
   * context's stand in one partition: so a record of our own behind them has them all before it.
   */
  async used(context) {
    const mark = {
      record_id: `mark-${context}`, context_id: context, component: 'senders', provider: 'mark', model: 'mark',
      input_tokens: 0, output_tokens: 0,
    }
    const position = await this.post('/api/usage/record', JSON.stringify(mark), { 'Content-Type': 'application/json' })
    const behind = { 'Budget-Position': position }
    const total = await this.#get(`/api/totals/contexts/${encodeURIComponent(context)}?wait_ms=20000`, behind)
    const query = `context_id=${encodeURIComponent(context)}&limit=100`
    const records = await this.#get(`/api/usage/records?${query}&wait_ms=20000`, behind)
    const calls = records.items.filter((record) => record.provider !== 'mark')
    return {
      records: total.record_count - 1,
      input: total.input_tokens,
      output: total.output_tokens,
      cached: total.cached_input_tokens,
      written: total.cache_write_tokens,
      writtenForAnHour: calls.reduce((sum, call) => sum + (call.cache_write_1h_tokens ?? 0), 0),
      reasoning: total.reasoning_tokens,
      models: [...new Set(calls.map((record) => `${record.provider}/${record.model}`))].sort().join(' '),
      components: [...new Set(calls.map((record) => record.component))].sort().join(' '),
    }
  }
}
