// Cuts a typed graph into sub-topologies: steps that run in one task. Local edges hold steps
// together, and so does a topic or repartitioned stream that they read part by part; `key:`,
// `broadcast` and topics that steps write cut. No task feeds itself over the log: feedback is a
// local edge, and what lies on its way round is in one task.
import { cyclesOf } from './cycles.ts'
import type { Edge } from './graph.ts'
import type { TypedGraph, TypedStep } from './infer-types.ts'
import type { PlannedInput } from './plan.ts'
import { topologicalOrder } from './topological-order.ts'

export interface CutEdge {
  readonly edge: Edge
  /** Id of the stream. */
  readonly stream: string
  readonly via: PlannedInput['via']
  /** Whether every task reads all of it. */
  readonly everyTask: boolean
  /** The steps that it comes from. */
  readonly writers: readonly string[]
}

export interface Cut {
  /** In topological order, ties by smallest step id; steps in topological order. */
  readonly groups: readonly (readonly TypedStep[])[]
  readonly edges: ReadonlyMap<string, readonly CutEdge[]>
  /**
   * Steps of one family have the same number of partitions: together but for the circles that were
   * cut.
   */
  readonly familyOf: ReadonlyMap<string, string>
}

/**
 * A task that fed itself over the log would wait for its own progress. Where joining would close
 * such a circle (a rank over all symbols that is looked up beside each symbol), the steps of the
 * circle are cut by level, the number of cuts before them, and a local edge between levels goes
 * over the log under the key that it has.
 */
export function cutGraph(typed: TypedGraph): Cut {
  const edges = new Map(
    [...typed.steps.values()].map((each) => [each.step.id, edgesOf(each, typed)]),
  )
  const families = joinSteps(edges, () => 0)
  const level = levelsOf(edges, families)
  const groupOf = joinSteps(edges, level)
  const cut = new Map(
    [...edges].map(([id, all]) => [id, all.map((edge) => overTheLog(edge, groupOf, id))]),
  )
  return { groups: orderGroups(typed, cut, groupOf), edges: cut, familyOf: families }
}

/** What a step reads, and how it comes there. */
export function edgesOf(
  { step }: TypedStep,
  { steps, graph, topics }: TypedGraph,
): readonly CutEdge[] {
  return step.edges.flatMap((edge): readonly CutEdge[] => {
    const { stream, role } = edge
    if (!stream) return []
    if (stream.kind === 'topic') {
      const copies = topics.byName.get(stream.id)?.declaration.copies
      const everyTask = role === 'looked-up' && copies !== undefined
      const writers = (graph.writers.get(stream.id) ?? []).map((writer) => writer.step)
      return [{ edge, stream: stream.id, via: 'topic', everyTask, writers }]
    }
    const writer = steps.get(stream.step)
    const output = writer?.outputs.get(stream.output)
    if (!writer || !output) return []
    const key = writer.type.outputs[stream.output]?.key ?? []
    const isRekeyed = output.key.join() !== key.join()
    const via = output.broadcast ? 'broadcast' : isRekeyed ? 'repartition' : 'local'
    const writers = [stream.step]
    return [{ edge, stream: stream.id, via, everyTask: output.broadcast, writers }]
  })
}

/**
 * The group of each step, named by its smallest step: joined over local edges and shared channels
 * of one level.
 */
function joinSteps(
  edges: ReadonlyMap<string, readonly CutEdge[]>,
  level: (step: string) => number,
): ReadonlyMap<string, string> {
  const parent = new Map([...edges.keys()].map((id) => [id, id]))
  const find = (step: string): string => {
    let root = step
    for (let up = parent.get(root); up !== undefined && up !== root; up = parent.get(root)) {
      parent.set(root, parent.get(up) ?? up)
      root = up
    }
    return root
  }
  const join = (a: string, b: string): void => {
    const [x, y] = [find(a), find(b)]
    if (x < y) parent.set(y, x)
    else parent.set(x, y)
  }
  const readers = new Map<string, string>()
  for (const [id, all] of edges) {
    for (const { stream, via, everyTask, writers } of all) {
      const [writer = ''] = writers
      if (via === 'local' && parent.has(writer) && level(writer) === level(id)) join(writer, id)
      if (via === 'local' || everyTask) continue
      const channel = `${level(id)} ${stream}`
      const reader = readers.get(channel)
      if (reader === undefined) readers.set(channel, id)
      else join(reader, id)
    }
  }
  return new Map([...edges.keys()].map((id) => [id, find(id)]))
}

/** How many cuts lie before a step within its circle of families; 0 where there is no circle. */
function levelsOf(
  edges: ReadonlyMap<string, readonly CutEdge[]>,
  families: ReadonlyMap<string, string>,
): (step: string) => number {
  const leadsTo = new Map<string, Set<string>>()
  for (const [id, all] of edges) {
    for (const { via, writers } of all) {
      if (via === 'local') continue
      for (const writer of writers) {
        const from = families.get(writer)
        const to = families.get(id)
        if (from === undefined || to === undefined) continue
        leadsTo.set(from, (leadsTo.get(from) ?? new Set()).add(to))
      }
    }
  }
  const circles = cyclesOf(new Set(families.values()), (family) => [...(leadsTo.get(family) ?? [])])
  const circleOf = new Map(circles.flatMap((all, index) => all.map((each) => [each, index])))
  const circle = (step: string): number | undefined => circleOf.get(families.get(step) ?? '')
  const levels = new Map<string, number>()
  // Once for steps in their order; feedback comes from later ones and lifts the steps before them.
  for (let isSettled = false; !isSettled;) {
    isSettled = true
    for (const [id, all] of edges) {
      const own = circle(id)
      if (own === undefined) continue
      let level = levels.get(id) ?? 0
      for (const { via, writers } of all) {
        for (const writer of writers) {
          if (circle(writer) !== own) continue
          level = Math.max(level, (levels.get(writer) ?? 0) + (via === 'local' ? 0 : 1))
        }
      }
      if (level !== (levels.get(id) ?? 0)) isSettled = false
      levels.set(id, level)
    }
  }
  return (step) => levels.get(step) ?? 0
}

/** A local edge between groups is one that a circle made us cut. */
function overTheLog(edge: CutEdge, groupOf: ReadonlyMap<string, string>, reader: string): CutEdge {
  const [writer = ''] = edge.writers
  const isCut = edge.via === 'local' && groupOf.get(writer) !== groupOf.get(reader)
  return isCut ? { ...edge, via: 'repartition' } : edge
}

function orderGroups(
  { steps }: TypedGraph,
  edges: ReadonlyMap<string, readonly CutEdge[]>,
  groupOf: ReadonlyMap<string, string>,
): readonly (readonly TypedStep[])[] {
  const members = new Map<string, TypedStep[]>()
  const before = new Map<string, Set<string>>()
  for (const [id, typed] of steps) {
    const group = groupOf.get(id) ?? id
    const known = members.get(group) ?? []
    known.push(typed)
    members.set(group, known)
    const feeding = before.get(group) ?? new Set()
    before.set(group, feeding)
    for (const { writers } of edges.get(id) ?? []) {
      for (const writer of writers) {
        const from = groupOf.get(writer)
        if (from !== undefined && from !== group) feeding.add(from)
      }
    }
  }
  return topologicalOrder([...members.keys()], before).map((group) => members.get(group) ?? [])
}
