// Runs examples as they stand in docs/semantics.md and in operators: a topology, a line `---`, and
// then either tests of it, which must pass on the engine and on the reference interpreter, or the
// diagnostics that `check` gives for it.
import { expect, test } from 'vitest'
import { catalogue } from '../cli/catalogue.ts'
import { operators as shipped } from '../operators/index.ts'
import { runTests } from '../runtime/topology-test/run-tests.ts'
import { checkTopology } from '../topology/check-topology.ts'
import { renderDiagnostics } from '../topology/render.ts'
import type { Files } from '../topology/source.ts'
import { capOperator } from './cap-operator.ts'
import { storeOperators } from './store-operators.ts'

/** An example that uses `cap` or `once` says that tests alone have it. */
const operators = new Map([...shipped, ...capOperator, ...storeOperators])

const NO_FILES: Files = { read: () => undefined }

/**
 * Registers one Vitest test; its failure shows the differences as a user of `millrace test` sees
 * them.
 */
export function testExample(name: string, text: string): void {
  test(name, async () => {
    const [topology = '', expected = '', ...rest] = text.trim().split(/^---\n/m)
    expect(rest, 'an example is a topology, a line ---, and what is expected').toEqual([])
    if (expected.startsWith('tests:')) await expectTests(topology, expected)
    else expect(diagnosticsOf(topology)).toBe(expected.trim())
  })
}

async function expectTests(topology: string, tests: string): Promise<void> {
  for (const engine of ['reference', 'engine'] as const) {
    const { diagnostics, outcomes } = await runTests({
      topology: { path: 'topology.yaml', text: topology },
      tests: { path: 'topology.test.yaml', text: tests },
      catalogue: { ...catalogue, operators },
      operators,
      files: NO_FILES,
      engine,
    })
    const differences = outcomes.flatMap((outcome) => outcome.differences)
    expect(renderDiagnostics([...diagnostics, ...differences]), `on the ${engine}`).toBe('')
    expect(outcomes.length, 'an example has tests').toBeGreaterThan(0)
  }
}

function diagnosticsOf(text: string): string {
  const { diagnostics } = checkTopology({ path: 'topology.yaml', text }, catalogue, {
    files: NO_FILES,
  })
  expect(diagnostics.length, 'an example without tests has diagnostics').toBeGreaterThan(0)
  return renderDiagnostics(diagnostics)
}
