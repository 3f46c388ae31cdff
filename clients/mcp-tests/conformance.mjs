// The official conformance suite: the scenarios that a server without the suite's own example tools can pass.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const suite = fileURLToPath(new URL('node_modules/@modelcontextprotocol/conformance/dist/index.js', import.meta.url))
const onNode20 = fileURLToPath(new URL('node20.mjs', import.meta.url))

/**
 * Scenarios by revision. Left out are those that call tools, resources or prompts of the suite's example server, which
 * Budget has not: tools-call-*, resources-*, prompts-*, elicitation-*, completion-complete, logging-set-level,
 * input-required-*, json-schema-2020-12, http-custom-header-server-validation, server-sse-*, sep-*, tasks-*; and
 * server-session-lifecycle, because there are no sessions.
 */
export const scenarios = [
  ['server-initialize', '2025-06-18'],
  ['server-initialize', '2025-11-25'],
  ['ping', '2025-06-18'],
  ['ping', '2025-11-25'],
  ['tools-list', '2025-06-18'],
  ['tools-list', '2025-11-25'],
  ['tools-list', '2026-07-28'],
  ['dns-rebinding-protection', '2025-11-25'],
  ['dns-rebinding-protection', '2026-07-28'],
  ['server-stateless', '2026-07-28'],
  ['http-header-validation', '2026-07-28'],
  ['caching', '2026-07-28'],
]

/** Checks that need what Budget does not offer. Of everything else a failure is a failure. */
const offersNone = new Map([
  ['sep-2549-prompts-list-caching-hints', 'no prompts'],
  ['sep-2549-resources-list-caching-hints', 'no resources'],
  ['sep-2549-resources-templates-list-caching-hints', 'no resources'],
])

/** The suite's own words for a check that needs a tool of its example server. */
const NOT_TESTABLE = 'Not testable:'

/** Runs one scenario: how many checks passed, how many could not be made, and what failed. */
export async function conforms(url, [scenario, revision]) {
  const results = await mkdtemp(join(tmpdir(), 'budget-mcp-'))
  try {
    const args = ['--import', onNode20, suite, 'server', '--url', url, '--scenario', scenario,
      '--spec-version', revision, '-o', results]
    const said = await new Promise((done) => {
      // Its status is not asked: checks that cannot be made fail it.
      execFile(process.execPath, args, { timeout: 60_000, maxBuffer: 16 * 1024 * 1024 },
        (failure, out, err) => done(`${out}${err}`))
    })
    const files = (await readdir(results, { recursive: true })).filter((name) => name.endsWith('checks.json'))
    if (files.length !== 1) {
      throw new Error(`the suite left no result: ${said.slice(-2_000)}`)
    }
    const checks = JSON.parse(await readFile(join(results, files[0])))
    const failed = checks.filter((check) => ['FAILURE', 'WARNING'].includes(check.status))
    const untestable = failed.filter((check) =>
      offersNone.has(check.id) || (check.errorMessage ?? '').startsWith(NOT_TESTABLE))
    return {
      passed: checks.filter((check) => check.status === 'SUCCESS').length,
      untestable: untestable.length,
      wrong: failed.filter((check) => !untestable.includes(check)).map((check) => `${check.id}: ${check.errorMessage}`),
      checks: checks.length,
    }
  } finally {
    await rm(results, { recursive: true, force: true })
  }
}
