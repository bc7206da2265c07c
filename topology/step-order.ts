// The order of steps: topological, a looked-up step before the steps that lead to the record that
// looks it up, ties by id. Consumers of a stream run in this order, so it is part of what a
// topology means; the file's order is not.
import type { StreamReference } from './streams.ts'
import { topologicalOrder } from './topological-order.ts'

interface UnorderedStep {
  readonly id: string
  readonly edges: readonly {
    readonly role: 'drives' | 'looked-up'
    readonly feedback: boolean
    readonly stream: StreamReference | undefined
  }[]
}

/** A graph whose steps have no order yet. */
interface Unordered {
  readonly steps: ReadonlyMap<string, UnorderedStep>
  readonly upstream: (step: string) => readonly string[]
  readonly cycles: readonly (readonly string[])[]
}

export function orderSteps(graph: Unordered): readonly string[] {
  const component = new Map<string, number>()
  graph.cycles.forEach((steps, index) => {
    for (const step of steps) component.set(step, index)
  })
  /** Edges inside a cycle bind nobody: one of them must give way. */
  const binds = (from: string, to: string): boolean => {
    const own = component.get(from)
    return own === undefined || own !== component.get(to)
  }
  const before = new Map<string, Set<string>>()
  for (const id of graph.steps.keys()) {
    before.set(id, new Set(graph.upstream(id).filter((from) => binds(from, id))))
  }
  const preferred = findPreferences(graph)
  return topologicalOrder([...graph.steps.keys()], before, preferred)
}

/** By step, those that it would rather follow: looked-up steps before what leads to the look-up. */
function findPreferences(graph: Unordered): ReadonlyMap<string, ReadonlySet<string>> {
  const preferred = new Map<string, Set<string>>()
  const ancestors = new Map<string, ReadonlySet<string>>()
  for (const step of graph.steps.values()) {
    for (const { role, stream, feedback } of step.edges) {
      if (role !== 'looked-up' || feedback || stream?.kind !== 'output') continue
      const { step: table } = stream
      const known = ancestors.get(table) ?? ancestorsOf(graph, table)
      ancestors.set(table, known)
      for (const first of firstStepsApart(graph, step, known)) {
        const set = preferred.get(first) ?? new Set()
        preferred.set(first, set.add(table))
      }
    }
  }
  return preferred
}

/** A step and everything that leads to it. */
function ancestorsOf({ upstream }: Unordered, step: string): ReadonlySet<string> {
  const found = new Set([step])
  for (const each of found) for (const from of upstream(each)) found.add(from)
  return found
}

/**
 * Up from a step along what drives it, to the steps that are just not ancestors of what it looks
 * up: where the way to the look-up parts from the way to the table.
 */
function firstStepsApart(
  { steps }: Unordered,
  step: UnorderedStep,
  ofTable: ReadonlySet<string>,
): readonly string[] {
  const apart: string[] = []
  const seen = new Set<string>()
  const queue = [step.id]
  for (const id of queue) {
    if (seen.has(id) || ofTable.has(id)) continue
    seen.add(id)
    const edges = steps.get(id)?.edges ?? []
    const drivers = edges.flatMap(({ role, stream }) =>
      role === 'drives' && stream?.kind === 'output' ? [stream.step] : [],
    )
    if (drivers.length === 0 || drivers.some((driver) => ofTable.has(driver))) apart.push(id)
    queue.push(...drivers)
  }
  return apart
}
