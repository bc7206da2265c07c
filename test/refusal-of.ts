// The mistakes of a topology as `check` shows them, for tests of what operators refuse.
import { catalogue } from '../cli/catalogue.ts'
import { checkTopology } from '../topology/check-topology.ts'
import { renderDiagnostics } from '../topology/render.ts'

/** Errors alone, without the line that counts them; no text for a sound topology. */
export function refusalOf(text: string): string {
  const source = { path: 'topology.yaml', text }
  const { diagnostics } = checkTopology(source, catalogue, { files: { read: () => undefined } })
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  return renderDiagnostics(errors, { summary: false })
}
