// No order is sent that a risk gate has not passed, and none that it has passed gets lost. Both are
// warnings: research may want no gate, and a filter may be known to let all orders pass.
import type { Edge, Graph, GraphStep } from '../graph.ts'
import { quoted } from '../printable.ts'
import { entryOf } from '../tree.ts'
import type { Finding } from '../diagnostic.ts'
import { rule } from './rule.ts'

const EXECUTE = 'execute'
const GATE = 'risk-gate'

const CONTROL = 'control'

/** Operators that let go of some of what they are driven by. */
const DROPS: ReadonlySet<string> = new Set(['conflate', 'dedupe', 'filter', 'validate'])

function hasControl({ declaration: { config } }: GraphStep): boolean {
  return config.kind === 'map' && entryOf(config, CONTROL) !== undefined
}

function isDrivenBy({ role, stream }: Edge, steps: ReadonlySet<string>): boolean {
  return role === 'drives' && stream?.kind === 'output' && steps.has(stream.step)
}

export const gateBeforeExecute = rule(
  'gate-before-execute',
  'What drives an `execute` step has passed a `risk-gate` step.',
  (say, graph: Graph) => {
    const { order, steps, writers } = graph
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
    for (const dropper of droppersOfApproved(graph)) sayDropped(say, dropper)
  },
)

/** Where the orders that drive a step come from. */
interface Way {
  readonly gates: ReadonlySet<string>
  /** Steps since the gates that may let go of some. */
  readonly droppers: ReadonlySet<GraphStep>
}

/**
 * What lets go of approved orders before the one step that executes them. Where several execute the
 * orders of a gate, what stands before each may deal them out.
 */
function droppersOfApproved({ order, steps, writers }: Graph): ReadonlySet<GraphStep> {
  const ways = new Map<string, Way>()
  const executed = new Map<string, Way[]>()
  for (const id of order) {
    const step = steps.get(id)
    if (!step) continue
    const operator = step.declaration.operator.value
    const before = driversOf(step, writers).flatMap((driver) => ways.get(driver) ?? [])
    const gates = new Set(before.flatMap((way) => [...way.gates]))
    const droppers = new Set(before.flatMap((way) => [...way.droppers]))
    if (operator === GATE) {
      ways.set(id, { gates: new Set([id]), droppers: new Set() })
    } else if (operator === EXECUTE) {
      for (const gate of gates)
        executed.set(gate, [...(executed.get(gate) ?? []), { gates, droppers }])
    } else if (gates.size > 0) {
      if (DROPS.has(operator)) droppers.add(step)
      ways.set(id, { gates, droppers })
    }
  }
  const alone = [...executed.values()].filter((all) => all.length === 1).flat()
  return new Set(alone.flatMap(({ droppers }) => [...droppers]))
}

/** Steps whose outputs drive it, be it over a topic. */
function driversOf({ edges }: GraphStep, writers: Graph['writers']): readonly string[] {
  return edges.flatMap(({ role, stream }) => {
    if (role !== 'drives' || !stream) return []
    if (stream.kind === 'output') return [stream.step]
    return (writers.get(stream.id) ?? []).map(({ step }) => step)
  })
}

function sayDropped(say: (finding: Finding) => void, { id, declaration }: GraphStep): void {
  say({
    severity: 'warning',
    message: `step ${quoted(id)} may let go of orders that the risk gate has approved`,
    span: declaration.operator.span,
    repair: 'put it before the risk gate, which counts them as open for ever',
  })
}
