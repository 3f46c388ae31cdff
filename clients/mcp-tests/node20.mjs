// The suite imports fs.globSync for a command that is not used here, and Node.js 20 has none: this stands in for it.
import { register } from 'node:module'

const fs = `export * from 'node:fs'; export { default } from 'node:fs'
export function globSync() { throw new Error('needs Node.js 22') }`
const hook = `export function resolve(name, context, next) {
  return name === 'fs' && context.parentURL?.includes('/@modelcontextprotocol/conformance/')
    ? { url: 'data:text/javascript,' + ${JSON.stringify(encodeURIComponent(fs))}, shortCircuit: true }
    : next(name, context)
}`
register('data:text/javascript,' + encodeURIComponent(hook))
