// The topology whose runs are killed.
import { fileURLToPath } from 'node:url'
import { loadTopology } from '../../cli/load-topology.ts'
import { renderDiagnostics } from '../../topology/render.ts'
import type { Plan } from '../../topology/plan.ts'

export const topologyFile = fileURLToPath(new URL('./topology.yaml', import.meta.url))

export function loadPlan(): Plan {
  const { plan, diagnostics } = loadTopology(topologyFile)
  if (plan === undefined) throw new Error(renderDiagnostics(diagnostics))
  return plan
}
