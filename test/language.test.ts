import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { catalogue } from '../cli/catalogue.ts'
import { operators } from '../operators/index.ts'
import { runTests } from '../runtime/topology-test/run-tests.ts'
import { checkTopology } from '../topology/check-topology.ts'
import { renderDiagnostics } from '../topology/render.ts'

const page = readFileSync(new URL('../docs/language.md', import.meta.url), 'utf8')
const [topology = '', tests = ''] = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(
  ([, text = '']) => text,
)
const files = { read: () => undefined }

test('the topology of docs/language.md is sound', () => {
  const { diagnostics } = checkTopology({ path: 'desk.yaml', text: topology }, catalogue, { files })
  expect(renderDiagnostics(diagnostics)).toBe('')
})

test.each(['engine', 'reference'] as const)(
  'the tests of docs/language.md pass on the %s',
  async (engine) => {
    const { diagnostics, outcomes } = await runTests({
      topology: { path: 'desk.yaml', text: topology },
      tests: { path: 'desk.test.yaml', text: tests },
      catalogue,
      operators,
      files,
      engine,
    })
    const differences = outcomes.flatMap((outcome) => outcome.differences)
    expect(renderDiagnostics([...diagnostics, ...differences])).toBe('')
    expect(outcomes.length).toBe(1)
  },
)
