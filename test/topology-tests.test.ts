// Runs all tests of topologies that are files: those of apps/ and of test/topologies/.
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { catalogue } from '../cli/catalogue.ts'
import { filesBeside, readSource } from '../cli/load-topology.ts'
import { operators } from '../operators/index.ts'
import type { EngineName } from '../runtime/topology-test/run-histories.ts'
import { runTests, type TestRun } from '../runtime/topology-test/run-tests.ts'
import type { Diagnostic } from '../topology/diagnostic.ts'
import { renderDiagnostics } from '../topology/render.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SUFFIX = '.test.yaml'

const paths = ['apps', 'test/topologies'].flatMap((folder) =>
  readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(SUFFIX))
    .map((name) => `${folder}/${name}`)
    .toSorted(),
)

async function runFile(path: string, engine: EngineName): Promise<TestRun> {
  const problems: Diagnostic[] = []
  const beside = `${ROOT}${path.slice(0, -SUFFIX.length)}.yaml`
  const tests = readSource(`${ROOT}${path}`, problems)
  const topology = readSource(beside, problems)
  if (tests === undefined || topology === undefined) throw new Error(renderDiagnostics(problems))
  return runTests({ topology, tests, catalogue, operators, files: filesBeside(beside), engine })
}

test('finds the tests of the crypto desk', () => {
  expect(paths).toContain('apps/crypto/topology.test.yaml')
})

for (const engine of ['engine', 'reference'] as const) {
  test.each(paths)(`%s passes on the ${engine}`, async (path) => {
    const { diagnostics, outcomes } = await runFile(path, engine)
    const differences = outcomes.flatMap((outcome) => outcome.differences)
    expect(renderDiagnostics([...diagnostics, ...differences])).toBe('')
    expect(outcomes.length).toBeGreaterThan(0)
  })
}

test('the crypto desk has the forty cases that a quant can read', async () => {
  const { outcomes } = await runFile('apps/crypto/topology.test.yaml', 'reference')
  const names = outcomes.map(({ it }) => it)
  expect(new Set(names).size).toBe(names.length)
  expect(names.length).toBeGreaterThanOrEqual(40)
})
