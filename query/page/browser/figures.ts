// What the graph says of a node while the topology runs: records a second on its edges, the lag of
// an input, and how long until a commit shows what a step writes.
import type { Status, Topology } from './answers.ts'
import type { GraphNode } from './graph.ts'
import type { Figures } from './graph-drawing.ts'
import { milliseconds, short } from './value-text.ts'

const NONE: Figures = { above: '', below: '', isTroubled: false }

export function figuresOf(topology: Topology, status: Status): (node: GraphNode) => Figures {
  // Nothing runs here, so there is nothing to count.
  if (status.seconds === 0) return () => NONE
  const steps = new Map(status.steps.map((each) => [each.step, each]))
  const topics = new Map(status.topics.map((each) => [each.name, each]))
  const sinks = new Map(status.sinks.map((each) => [each.sink, each]))
  const writers = new Map(
    topology.subTopologies
      .flatMap((sub) => sub.steps)
      .flatMap(({ id, outputs }) => outputs.map(({ topic }) => [topic, id] as const)),
  )
  const { p99Ms } = status.commits
  const late = p99Ms === null ? '' : `p99 ${milliseconds(p99Ms)}`
  return ({ kind, name }) => {
    if (kind === 'step') {
      const step = steps.get(name)
      if (step === undefined) return NONE
      const refused = (step.fates.bad ?? 0) + (step.fates.late ?? 0)
      const above = `${short(step.emittedPerSecond)}/s`
      const below = refused > 0 ? `${short(refused)} refused` : ''
      return { above, below, isTroubled: refused > 0 }
    }
    if (kind === 'sink') {
      const sink = sinks.get(name)
      if (sink === undefined) return NONE
      const behind = total(sink.partitions.map(({ lagRecords }) => lagRecords))
      return { above: '', below: lagText(behind), isTroubled: sink.failure !== null }
    }
    const topic = topics.get(name)
    if (topic === undefined) return writers.has(name) ? { ...NONE, below: late } : NONE
    const above = `${short(topic.recordsPerSecond)}/s`
    return { above, below: lagText(topic.lagRecords), isTroubled: topic.bad > 0 }
  }
}

export function total(counts: readonly (number | null)[]): number | null {
  const known = counts.filter((count) => count !== null)
  return known.length === 0 ? null : known.reduce((sum, count) => sum + count, 0)
}

function lagText(lag: number | null): string {
  return lag === null ? '' : `lag ${short(lag)}`
}
