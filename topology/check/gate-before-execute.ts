// No order is sent that a risk gate has not passed. A warning: research may want none.
import type { Graph, GraphStep } from '../graph.ts'
import { quoted } from '../printable.ts'
import { rule } from './rule.ts'

const EXECUTE = 'execute'
const GATE = 'risk-gate'

export const gateBeforeExecute = rule(
  'gate-before-execute',
  'What drives an `execute` step has passed a `risk-gate` step.',
  (say, { order, steps, writers }: Graph) => {
    const gated = new Set<string>()
    /** What is not known yet, in a cycle or by name, is not held against anybody. */
    const judged = new Set<string>()
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
