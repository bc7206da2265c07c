// Runs examples: a topology, a line `---`, and its tests, as they stand in docs/semantics.md and in operators.
import { expect, test } from 'vitest'
import { catalogue } from '../cli/catalogue.ts'
import { operators } from '../operators/index.ts'
import { runTests } from '../runtime/topology-test/run-tests.ts'
import { renderDiagnostics } from '../topology/render.ts'
import type { Files } from '../topology/source.ts'

const NO_FILES: Files = { read: () => undefined }

/** Registers one Vitest test; its failure shows the differences as a user of `millrace test` sees them. */
export function testExample(name: string, text: string): void {
  test(name, () => {
    const [topology, tests, ...rest] = text.trim().split(/^---$/m)
    expect(rest, 'an example is a topology, a line ---, and tests').toEqual([])
    const run = runTests({
      topology: { path: 'topology.yaml', text: topology ?? '' },
      tests: { path: 'topology.test.yaml', text: tests ?? '' },
      catalogue,
      operators,
      files: NO_FILES,
    })
    const differences = run.outcomes.flatMap((outcome) => outcome.differences)
    expect(renderDiagnostics([...run.diagnostics, ...differences])).toBe('')
    expect(run.outcomes.length, 'an example has tests').toBeGreaterThan(0)
  })
}
