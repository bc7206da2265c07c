// No order is sent that a risk gate has not passed. A warning: research may want none.
import type { Edge, Graph, GraphStep } from '../graph.ts'
import { quoted } from '../printable.ts'
import { entryOf } from '../tree.ts'
import { rule } from './rule.ts'

const EXECUTE = 'execute'
const GATE = 'risk-gate'

const CONTROL = 'control'

function hasControl({ declaration: { config } }: GraphStep): boolean {
  return config.kind === 'map' && entryOf(config, CONTROL) !== undefined
}

function isDrivenBy({ role, stream }: Edge, steps: ReadonlySet<string>): boolean {
  return role === 'drives' && stream?.kind === 'output' && steps.has(stream.step)
}

export const gateBeforeExecute = rule(
  'gate-before-execute',
  'What drives an `execute` step has passed a `risk-gate` step.',
  (say, { order, steps, writers }: Graph) => {
    const gated = new Set<string>()
    /** What is not known yet, in a cycle or by name, is not held against anybody. */
    const judged = new Set<string>()
    /** Risk gates that take commands, and what they drive. */
    const commanded = new Set<string>()
    const isGated = (step: string): boolean => gated.has(step) || !judged.has(step)
    const isPassed = ({ edges }: GraphStep): boolean =>
      edges.every(({ role, stream }) => {
        if (role !== 'drives' || !stream) return true
        if (stream.kind === 'output') return isGated(stream.step)
        const written = writers.get(stream.id) ?? []
        return written.length > 0 && written.every(({ step }) => isGated(step))
      })
    for (const id of order) {
      const step = steps.get(id)
      if (!step) continue
      const { operator } = step.declaration
      if (operator.value === GATE && hasControl(step)) commanded.add(id)
      else if (step.edges.some((edge) => isDrivenBy(edge, commanded))) commanded.add(id)
      if (operator.value === EXECUTE && commanded.has(id) && !hasControl(step)) {
        say({
          severity: 'warning',
          message: `step ${quoted(id)} takes no commands, but the risk gate before it does`,
          span: operator.span,
          repair: 'name the control topic in it too, or a halt leaves open orders standing',
        })
      }
      const passes = operator.value === GATE || isPassed(step)
      if (passes) gated.add(id)
      judged.add(id)
      if (operator.value !== EXECUTE || passes) continue
      say({
        severity: 'warning',
        message: `step ${quoted(id)} executes orders that have passed no risk gate`,
        span: operator.span,
        repair: 'put a step with risk-gate before it',
      })
    }
  },
)
